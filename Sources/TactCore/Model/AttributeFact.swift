/// What is known about an attribute of a person: where it comes from and how old it is. Never the attribute itself.
package struct AttributeFact: Hashable, Sendable {
    /// How it became known.
    package enum Source: String, CaseIterable, Sendable {
        /// The person said so.
        case declared
        /// Seen in what the person does.
        case observed
        /// Concluded from something else.
        case inferred
        /// Somebody else told.
        case thirdParty = "third_party"
    }

    /// nil: not told; then no topic may use it.
    package var source: Source?
    package var updatedAt: Timestamp?
    /// It is of what people do not tell everybody.
    package var isSensitive: Bool
    /// From this age on it is not relied on; nil: it does not age.
    package var goodFor: Duration?
    /// 0…1: how sure an inference is.
    package var confidence: Double?

    package init(
        source: Source?, updatedAt: Timestamp? = nil, isSensitive: Bool = false, goodFor: Duration? = nil,
        confidence: Double? = nil
    ) {
        self.source = source
        self.updatedAt = updatedAt
        self.isSensitive = isSensitive
        self.goodFor = goodFor
        self.confidence = confidence
    }

    /// From when on it is stale; nil: never. One that ages and has no date is stale from the beginning.
    package var staleFrom: Timestamp? { goodFor.map { (updatedAt ?? .distantPast) + $0 } }
}

/// An attribute that a template uses.
package struct AttributeNeed: Hashable, Sendable {
    package var name: String
    /// The template says what to do without it.
    package var isOptional: Bool

    package init(name: String, isOptional: Bool = false) {
        self.name = name
        self.isOptional = isOptional
    }
}

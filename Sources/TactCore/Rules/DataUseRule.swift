/// What a message says about a person rests on what they told, or may be used: nothing that is missing, forbidden or too
/// old. Where the topic has other words for that case, they go out instead.
enum DataUseRule {
    /// Tells every attribute that cannot be used, and answers whether the message is out.
    static func judge(_ c: borrowing Case, _ notes: inout Notes) -> Bool {
        guard let wording = c.message.wording else { return false }
        // Only what is needed is asked for: an optional attribute that cannot be used is as good as absent.
        let objections = DataUse.objections(to: wording.needs, c.situation.attributes, c.topic, now: c.now)
        if objections.isEmpty {
            if !wording.needs.isEmpty { notes.take(.permits, of: .dataUse) }
            return false
        }
        let effect: Finding.Effect = c.topic.fallback == nil ? .suppress : .permit
        for objection in objections {
            notes.take(
                Finding(
                    rule: .dataUse, effect: effect, code: objection.code, name: objection.name,
                    detail: objection.ground.map(Finding.Detail.forbidden)))
        }
        return effect == .suppress
    }
}

/// Which attributes a topic's message may use.
package enum DataUse {
    /// Why an attribute that is there may not be used. The raw values are kept in the database.
    package enum Ground: String, CaseIterable, Sendable {
        /// Where it comes from: not told, or not among the topic's sources.
        case untold, declared, observed, inferred
        case thirdParty = "third_party"
        /// It is sensitive, and the topic is not.
        case sensitive
        /// The inference is less sure than the topic asks for.
        case unsure

        fileprivate init(_ source: AttributeFact.Source?) {
            switch source {
            case nil: self = .untold
            case .declared: self = .declared
            case .observed: self = .observed
            case .inferred: self = .inferred
            case .thirdParty: self = .thirdParty
            }
        }
    }

    /// What stands against using an attribute.
    package struct Objection: Hashable, Sendable {
        package var name: String
        package var code: Finding.Code
        package var ground: Ground?
    }

    /// What stands against the attributes that a message cannot do without, in the order of `needs`.
    package static func objections(
        to needs: [AttributeNeed], _ facts: [String: AttributeFact], _ topic: Topic, now: Timestamp
    ) -> [Objection] {
        needs.compactMap { $0.isOptional ? nil : objection(to: $0.name, facts[$0.name], topic, now: now) }
    }

    /// nil: the attribute is there and may be used.
    package static func objection(
        to name: String, _ fact: AttributeFact?, _ topic: Topic, now: Timestamp
    ) -> Objection? {
        guard let fact else { return Objection(name: name, code: .attributeMissing) }
        if let ground = ground(against: fact, topic) {
            return Objection(name: name, code: .attributeNotPermitted, ground: ground)
        }
        if let end = fact.staleFrom, end <= now { return Objection(name: name, code: .attributeStale) }
        return nil
    }

    private static func ground(against fact: AttributeFact, _ topic: Topic) -> Ground? {
        guard let source = fact.source, topic.sources.contains(source) else { return Ground(fact.source) }
        if fact.isSensitive, !topic.isSensitive { return .sensitive }
        if source == .inferred, fact.confidence ?? 0 < topic.confidence { return .unsure }
        return nil
    }
}

import TactCore

/// What a person has said of what apps declare about them: it comes first. Names alone: what was corrected stands with the
/// attributes, and of what was removed nothing is kept.
package struct OwnWords: Sendable, Equatable {
    /// More of a kind than anybody removes.
    package static let mostRemoved = 1000

    /// Attributes that say what the person said.
    package var corrected: Set<String> = []
    /// Attributes that the person does not want kept, and since when.
    package var removedAttributes: [String: Timestamp] = [:]
    /// Channels whose address the person has taken away, and since when.
    package var removedAddresses: [String: Timestamp] = [:]

    package init() {}

    /// From what was kept; what is not understood is left out.
    package init(stored json: JSON) {
        corrected = Set((json["corrected"]?.arrayValue ?? []).compactMap(\.stringValue))
        removedAttributes = OwnWords.instants(json["removed"]?["attributes"])
        removedAddresses = OwnWords.instants(json["removed"]?["addresses"])
    }

    package var isEmpty: Bool { corrected.isEmpty && removedAttributes.isEmpty && removedAddresses.isEmpty }

    /// As it is told, and kept.
    package var json: JSONObject {
        var object = JSONObject()
        if !corrected.isEmpty { object["corrected"] = .array(corrected.sorted().map(JSON.string)) }
        var removed = JSONObject()
        if !removedAttributes.isEmpty { removed["attributes"] = OwnWords.json(removedAttributes) }
        if !removedAddresses.isEmpty { removed["addresses"] = OwnWords.json(removedAddresses) }
        if !removed.isEmpty { object["removed"] = .object(removed) }
        return object
    }

    private static func instants(_ json: JSON?) -> [String: Timestamp] {
        var instants: [String: Timestamp] = [:]
        for member in json?.objectValue?.members ?? [] {
            instants[member.name] = member.value.stringValue.flatMap { try? Timestamp(rfc3339: $0) }
        }
        return instants
    }

    private static func json(_ instants: [String: Timestamp]) -> JSON {
        .object(
            JSONObject(
                unique: instants.sorted { $0.key < $1.key }.map {
                    .init(name: $0.key, value: .string($0.value.rfc3339))
                }))
    }
}

/// Part of what an app declared that does not hold, for the person has said otherwise.
package struct IgnoredField: Sendable, Equatable {
    package enum Reason: String, CaseIterable, Sendable {
        /// The person has said what it is.
        case corrected
        /// The person does not want it kept.
        case removed
        /// The address is kept and not used: it turned out to be dead.
        case closed
    }

    /// A JSON pointer into what was declared.
    package var pointer: String
    package var reason: Reason

    package init(pointer: String, reason: Reason) {
        self.pointer = pointer
        self.reason = reason
    }

    var detail: String {
        switch reason {
        case .corrected: "The recipient has corrected this. What they said holds until they change it."
        case .removed: "The recipient has removed this. It is not kept until they allow it again."
        case .closed:
            "Messages to this address came back. It is not used until the recipient or an operator opens it again."
        }
    }
}

import TactAPI
import TactCore
import TactStore
import TactTemplates

/// Between what is stored as JSON text and values.
enum Wire {
    static func addresses(_ text: String) throws -> [String: String] {
        if text == "{}" { return [:] }
        guard case .object(let object) = try JSON(body: text.utf8) else { return [:] }
        var addresses: [String: String] = [:]
        for member in object.members { addresses[member.name] = member.value.stringValue }
        return addresses
    }

    /// nil: the policy's default.
    static func quietHours(_ text: String?) throws -> WeeklyWindows? {
        guard let text else { return nil }
        return WeeklyWindows(try FieldKind.windows(parsing: text))
    }

    static func attributes(_ text: String) throws -> [String: RecipientDocument.Attribute] {
        if text == "{}" { return [:] }
        guard case .object(let object) = try JSON(body: text.utf8) else { return [:] }
        var attributes: [String: RecipientDocument.Attribute] = [:]
        for member in object.members { attributes[member.name] = .init(stored: member.value) }
        return attributes
    }

    /// What is known about the attributes that say anything.
    static func facts(_ text: String) throws -> [String: AttributeFact] {
        try attributes(text).filter { Template.shows($0.value.value) }.mapValues(\.fact)
    }
}

extension BusyIntervals {
    /// All calendars of a recipient, as they are stored.
    init(stored: [[UInt8]]) throws {
        if stored.isEmpty {
            self.init()
            return
        }
        self.init(merging: try stored.map { try TypedBusyIntervals(decoding: $0).merged })
    }
}

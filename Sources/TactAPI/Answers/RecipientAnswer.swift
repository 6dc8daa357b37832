import TactCore

/// A recipient: what apps declared, and since when they are known.
package struct RecipientAnswer: Answer {
    package var id: String
    package var document: RecipientDocument
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// Names of their calendars; nil: not told here, as in lists.
    package var calendars: [String]?
    /// How many messages are pending; nil: not told here.
    package var pending: Int?

    package init(
        id: String, document: RecipientDocument, createdAt: Timestamp, updatedAt: Timestamp,
        calendars: [String]? = nil, pending: Int? = nil
    ) {
        self.id = id
        self.document = document
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.calendars = calendars
        self.pending = pending
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("id", id)
            for member in document.json.members {
                $0.name(member.name)
                $0.value(member.value)
            }
            if let calendars { $0.member("calendars", calendars) }
            $0.member(ifAny: "pending", pending)
            $0.member("created_at", createdAt)
            $0.member("updated_at", updatedAt)
        }
    }
}

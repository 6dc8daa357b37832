import TactCore

/// A recipient: what apps declared, and since when they are known.
package struct RecipientAnswer: Answer {
    package var id: String
    package var document: RecipientDocument
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// What the person has said of it.
    package var own: OwnWords
    /// Channels whose address turned out to be dead; nil: not told here.
    package var closedAddresses: [String]?
    /// What of a request does not hold; nil: it is none's answer.
    package var ignored: [IgnoredField]?
    /// Names of their calendars; nil: not told here, as in lists.
    package var calendars: [String]?
    /// How many messages are pending; nil: not told here.
    package var pending: Int?

    package init(
        id: String, document: RecipientDocument, createdAt: Timestamp, updatedAt: Timestamp,
        own: OwnWords = OwnWords(), closedAddresses: [String]? = nil, ignored: [IgnoredField]? = nil,
        calendars: [String]? = nil, pending: Int? = nil
    ) {
        self.id = id
        self.document = document
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.own = own
        self.closedAddresses = closedAddresses
        self.ignored = ignored
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
            for member in own.json.members {
                $0.name(member.name)
                $0.value(member.value)
            }
            if let closedAddresses { $0.member("closed_addresses", closedAddresses) }
            if let ignored {
                $0.name("ignored")
                $0.array {
                    for field in ignored {
                        $0.object {
                            $0.member("pointer", field.pointer)
                            $0.member("reason", field.reason.rawValue)
                            $0.member("detail", field.detail)
                        }
                    }
                }
            }
            if let calendars { $0.member("calendars", calendars) }
            $0.member(ifAny: "pending", pending)
            $0.member("created_at", createdAt)
            $0.member("updated_at", updatedAt)
        }
    }
}

import TactCore

/// One line of the audit log.
package struct AuditAnswer: Answer {
    package var number: Int64
    package var at: Timestamp
    package var actor: String
    package var role: String
    package var action: String
    /// The keyed hash of a recipient's id, in hexadecimal figures.
    package var target: String?
    package var detail: String?
    package var hash: String

    package init(
        number: Int64, at: Timestamp, actor: String, role: String, action: String, target: String?, detail: String?,
        hash: String
    ) {
        self.number = number
        self.at = at
        self.actor = actor
        self.role = role
        self.action = action
        self.target = target
        self.detail = detail
        self.hash = hash
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("n", number)
            $0.member("at", at)
            $0.member("actor", actor)
            $0.member("role", role)
            $0.member("action", action)
            $0.member(ifAny: "target", target)
            $0.member(ifAny: "detail", detail)
            $0.member("hash", hash)
        }
    }
}

/// How what is personal is kept.
package struct PrivacyAnswer: Answer {
    /// Whether the keys are wrapped by a master key from outside.
    package var isSealed: Bool
    /// Keys that wait to be wrapped by the master key in force.
    package var oldKeys: Int
    /// Messages that were set aside because something does not open.
    package var unreadable: Int
    package var erasedRecipients: Int
    /// Their messages, by how they had ended.
    package var erasedMessages: [MessageState: Int]

    package init(
        isSealed: Bool, oldKeys: Int, unreadable: Int, erasedRecipients: Int, erasedMessages: [MessageState: Int]
    ) {
        self.isSealed = isSealed
        self.oldKeys = oldKeys
        self.unreadable = unreadable
        self.erasedRecipients = erasedRecipients
        self.erasedMessages = erasedMessages
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("master_key", isSealed ? "given" : "beside_the_database")
            $0.member("keys_to_rewrap", oldKeys)
            $0.member("unreadable_messages", unreadable)
            $0.name("erased")
            $0.object {
                $0.member("recipients", erasedRecipients)
                $0.name("messages")
                $0.object {
                    for state in MessageState.allCases {
                        guard let count = erasedMessages[state] else { continue }
                        $0.name(state.name)
                        $0.value(count)
                    }
                }
            }
        }
    }
}

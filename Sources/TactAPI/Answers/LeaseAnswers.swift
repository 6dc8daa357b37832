import TactCore

/// `POST /v1/leases`: messages in a worker's hands.
package struct LeaseAnswer: Answer {
    package struct Leased: Answer {
        package var id: String
        package var lease: String
        package var recipient: String
        /// nil: the worker knows it.
        package var address: String?
        package var channel: String
        package var topic: String
        /// A compact JSON object.
        package var content: [UInt8]
        /// Why the person gets it, as its sender tells.
        package var because: String?
        /// From 1.
        package var attempt: Int
        /// When the message is of no use any more.
        package var expiresAt: Timestamp
        /// Where the recipient unsubscribes with one click (RFC 8058); nil: there is no page, or nothing to withdraw.
        package var unsubscribe: String?

        package init(
            id: String, lease: String, recipient: String, address: String?, channel: String, topic: String,
            content: [UInt8], because: String? = nil, attempt: Int, expiresAt: Timestamp, unsubscribe: String? = nil
        ) {
            self.id = id
            self.lease = lease
            self.recipient = recipient
            self.address = address
            self.channel = channel
            self.topic = topic
            self.content = content
            self.because = because
            self.attempt = attempt
            self.expiresAt = expiresAt
            self.unsubscribe = unsubscribe
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("id", id)
                $0.member("lease", lease)
                $0.member("recipient", recipient)
                $0.member(orNull: "address", address)
                $0.member("channel", channel)
                $0.member("topic", topic)
                $0.name("content")
                $0.raw(content)
                $0.member(ifAny: "because", because)
                $0.member("attempt", attempt)
                $0.member("expires_at", expiresAt)
                $0.member(ifAny: "unsubscribe", unsubscribe)
            }
        }
    }

    package var messages: [Leased]

    package init(messages: [Leased]) { self.messages = messages }

    package func write(to out: inout JSONWriter) {
        out.object { $0.member("messages", messages) }
    }
}

/// `POST /v1/leases/outcomes` and `/extend`: what became of each item, in the order of the request.
package struct LeaseResults: Answer {
    package enum Result: String, CaseIterable, Sendable {
        case ok
        /// The lease was over; nothing has changed.
        case lapsed
        /// There is no such message, or no such lease of it.
        case unknown
    }

    package struct Item: Answer {
        package var id: String
        package var lease: String
        package var result: Result
        /// nil: there is no such message.
        package var state: MessageState?

        package init(id: String, lease: String, result: Result, state: MessageState?) {
            self.id = id
            self.lease = lease
            self.result = result
            self.state = state
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("id", id)
                $0.member("lease", lease)
                $0.member("result", result.rawValue)
                $0.member(orNull: "state", state?.name)
            }
        }
    }

    package var results: [Item]

    package init(results: [Item]) { self.results = results }

    package func write(to out: inout JSONWriter) {
        out.object { $0.member("results", results) }
    }
}

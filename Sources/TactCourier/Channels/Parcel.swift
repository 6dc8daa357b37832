import TactAPI
import TactCore

/// A leased message in the courier's hands.
package struct Parcel: Sendable, Equatable {
    package var id: String
    package var lease: String
    package var recipient: String
    /// nil: the transport knows it.
    package var address: String?
    package var channel: String
    package var topic: String
    package var content: JSONObject
    /// Why the person gets it, as its sender tells.
    package var because: String?
    /// From 1.
    package var attempt: Int
    /// RFC 3339, as it came.
    package var expiresAt: String
    /// Where the recipient unsubscribes with one click; nil: nowhere.
    package var unsubscribe: String?

    package init(
        id: String, lease: String, recipient: String, address: String?, channel: String, topic: String,
        content: JSONObject, because: String? = nil, attempt: Int, expiresAt: String, unsubscribe: String? = nil
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

    /// From an answer's element; nil if it is not what the daemon says.
    init?(_ json: JSON) {
        guard let id = json["id"]?.stringValue, let lease = json["lease"]?.stringValue,
            let recipient = json["recipient"]?.stringValue, let channel = json["channel"]?.stringValue,
            let topic = json["topic"]?.stringValue, let content = json["content"]?.objectValue,
            let attempt = json["attempt"]?.integerValue, let expiresAt = json["expires_at"]?.stringValue
        else { return nil }
        self.init(
            id: id, lease: lease, recipient: recipient, address: json["address"]?.stringValue, channel: channel,
            topic: topic, content: content, because: json["because"]?.stringValue, attempt: Int(attempt),
            expiresAt: expiresAt, unsubscribe: json["unsubscribe"]?.stringValue)
    }
}

/// As transports hand it on: all but the lease, which is between the daemon and us.
extension Parcel: Answer {
    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("id", id)
            $0.member("recipient", recipient)
            $0.member(orNull: "address", address)
            $0.member("channel", channel)
            $0.member("topic", topic)
            $0.name("content")
            $0.value(.object(content))
            $0.member(ifAny: "because", because)
            $0.member("attempt", attempt)
            $0.member("expires_at", expiresAt)
            $0.member(ifAny: "unsubscribe", unsubscribe)
        }
    }
}

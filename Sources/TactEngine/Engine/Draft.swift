import Crypto
import TactAPI
import TactCore
import TactStore

/// A request that fits the policy, on its way to being a message.
struct Draft {
    private let request: MessageRequest
    let sender: String
    /// As policy spells it: what Swift takes for the same may be other bytes.
    let topic: String
    private let channels: [String]
    private let expiresAt: Timestamp
    private let fingerprintsContent: Bool
    private let now: Timestamp

    /// Refuses a topic or channel that policy does not have, and an expiry that is over.
    init(_ request: MessageRequest, sender: String, policy: Policy, now: Timestamp) throws(Problem) {
        guard let topic = policy.topic(request.topic) else {
            throw .bad("/topic", Draft.unknown("topic", request.topic, policy.topics.map(\.name)), kind: .unknownTopic)
        }
        self.request = request
        self.sender = sender
        self.now = now
        self.topic = topic.name
        let wanted = request.channels ?? topic.channels
        if wanted.isEmpty {
            throw .bad("/channels", "missing, and the topic “\(topic.name)” names none; name at least one channel")
        }
        var channels: [String] = []
        for (index, name) in wanted.enumerated() {
            guard let channel = policy.channel(name) else {
                throw .bad(
                    request.channels == nil ? "/channels" : "/channels/\(index)",
                    Draft.unknown("channel", name, policy.channels.map(\.name)), kind: .unknownChannel)
            }
            channels.append(channel.name)
        }
        self.channels = channels
        fingerprintsContent = topic.fingerprintsContent && topic.repeatAfter != nil
        let begins = max(now, request.notBefore ?? now)
        switch request.expiry {
        case .at(let instant):
            guard instant > begins else {
                throw .bad("/expires_at", "expected an instant after \(begins.rfc3339), found \(instant.rfc3339)")
            }
            expiresAt = instant
        case .after(let duration): expiresAt = begins + duration
        case nil: expiresAt = begins + topic.expiresIn
        }
        guard expiresAt <= Draft.latest else {
            throw .bad(
                request.expiry == nil || request.notBefore != nil ? "/not_before" : "/expires_at",
                "the message would expire after the year 9999; name an earlier instant")
        }
    }

    /// The last instant that can be written on the wire.
    private static let latest = Timestamp(seconds: 253_402_300_799)

    func message(number: Int64, wording: Message.Wording? = nil, _ session: Session) -> Message {
        Message(
            number: number, sender: sender, topic: topic, channels: channels, urgency: request.urgency,
            relevance: request.relevance, submittedAt: now, notBefore: request.notBefore, expiresAt: expiresAt,
            subject: request.subject, fingerprint: fingerprint.map(session.keyed), wording: wording)
    }

    /// Kept as a hash of this hash, with a key: what is often said could be guessed otherwise.
    private var fingerprint: String? {
        if let words = request.fingerprint { return Draft.hash("words:", words.utf8) }
        return fingerprintsContent ? Draft.hash("content:" + (request.template ?? ""), request.storedContent) : nil
    }

    private static func hash(_ prefix: String, _ bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(data: Array(prefix.utf8) + bytes)
        return hash.finalize().prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    static func unknown(_ what: String, _ name: String, _ known: [String]) -> String {
        let list = known.isEmpty ? "the policy has none" : "expected one of \(known.prefix(20).joined(separator: ", "))"
        return "there is no \(what) “\(name)”; \(list)"
    }
}

extension MessageRequest {
    /// Of the whole body, where there is an idempotency key: 16 bytes of its SHA-256.
    var digest: [UInt8]? {
        canonicalBody.map { Array(SHA256.hash(data: $0).prefix(16)) }
    }
}

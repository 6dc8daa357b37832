internal import TactAPI

/// A message to submit: one notification for one recipient.
public struct NewMessage: Sendable, Hashable {
    /// When a message is of no use any more.
    public enum Expiry: Sendable, Hashable {
        /// So long after its submission, or after `notBefore` where that is later.
        case after(Duration)
        /// From this instant on.
        case at(Instant)
    }

    /// Who it is for: an id of your own, 1 to 256 bytes.
    public var recipient: String
    /// What it is about: a topic of the daemon's policy.
    public var topic: String
    /// For the person, and for who delivers: handed to the worker as it is.
    public var content: [String: JSONValue]
    /// Ways to reach them, the best first; empty: the topic's.
    public var channels: [String]
    /// How much it matters; `nil`: normal.
    public var urgency: Urgency?
    /// Your own estimate of how useful it is to them, 0 to 1; `nil`: 0.5.
    public var relevance: Double?
    /// Not before this instant.
    public var notBefore: Instant?
    /// When it is of no use any more; `nil`: the topic's.
    public var expiry: Expiry?
    /// Submitted once, however often it is sent: 1 to 256 bytes. With one, a submission whose answer was lost can be
    /// repeated.
    public var idempotencyKey: String?
    /// A newer message of this key replaces a pending older one.
    public var collapseKey: String?
    /// The thing it is about, such as `order:42`, so that finishing it can stop the rest.
    public var subject: String?
    /// The template that words it when it goes out.
    public var template: String?
    /// What it brings for its template.
    public var variables: [String: JSONValue]
    /// Why the person gets it: one sentence for them.
    public var because: String?

    /// A message; what is left out is the policy's.
    public init(
        to recipient: String, topic: String, content: [String: JSONValue] = [:], channels: [String] = [],
        urgency: Urgency? = nil, relevance: Double? = nil, notBefore: Instant? = nil, expiry: Expiry? = nil,
        idempotencyKey: String? = nil, collapseKey: String? = nil, subject: String? = nil, template: String? = nil,
        variables: [String: JSONValue] = [:], because: String? = nil
    ) {
        self.recipient = recipient
        self.topic = topic
        self.content = content
        self.channels = channels
        self.urgency = urgency
        self.relevance = relevance
        self.notBefore = notBefore
        self.expiry = expiry
        self.idempotencyKey = idempotencyKey
        self.collapseKey = collapseKey
        self.subject = subject
        self.template = template
        self.variables = variables
        self.because = because
    }

    var json: JSON {
        var object: JSONObject = ["recipient": .string(recipient), "topic": .string(topic)]
        if !content.isEmpty { object["content"] = .object(JSONObject(content)) }
        if !channels.isEmpty { object["channels"] = .array(channels.map(JSON.string)) }
        object["urgency"] = urgency.map { .string($0.rawValue) }
        object["relevance"] = relevance.map(JSON.number)
        object["not_before"] = notBefore.map { .string($0.description) }
        switch expiry {
        case .after(let duration): object["expires_in"] = .string(duration.wireText)
        case .at(let instant): object["expires_at"] = .string(instant.description)
        case nil: break
        }
        object["idempotency_key"] = idempotencyKey.map(JSON.string)
        object["collapse_key"] = collapseKey.map(JSON.string)
        object["subject"] = subject.map(JSON.string)
        object["template"] = template.map(JSON.string)
        if !variables.isEmpty { object["variables"] = .object(JSONObject(variables)) }
        object["because"] = because.map(JSON.string)
        return .object(object)
    }
}

/// How much a message matters (RFC 8030).
public enum Urgency: String, Sendable, Hashable, CaseIterable {
    /// Waits for a better moment, gladly.
    case veryLow = "very-low"
    /// Below the usual.
    case low
    /// The usual.
    case normal
    /// First among those that wait; no spreading.
    case high
}

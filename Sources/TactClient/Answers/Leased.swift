internal import TactAPI

/// A message in this worker's hands, for a limited time.
public struct Leased: Sendable, Hashable, Identifiable {
    /// The message's id, the same at every attempt: give it to the receiver, who tells repetitions by it.
    public var id: String
    /// This lease of it.
    public var lease: String
    /// Who it is for.
    public var recipient: String
    /// Where to reach them; `nil`: the worker has to know.
    public var address: String?
    /// By which channel to deliver it.
    public var channel: String
    /// What it is about.
    public var topic: String
    /// What the app wants to say.
    public var content: [String: JSONValue]
    /// Why the person gets it, as its sender tells.
    public var because: String?
    /// From 1.
    public var attempt: Int
    /// When it is of no use any more.
    public var expiresAt: Instant

    init(_ members: Members) throws(TactError) {
        id = try members.one("id", \.stringValue)
        lease = try members.one("lease", \.stringValue)
        recipient = try members.one("recipient", \.stringValue)
        address = try members.ifAny("address", \.stringValue)
        channel = try members.one("channel", \.stringValue)
        topic = try members.one("topic", \.stringValue)
        content = try members.valuesByName("content") { JSONValue($0) }
        because = try members.ifAny("because", \.stringValue)
        attempt = try members.one("attempt", \.countValue)
        expiresAt = try members.one("expires_at", Instant.init(json:))
    }
}

/// What became of a leased message.
public enum Outcome: Sendable, Hashable {
    /// It has arrived.
    case delivered
    /// Try again: later than the channel's back-off only if `after` says so.
    case retry(detail: String? = nil, after: Duration? = nil)
    /// Not tried; costs no attempt.
    case returned(detail: String? = nil, after: Duration? = nil)
    /// It cannot be delivered, ever.
    case failed(detail: String? = nil)

    /// As an element of the request; `leased` is the message it is about.
    func json(for leased: Leased) -> JSON {
        let (name, detail, after): (String, String?, Duration?) =
            switch self {
            case .delivered: ("delivered", nil, nil)
            case .retry(let detail, let after): ("retry", detail, after)
            case .returned(let detail, let after): ("returned", detail, after)
            case .failed(let detail): ("failed", detail, nil)
            }
        var object: JSONObject = [
            "id": .string(leased.id), "lease": .string(leased.lease), "outcome": .string(name),
        ]
        object["detail"] = detail.map(JSON.string)
        object["retry_after"] = after.map { .string($0.wireText) }
        return .object(object)
    }
}

/// What became of a report, or of an extension.
public struct LeaseResult: Sendable, Hashable {
    /// What became of it.
    public enum Result: String, Sendable, Hashable {
        /// It counts.
        case ok
        /// The lease was over: nothing has changed, and another worker may have the message.
        case lapsed
        /// There is no such message, or no such lease of it.
        case unknown
    }

    /// The message's id.
    public var id: String
    /// What became of it.
    public var result: Result
    /// The message's state now; `nil`: there is no such message.
    public var state: Message.State?

    init(_ members: Members) throws(TactError) {
        id = try members.one("id", \.stringValue)
        result = try members.one("result") { $0.stringValue.flatMap(Result.init) }
        state = try members.ifAny("state", Message.State.init(json:))
    }
}

internal import TactAPI

/// What became of one message of many.
public enum BulkAnswer: Sendable, Hashable {
    /// It is on disk, under this id.
    case accepted(id: String, state: Message.State, plan: Plan?)
    /// It is not stored. The others are.
    case refused(Problem)

    init(_ members: Members) throws(TactError) {
        if let problem = try members.objectIfAny("error", Problem.init) {
            self = .refused(problem)
            return
        }
        self = .accepted(
            id: try members.one("id", \.stringValue), state: try members.one("state", Message.State.init(json:)),
            plan: try members.objectIfAny("plan", Plan.init))
    }
}

/// A calendar as kept: when somebody is busy, never with what.
public struct BusyCalendar: Sendable, Hashable {
    /// A component of the source that could not be taken in.
    public struct Skipped: Sendable, Hashable {
        /// Where it begins in the source, from 1.
        public var line: Int
        /// `VEVENT`, …
        public var component: String
        /// Why.
        public var reason: String
    }

    /// A stretch of time; the end is not in it.
    public struct Busy: Sendable, Hashable {
        /// When it begins.
        public var start: Instant
        /// When it is over.
        public var end: Instant
    }

    /// Its name.
    public var name: String
    /// Times that come once.
    public var events: Int
    /// Those that come again and again.
    public var series: Int
    /// As far as they are worked out.
    public var busy: [Busy]
    /// Only after an import.
    public var skipped: [Skipped]
    /// Only after an import.
    public var warnings: [String]

    init(_ members: Members) throws(TactError) {
        name = try members.one("name", \.stringValue)
        events = try members.one("events", \.countValue)
        series = try members.one("series", \.countValue)
        busy = try members.list("busy", Busy.init)
        skipped = try members.list("skipped") { skipped throws(TactError) in
            Skipped(
                line: try skipped.one("line", \.countValue), component: try skipped.one("component", \.stringValue),
                reason: try skipped.one("reason", \.stringValue))
        }
        warnings = try members.values("warnings", \.stringValue)
    }
}

extension BusyCalendar.Busy {
    init(_ members: Members) throws(TactError) {
        start = try members.one("start", Instant.init(json:))
        end = try members.one("end", Instant.init(json:))
    }
}

/// A change of a message's state.
public struct Change: Sendable, Hashable {
    /// Where in the daemon's journal it stands: a watch can go on after it.
    public var event: Int64
    /// When it happened.
    public var at: Instant
    /// The message's id.
    public var id: String
    /// The state it has now.
    public var state: Message.State
    /// Who it is for; `nil`: the message is kept no more.
    public var recipient: String?
    /// What it is about; `nil`: the message is kept no more.
    public var topic: String?
    /// Of a pending message.
    public var plan: Plan?
    /// Of a leased message.
    public var channel: String?
    /// What holds or suppresses it.
    public var codes: [String]
    /// Why it came to this, such as `collapsed`.
    public var reason: String?

    init(_ members: Members, event: Int64) throws(TactError) {
        self.event = event
        at = try members.one("at", Instant.init(json:))
        id = try members.one("id", \.stringValue)
        state = try members.one("state", Message.State.init(json:))
        recipient = try members.ifAny("recipient", \.stringValue)
        topic = try members.ifAny("topic", \.stringValue)
        plan = try members.objectIfAny("plan", Plan.init)
        channel = try members.ifAny("channel", \.stringValue)
        codes = try members.values("codes", \.stringValue)
        reason = try members.ifAny("reason", \.stringValue)
    }
}

/// How the daemon is.
public struct Status: Sendable, Hashable {
    /// The daemon's version.
    public var version: String
    /// The policy in force.
    public var policy: String
    /// How many messages are in each state.
    public var messages: [Message.State: Int]
    /// Whether the states add up to what was ever submitted.
    public var addsUp: Bool
    /// How many messages may go as soon as a worker comes.
    public var due: Int
    /// When something is next to be done.
    public var next: Instant?
    /// How many workers wait, by channel.
    public var workers: [String: Int]
    /// What an operator should know.
    public var warnings: [String]

    init(_ members: Members) throws(TactError) {
        version = try members.one("version", \.stringValue)
        policy = try members.object("policy") { policy throws(TactError) in try policy.one("version", \.stringValue) }
        var counts: [Message.State: Int] = [:]
        for (name, count) in try members.valuesByName("messages", \.countValue) {
            if let state = Message.State(rawValue: name) { counts[state] = count }
        }
        messages = counts
        addsUp = try members.object("conservation") { law throws(TactError) in try law.one("ok", \.boolValue) }
        due = try members.one("due", \.countValue)
        next = try members.ifAny("next", Instant.init(json:))
        workers = try members.valuesByName("workers", \.countValue)
        warnings = try members.values("warnings", \.stringValue)
    }
}

internal import TactAPI

/// When and how a message will go out, as things stand.
public struct Plan: Sendable, Hashable {
    /// The instant; no earlier millisecond is permitted.
    public var at: Instant
    /// The channel.
    public var channel: String
}

/// What one rule says of a message.
public struct Finding: Sendable, Hashable {
    /// What it does to the message.
    public enum Effect: String, Sendable, Hashable {
        /// Waits.
        case hold
        /// Will not be delivered.
        case suppress
        /// Nothing stands in the way.
        case permit
        /// The rule does not look at this message.
        case notApplicable = "not_applicable"
    }

    /// The rule, such as `quiet_hours`.
    public var rule: String
    /// What it does to the message.
    public var effect: Effect
    /// Why, such as `cap`.
    public var code: String?
    /// When it ends; `nil` with `hold`: when something changes.
    public var until: Instant?
    /// The channel it speaks of; `nil`: of all.
    public var channel: String?
    /// The cap's or send window's name.
    public var name: String?
    /// A sentence in the recipient's local time, fit to be shown to them.
    public var text: String?
}

/// A message as it stands.
public struct Message: Sendable, Hashable, Identifiable {
    /// In what state a message is. Every message ends in exactly one, with a reason.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Waits for its moment.
        case pending
        /// In a worker's hands.
        case leased
        /// A worker says that it has arrived.
        case delivered
        /// Part of another message.
        case digested
        /// By its sender, an operator, a newer message or the end of its subject.
        case cancelled
        /// By a rule.
        case suppressed
        /// Its time was used up while it was pending.
        case expired
        /// Its attempts were used up, or a worker said so.
        case failed
    }

    /// The daemon's id: receivers tell repetitions by it.
    public var id: String
    /// Its state.
    public var state: State
    /// Who it is for.
    public var recipient: String
    /// What it is about.
    public var topic: String
    /// Ways to reach them, the best first.
    public var channels: [String]
    /// When it was stored.
    public var submittedAt: Instant
    /// When it is of no use any more.
    public var expiresAt: Instant?
    /// When and how it will go out; `nil`: as things stand, not at all, or it is pending no more.
    public var plan: Plan?
    /// The codes of what holds or suppresses it, such as `quiet_hours`, each once, in the order of the rules.
    public var codes: [String]
    /// What holds or suppresses it; empty in lists.
    public var findings: [Finding]
    /// How often it was released to a worker.
    public var attempts: Int
    /// Why it ended as it did, such as `attempts_used_up`.
    public var reason: String?
    /// When it ended.
    public var endedAt: Instant?
}

/// What would become of a message if it were submitted.
public struct Forecast: Sendable, Hashable {
    /// The state it would have.
    public var state: Message.State
    /// When and how it would go out.
    public var plan: Plan?
    /// What would hold or suppress it.
    public var findings: [Finding]
}

/// Why a message is where it is.
public struct Explanation: Sendable, Hashable {
    /// A decision, with what every rule said.
    public struct Decision: Sendable, Hashable {
        /// When it was made.
        public var at: Instant
        /// `deliver`, `hold` or `suppress`.
        public var outcome: String
        /// The plan it made.
        public var plan: Plan?
        /// Of every rule.
        public var findings: [Finding]
        /// The version of the policy.
        public var policy: String
        /// The version of the tz database.
        public var tz: String
    }

    /// One release to a worker.
    public struct Delivery: Sendable, Hashable {
        /// From 1.
        public var attempt: Int
        /// By which channel.
        public var channel: String
        /// When a worker took it.
        public var releasedAt: Instant
        /// `delivered`, `retry`, `returned`, `failed` or `lapsed`; `nil`: still in its hands.
        public var outcome: String?
        /// What the worker had to say.
        public var detail: String?
    }

    /// The message as it stands.
    public var message: Message
    /// The last hundred, the oldest first.
    public var decisions: [Decision]
    /// For the decisions before those; `nil`: there are none.
    public var nextCursor: String?
    /// What would be decided now; `nil`: it is not pending.
    public var now: Decision?
    /// What was released.
    public var deliveries: [Delivery]
}

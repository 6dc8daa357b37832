/// Why something asked of the daemon was not done, or is not known to be done.
public enum TactError: Error, Sendable, Hashable {
    /// The daemon says no, and why. Nothing was half done.
    case refused(Problem)
    /// No daemon could be reached: nothing was asked.
    case unreachable(String)
    /// The connection broke, or no answer came in time: whether it was done is not known. What has an idempotency key
    /// can be submitted again.
    case interrupted(String)
    /// What came is not what a tactd answers.
    case unintelligible(String)
    /// A watch cannot tell everything: some changes are no longer kept, or the database was restored from an older copy.
    /// Read how things stand, then watch after this event.
    case missed(resumesAfter: Int64)
    /// The task was cancelled.
    case cancelled
}

extension TactError {
    /// The problem's type, if the daemon refused.
    public var problemType: Problem.Kind? {
        guard case .refused(let problem) = self else { return nil }
        return problem.type
    }

    /// Whether the same may well succeed later, without a change.
    public var mayPass: Bool {
        switch self {
        case .unreachable, .interrupted: true
        case .refused(let problem): [408, 429, 500, 503, 507].contains(problem.status)
        case .unintelligible, .missed, .cancelled: false
        }
    }
}

extension TactError: CustomStringConvertible {
    /// One line that says what happened.
    public var description: String {
        switch self {
        case .refused(let problem): "\(problem.title): \(problem.detail)"
        case .unreachable(let reason), .interrupted(let reason): reason
        case .unintelligible(let what): "the daemon's answer is not understood: \(what)"
        case .missed(let event): "changes before event \(event) are not known any more"
        case .cancelled: "the request was cancelled"
        }
    }
}

/// Why the daemon refused, as problem details (RFC 9457).
public struct Problem: Sendable, Hashable {
    /// What kind of problem it is: a stable URN. Branch on this, not on texts.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        /// `urn:tact:problem:…`.
        public var rawValue: String

        /// A kind by its URN.
        public init(rawValue: String) { self.rawValue = rawValue }

        private init(_ name: String) { rawValue = "urn:tact:problem:" + name }

        /// A field is not as it should be; `errors` names which.
        public static let invalidField = Kind("invalid-field")
        /// The policy has no such topic.
        public static let unknownTopic = Kind("unknown-topic")
        /// The policy has no such channel.
        public static let unknownChannel = Kind("unknown-channel")
        /// The tz database has no such zone.
        public static let unknownTimeZone = Kind("unknown-time-zone")
        /// The calendar cannot be read.
        public static let invalidCalendar = Kind("invalid-calendar")
        /// This user has no role that allows it.
        public static let forbidden = Kind("forbidden")
        /// There is no such thing.
        public static let notFound = Kind("not-found")
        /// The message is leased, or has ended.
        public static let notPending = Kind("not-pending")
        /// The key was used for another body.
        public static let idempotencyKeyReused = Kind("idempotency-key-reused")
        /// The recipient has as many pending messages as the policy allows.
        public static let tooManyPending = Kind("too-many-pending")
        /// This sender submits faster than the policy allows.
        public static let tooManySubmissions = Kind("too-many-submissions")
        /// Not built yet.
        public static let notSupported = Kind("not-supported")
        /// The daemon's disk is full.
        public static let diskFull = Kind("disk-full")
    }

    /// One thing that is wrong with what was sent.
    public struct Fault: Sendable, Hashable {
        /// Where, as a JSON pointer (RFC 6901).
        public var pointer: String
        /// What was found, and what is expected.
        public var detail: String
    }

    /// What kind it is.
    public var type: Kind
    /// The HTTP status.
    public var status: Int
    /// What such problems have in common, for people.
    public var title: String
    /// What happened this time, and what to do next, for people.
    public var detail: String
    /// Everything that is wrong, up to 20 things.
    public var errors: [Fault]
    /// When it is worth trying again.
    public var retryAfter: Duration?
}

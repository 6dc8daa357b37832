import TactCore

/// What the engine did in one transaction that is counted or told: to be taken when the transaction is on disk, and
/// forgotten when it was taken back. Kept on the writer's thread.
package struct Happenings: Sendable {
    /// A release that came to a bad end.
    package struct Mishap: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            /// The worker did not report in time.
            case lapsed
            /// The message has failed, for this reason.
            case failed(Reason)
        }

        package var kind: Kind
        /// The message's id.
        package var message: String
        package var channel: String
        package var attempt: Int
    }

    /// A topic that complaints have stopped.
    package struct HeldTopic: Sendable, Equatable {
        package var topic: String
        package var comment: String
    }

    package var tally = Tally()
    package var mishaps: [Mishap] = []
    package var heldTopics: [HeldTopic] = []
    /// Ids of messages that could not be opened and were set aside.
    package var unreadable: [String] = []

    package init() {}
}

/// How often things were done. A submission has some ten microseconds in all, so these are plain numbers in arrays.
package struct Tally: Sendable {
    /// What came of a submission.
    package enum Submission: Int, CaseIterable, Sendable {
        case pending, suppressed
        /// Answered from an earlier one with the same idempotency key.
        case replayed
    }

    /// What a decision said.
    package enum Verdict: Int, CaseIterable, Sendable {
        case deliver, hold, suppress
    }

    /// What one rule had against a message.
    package enum Objection: Int, CaseIterable, Sendable {
        case hold, suppress
    }

    package struct OfChannel: Sendable {
        package let channel: String
        package var releases = 0
        /// By the outcome's raw value.
        fileprivate var outcomes = Array(repeating: 0, count: Outcome.allCases.count)

        package init(channel: String) { self.channel = channel }

        package func count(_ outcome: Outcome) -> Int { outcomes[outcome.rawValue] }
    }

    private var submissions = Array(repeating: 0, count: Submission.allCases.count)
    private var verdicts = Array(repeating: 0, count: Verdict.allCases.count)
    private var objections = Array(repeating: 0, count: Rule.allCases.count * Objection.allCases.count)
    /// Messages that could not be opened.
    package internal(set) var unreadable = 0
    /// Few, as policies go: they are looked through.
    package private(set) var channels: [OfChannel] = []
    /// Seconds from the planned instant to the release.
    package private(set) var lateness = Distribution([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 60])

    package init() {}

    package func count(_ submission: Submission) -> Int { submissions[submission.rawValue] }
    package func count(_ verdict: Verdict) -> Int { verdicts[verdict.rawValue] }
    package func count(_ rule: Rule, _ objection: Objection) -> Int { objections[Tally.place(rule, objection)] }

    mutating func add(_ submission: Submission) { submissions[submission.rawValue] += 1 }

    mutating func add(_ decision: Decision) {
        let verdict: Verdict =
            switch decision.outcome {
            case .deliver: .deliver
            case .hold: .hold
            case .suppress: .suppress
            }
        verdicts[verdict.rawValue] += 1
        for finding in decision.findings {
            switch finding.effect {
            case .hold: objections[Tally.place(finding.rule, .hold)] += 1
            case .suppress: objections[Tally.place(finding.rule, .suppress)] += 1
            case .permit, .notApplicable: break
            }
        }
    }

    mutating func addRelease(on channel: String, late: Duration) {
        channels[place(of: channel)].releases += 1
        lateness.add(Double(max(0, late.milliseconds)) / 1000)
    }

    mutating func add(_ outcome: Outcome, on channel: String) {
        channels[place(of: channel)].outcomes[outcome.rawValue] += 1
    }

    package mutating func add(_ other: Tally) {
        for place in submissions.indices { submissions[place] += other.submissions[place] }
        for place in verdicts.indices { verdicts[place] += other.verdicts[place] }
        for place in objections.indices { objections[place] += other.objections[place] }
        unreadable += other.unreadable
        for theirs in other.channels {
            let place = place(of: theirs.channel)
            channels[place].releases += theirs.releases
            for outcome in theirs.outcomes.indices { channels[place].outcomes[outcome] += theirs.outcomes[outcome] }
        }
        lateness.add(other.lateness)
    }

    private static func place(_ rule: Rule, _ objection: Objection) -> Int {
        rule.position * Objection.allCases.count + objection.rawValue
    }

    private mutating func place(of channel: String) -> Int {
        if let place = channels.firstIndex(where: { $0.channel == channel }) { return place }
        channels.append(OfChannel(channel: channel))
        return channels.count - 1
    }
}

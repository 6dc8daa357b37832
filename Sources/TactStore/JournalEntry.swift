import GRDB
import TactCore

/// One line of a message's history: a decision, a change of state, or both.
package struct JournalEntry: Sendable, Equatable {
    /// Under which rules and clocks a decision was made.
    package struct Basis: Sendable, Equatable {
        package var policy: String
        package var tz: String
        /// The recipient's zone, for the sentences.
        package var zone: String?

        package init(policy: String, tz: String, zone: String?) {
            self.policy = policy
            self.tz = tz
            self.zone = zone
        }
    }

    /// Grows with every entry of the database.
    package var number: Int64
    package var message: Int64
    package var at: Timestamp
    package var state: MessageState
    /// Whether the state is another than before.
    package var isChange: Bool
    package var reason: Reason?
    package var plan: Message.Plan?
    /// nil: no rule was asked.
    package var basis: Basis?
    package var permitting: RuleSet
    package var findings: [Finding]

    package init(
        number: Int64 = 0, message: Int64, at: Timestamp, state: MessageState, isChange: Bool, reason: Reason? = nil,
        plan: Message.Plan? = nil, basis: Basis? = nil, permitting: RuleSet = [], findings: [Finding] = []
    ) {
        self.number = number
        self.message = message
        self.at = at
        self.state = state
        self.isChange = isChange
        self.reason = reason
        self.plan = plan
        self.basis = basis
        self.permitting = permitting
        self.findings = findings
    }

    static let columns =
        "n, message, at, state, is_change, reason, plan_at, plan_channel, policy, tz, zone, permitting, findings"
}

extension Session {
    package func append(_ entry: JournalEntry) throws {
        try run(
            """
            INSERT INTO journal (n, message, at, state, is_change, reason, plan_at, plan_channel, policy, tz, zone,
                permitting, findings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            try nextEntry(), entry.message, entry.at.milliseconds, entry.state.rawValue, entry.isChange ? 1 : 0,
            entry.reason?.rawValue, entry.plan?.at.milliseconds, try channelNumber(entry.plan),
            try entry.basis.map { try names.number($0.policy, .version, db) },
            try entry.basis.map { try names.number($0.tz, .version, db) }, entry.basis?.zone,
            Int64(entry.permitting.rawValue), FindingText.encode(entry.findings))
    }

    /// A message's whole history, the oldest first.
    package func journal(of message: Int64) throws -> [JournalEntry] {
        try rows("SELECT \(JournalEntry.columns) FROM journal WHERE message = ? ORDER BY n", [message], journalEntry)
    }

    /// Changes of state after entry `after`, the oldest first, with the entry's recipient.
    package func changes(after: Int64, limit: Int) throws -> [JournalEntry] {
        try rows(
            "SELECT \(JournalEntry.columns) FROM journal WHERE n > ? AND is_change = 1 ORDER BY n LIMIT ?",
            [after, limit], journalEntry)
    }

    /// The number of the newest entry, or 0.
    package func lastJournalEntry() throws -> Int64 {
        try integer("SELECT max(n) FROM journal") ?? 0
    }

    func journalEntry(_ row: Row) throws -> JournalEntry {
        var plan: Message.Plan?
        if let at = Timestamp(row[6] as Int64?), let channel = row[7] as Int64? {
            plan = Message.Plan(at: at, channel: try names.word(channel, db))
        }
        var basis: JournalEntry.Basis?
        if let policy = row[8] as Int64?, let tz = row[9] as Int64? {
            basis = .init(policy: try names.word(policy, db), tz: try names.word(tz, db), zone: row[10])
        }
        return JournalEntry(
            number: row[0], message: row[1], at: Timestamp(milliseconds: row[2]),
            state: MessageState(rawValue: row[3]) ?? .pending, isChange: row[4],
            reason: (row[5] as String?).flatMap(Reason.init), plan: plan, basis: basis,
            permitting: RuleSet(rawValue: UInt16(truncatingIfNeeded: row[11] as Int64)),
            findings: FindingText.decode(row[12]))
    }
}

import Foundation
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
    /// Whose message it is; 0: to be looked up.
    package var recipient: Int64
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
        number: Int64 = 0, message: Int64, recipient: Int64 = 0, at: Timestamp, state: MessageState, isChange: Bool,
        reason: Reason? = nil, plan: Message.Plan? = nil, basis: Basis? = nil, permitting: RuleSet = [],
        findings: [Finding] = []
    ) {
        self.number = number
        self.message = message
        self.recipient = recipient
        self.at = at
        self.state = state
        self.isChange = isChange
        self.reason = reason
        self.plan = plan
        self.basis = basis
        self.permitting = permitting
        self.findings = findings
    }

    static let columns = """
        j.n, j.message, j.at, j.state, j.is_change, j.reason, j.plan_at, j.plan_channel, j.policy, j.tz, j.permitting, \
        j.sealed, m.recipient
        """
    static let tables = "journal j JOIN messages m ON m.n = j.message"
}

extension Session {
    package func append(_ entry: JournalEntry) throws {
        let number = try nextEntry()
        try run(
            """
            INSERT INTO journal (n, message, at, state, is_change, reason, plan_at, plan_channel, policy, tz,
                permitting, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            number, entry.message, entry.at.milliseconds, entry.state.rawValue, entry.isChange ? 1 : 0,
            entry.reason?.rawValue, entry.plan?.at.milliseconds, try channelNumber(entry.plan),
            try entry.basis.map { try names.number($0.policy, .version, db) },
            try entry.basis.map { try names.number($0.tz, .version, db) }, Int64(entry.permitting.rawValue),
            try seal(entry, number))
    }

    /// Where the recipient is, and until when what holds: their days could be read from it. nil: there is nothing.
    private func seal(_ entry: JournalEntry, _ number: Int64) throws -> Data? {
        let (zone, findings) = (entry.basis?.zone, FindingText.encode(entry.findings))
        if zone == nil, findings == nil { return nil }
        let owner = entry.recipient != 0 ? entry.recipient : try recipient(ofMessage: entry.message)
        guard let owner else { throw StoreError.damaged("there is no message \(entry.message)") }
        var fields = SealedFields()
        fields.add(zone)
        fields.add(findings)
        return try seal(fields, .entry, number, of: owner)
    }

    /// A message's whole history, the oldest first.
    package func journal(of message: Int64) throws -> [JournalEntry] {
        try rows(
            "SELECT \(JournalEntry.columns) FROM \(JournalEntry.tables) WHERE j.message = ? ORDER BY j.n", [message],
            journalEntry)
    }

    /// The last decisions about a message before entry `before`, nil: of all; the oldest first.
    package func decisions(of message: Int64, before: Int64? = nil, limit: Int) throws -> [JournalEntry] {
        try rows(
            """
            SELECT \(JournalEntry.columns) FROM \(JournalEntry.tables)
            WHERE j.message = ? AND j.n < ? AND j.policy IS NOT NULL ORDER BY j.n DESC LIMIT ?
            """, [message, before ?? .max, limit], journalEntry
        ).reversed()
    }

    /// Changes of state after entry `after`, the oldest first, with the entry's recipient.
    package func changes(after: Int64, limit: Int) throws -> [JournalEntry] {
        try rows(
            """
            SELECT \(JournalEntry.columns) FROM \(JournalEntry.tables)
            WHERE j.n > ? AND j.is_change = 1 ORDER BY j.n LIMIT ?
            """,
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
        var fields = try openToShow(row[11], .entry, row[0], of: row[12]).map { SealedFields.Reader($0) }
        let (zone, findings) = (try fields?.text(), try fields?.text())
        var basis: JournalEntry.Basis?
        if let policy = row[8] as Int64?, let tz = row[9] as Int64? {
            basis = .init(policy: try names.word(policy, db), tz: try names.word(tz, db), zone: zone)
        }
        return JournalEntry(
            number: row[0], message: row[1], recipient: row[12], at: Timestamp(milliseconds: row[2]),
            state: MessageState(rawValue: row[3]) ?? .pending, isChange: row[4],
            reason: (row[5] as String?).flatMap(Reason.init), plan: plan, basis: basis,
            permitting: RuleSet(rawValue: UInt16(truncatingIfNeeded: row[10] as Int64)),
            findings: FindingText.decode(findings))
    }
}

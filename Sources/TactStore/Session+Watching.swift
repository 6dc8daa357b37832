import TactCore

/// Some changes of state, for those who watch.
package struct JournalPage: Sendable, Equatable {
    /// The oldest first.
    package var changes: [JournalEntry]
    /// The last entry that was looked at, told or not: where to go on.
    package var position: Int64
    /// Whether there may be more after it by now.
    package var hasMore: Bool
}

extension Session {
    /// Up to which entry, at the highest, the journal has lost any; 0: it is whole. Kept in the database.
    package func lastLostEntry() throws -> Int64 { try mark("journal_lost") ?? 0 }

    func noteLoss(upTo number: Int64?) throws {
        guard let number, try number > lastLostEntry() else { return }
        try setMark("journal_lost", number)
    }

    /// Changes of state after entry `after`, from among the next `most` entries. Most entries tell nobody anything: after
    /// a mass review there are as many as messages, and nobody should go through them twice.
    package func page(after: Int64, of most: Int) throws -> JournalPage {
        let (last, count) =
            try row(
                "SELECT max(n), count(*) FROM (SELECT n FROM journal WHERE n > ? ORDER BY n LIMIT ?)", [after, most]
            ) { ($0[0] as Int64?, $0[1] as Int) } ?? (nil, 0)
        guard let last else { return JournalPage(changes: [], position: after, hasMore: false) }
        let changes = try rows(
            """
            SELECT \(JournalEntry.columns) FROM \(JournalEntry.tables)
            WHERE j.n > ? AND j.n <= ? AND j.is_change = 1 ORDER BY j.n
            """,
            [after, last], journalEntry)
        return JournalPage(changes: changes, position: last, hasMore: count == most)
    }
}

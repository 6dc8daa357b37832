import GRDB
import TactCore

/// A place in the journal in the order of age.
package struct JournalPlace: Sendable, Equatable {
    package var at: Timestamp
    package var number: Int64

    package static let beginning = JournalPlace(at: .distantPast, number: 0)

    package init(at: Timestamp, number: Int64) {
        self.at = at
        self.number = number
    }
}

/// Throwing away what has been kept long enough, a slice at a time.
extension Session {
    /// Content of messages that ended in these states, and by then. Answers how many.
    package func dropContents(of states: [MessageState], endedBy end: Timestamp, limit: Int) throws -> Int {
        var dropped = 0
        for state in states {
            let numbers = try rows(
                """
                SELECT n FROM messages INDEXED BY messages_outlived
                WHERE state = ? AND ended_at <= ? AND ended_at IS NOT NULL AND has_content = 1 ORDER BY ended_at LIMIT ?
                """, [state.rawValue, end.milliseconds, limit - dropped], { $0[0] as Int64 })
            for number in numbers {
                try run("DELETE FROM contents WHERE message = ?", number)
                try run("UPDATE messages SET has_content = 0 WHERE n = ?", number)
            }
            dropped += numbers.count
        }
        return dropped
    }

    /// Journal entries older than that, but for those of messages that have not ended, from among the next `most` after
    /// a place. Answers the last place looked at, and whether there is more.
    package func dropJournal(
        before: Timestamp, after place: JournalPlace, of most: Int
    ) throws -> (place: JournalPlace, hasMore: Bool) {
        let aged = try rows(
            """
            SELECT j.at, j.n, m.ended_at IS NOT NULL FROM journal j INDEXED BY journal_aging
            JOIN messages m ON m.n = j.message
            WHERE j.at >= ? AND (j.at, j.n) > (?, ?) AND j.at < ? ORDER BY j.at, j.n LIMIT ?
            """,
            [place.at.milliseconds, place.at.milliseconds, place.number, before.milliseconds, most],
            { (place: JournalPlace(at: Timestamp(milliseconds: $0[0]), number: $0[1]), hasEnded: $0[2] as Bool) })
        for entry in aged where entry.hasEnded { try run("DELETE FROM journal WHERE n = ?", entry.place.number) }
        try noteLoss(upTo: aged.filter(\.hasEnded).map(\.place.number).max())
        return (aged.last?.place ?? place, aged.count == most)
    }

    /// Messages that ended before that, with all that hangs on them. The tallies keep counting them. Answers how many.
    package func dropMessages(endedBefore: Timestamp, limit: Int) throws -> Int {
        let numbers = try rows(
            "SELECT n FROM messages WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?",
            [endedBefore.milliseconds, limit], { $0[0] as Int64 })
        var lost: Int64?
        for number in numbers {
            if let last = try integer("SELECT max(n) FROM journal WHERE message = ?", number) {
                lost = max(lost ?? last, last)
            }
            for table in ["contents", "journal", "attempts"] {
                try run("DELETE FROM \(table) WHERE message = ?", number)
            }
            try run("DELETE FROM messages WHERE n = ?", number)
        }
        try noteLoss(upTo: lost)
        return numbers.count
    }
}

import GRDB
import TactCore

/// Throwing away what has been kept long enough, a slice at a time.
extension Session {
    /// Content of messages that ended before, but for those in the state `kept`. Answers how many.
    package func dropContents(endedBefore: Timestamp, except kept: MessageState?, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM contents WHERE message IN (
                SELECT c.message FROM contents c JOIN messages m ON m.n = c.message
                WHERE m.ended_at IS NOT NULL AND m.ended_at <= ? AND m.state IS NOT ? LIMIT ?)
            """, endedBefore.milliseconds, kept?.rawValue, limit)
        return db.changesCount
    }

    /// Journal entries older than that, except of messages that have not ended. Answers how many.
    package func dropJournal(before: Timestamp, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM journal WHERE n IN (
                SELECT j.n FROM journal j JOIN messages m ON m.n = j.message
                WHERE j.at < ? AND m.ended_at IS NOT NULL LIMIT ?)
            """, before.milliseconds, limit)
        return db.changesCount
    }

    /// Messages that ended before that, with all that hangs on them. The tallies keep counting them. Answers how many.
    package func dropMessages(endedBefore: Timestamp, limit: Int) throws -> Int {
        let numbers = try rows(
            "SELECT n FROM messages WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?",
            [endedBefore.milliseconds, limit], { $0[0] as Int64 })
        for number in numbers {
            for table in ["contents", "journal", "attempts"] {
                try run("DELETE FROM \(table) WHERE message = ?", number)
            }
            try run("DELETE FROM messages WHERE n = ?", number)
        }
        return numbers.count
    }
}

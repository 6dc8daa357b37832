import Foundation
import GRDB
import TactCore

/// What holds for more than one message: finished subjects, and marks of how far work has come.
extension Session {
    // MARK: Subjects

    /// New messages about the subject are refused until then. `recipient` nil: for everyone.
    package func complete(_ subject: String, recipient: Int64?, until: Timestamp) throws {
        try run(
            """
            INSERT INTO completions (subject, recipient, until) VALUES (?, ?, ?)
            ON CONFLICT (subject, recipient) DO UPDATE SET until = max(until, excluded.until)
            """, hash(subject, as: .subject), recipient ?? 0, until.milliseconds)
    }

    /// Until when messages about a subject are refused for a recipient.
    package func completion(of subject: String, recipient: Int64) throws -> Timestamp? {
        Timestamp(
            try integer(
                "SELECT max(until) FROM completions WHERE subject = ? AND recipient IN (0, ?)",
                hash(subject, as: .subject), recipient))
    }

    package func dropCompletions(before now: Timestamp) throws {
        try run("DELETE FROM completions WHERE until <= ?", now.milliseconds)
    }

    /// Recipients with pending messages that have no plan and live beyond `instant`.
    package func recipientsWithoutPlan(expiringAfter instant: Timestamp) throws -> [Int64] {
        try rows(
            """
            SELECT DISTINCT recipient FROM messages INDEXED BY messages_unplanned
            WHERE state = 0 AND plan_at IS NULL AND expires_at > ?
            """, [instant.milliseconds], { $0[0] as Int64 })
    }

    // MARK: Marks

    /// A number kept under a name, such as how far a review has come.
    package func mark(_ key: String) throws -> Int64? {
        try integer("SELECT value FROM meta WHERE key = ?", key)
    }

    package func setMark(_ key: String, _ value: Int64) throws {
        try run(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key, value)
    }

    package func clearMark(_ key: String) throws {
        try run("DELETE FROM meta WHERE key = ?", key)
    }

    /// The policy or tz database under which plans were last made: kept as the number of its version.
    package func versionNumber(_ version: String) throws -> Int64 { try names.number(version, .version, db) }

    /// The version that a mark stands for.
    package func version(at key: String) throws -> String? { try mark(key).map { try names.word($0, db) } }
}

import Foundation
import GRDB
import TactCore
import TactVault

/// One check of the database, and what came of it.
package struct Check: Sendable, Equatable {
    package var name: String
    package var isPassed: Bool
    package var detail: String
}

extension Session {
    /// Everything that must always hold: the conservation law, what the tables promise each other, and SQLite's own.
    package func checks() throws -> [Check] {
        // Before the first look at the database, which settles what is seen of it: the head may come further meanwhile.
        let auditHead = try vault.auditHead()
        return try [
            conservation(), tallied(),
            none(
                "queue", "topics whose count of pending or leased messages is wrong",
                """
                WITH found AS (
                    SELECT topic, state, count(*) AS value FROM messages WHERE state IN (0, 1) GROUP BY topic, state)
                SELECT count(*) FROM (
                    SELECT topic, state FROM (SELECT * FROM queue WHERE value > 0 EXCEPT SELECT * FROM found)
                    UNION SELECT topic, state FROM (SELECT * FROM found EXCEPT SELECT * FROM queue))
                """),
            none("foreign-keys", "rows whose parent is missing", "SELECT count(*) FROM pragma_foreign_key_check"),
            none(
                "one-lease-per-leased-message", "messages whose state and lease disagree",
                """
                SELECT count(*) FROM messages m WHERE (m.state = 1) <>
                    EXISTS (SELECT 1 FROM attempts a WHERE a.message = m.n AND a.outcome IS NULL)
                """),
            none(
                "content", "messages whose content is not as they have it",
                """
                SELECT count(*) FROM messages m WHERE m.has_content <>
                    EXISTS (SELECT 1 FROM contents c WHERE c.message = m.n)
                """),
            none(
                "erased", "rows of people who were erased",
                """
                SELECT count(*) FROM messages m JOIN recipients r ON r.n = m.recipient
                WHERE r.id IS NULL AND r.erasing IS NULL AND (m.sealed IS NOT NULL OR m.subject IS NOT NULL
                    OR m.has_content = 1)
                """),
            none(
                "counted-once", "messages that caps count more than once",
                "SELECT count(*) FROM (SELECT message FROM attempts WHERE counts = 1 GROUP BY message HAVING count(*) > 1)"
            ),
            none(
                "delivered-has-release", "delivered messages without a release",
                """
                SELECT count(*) FROM messages m WHERE m.state = 2
                    AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.message = m.n AND a.outcome = 0)
                """),
            keyed(), opened(), auditCheck(against: auditHead), sqlite(),
        ]
    }

    /// submitted = the sum over all states.
    private func conservation() throws -> Check {
        let counts = try counts()
        let sum = counts.byState.values.reduce(0, +)
        return Check(
            name: "conservation", isPassed: sum == counts.submitted,
            detail: "\(counts.submitted) submitted, \(sum) accounted for")
    }

    /// The tallies against the rows. Ended messages may be more than their rows: history is not kept for ever.
    private func tallied() throws -> Check {
        let tallies = try counts().byState
        var rows: [MessageState: Int] = [:]
        for (state, count) in try self.rows(
            "SELECT state, count(*) FROM messages GROUP BY state", [], { ($0[0] as Int, $0[1] as Int) })
        {
            if let state = MessageState(rawValue: state) { rows[state] = count }
        }
        let erased = try erasedCounts().byState
        let wrong = MessageState.allCases.filter { state in
            let (tally, found) = (tallies[state] ?? 0, (rows[state] ?? 0) + (erased[state] ?? 0))
            return state.isEnd ? tally < found : tally != found
        }
        return Check(
            name: "tallies", isPassed: wrong.isEmpty,
            detail: wrong.isEmpty
                ? "every count agrees with its rows"
                : wrong.map { "\($0.name): counted \(tallies[$0] ?? 0), found \(rows[$0] ?? 0)" }.joined(
                    separator: "; "))
    }

    /// Whether everybody has a key that can be unwrapped. Whoever was erased since the first look has none.
    private func keyed() throws -> Check {
        let numbers = try rows("SELECT n FROM recipients WHERE id IS NOT NULL", []) { $0[0] as Int64 }
        let without = numbers.count { !vault.hasKey($0) && !vault.isErased($0) }
        return Check(
            name: "keys", isPassed: without == 0,
            detail: "\(without) of \(numbers.count) recipients whose key is damaged")
    }

    /// What is sealed, by table: the row that it is bound to, whose it is, and the bytes.
    private static let sealed: [(table: String, kind: Vault.Kind, sql: String)] = [
        ("recipients", .recipient, "SELECT n, n, sealed FROM recipients"),
        ("messages", .message, "SELECT n, recipient, sealed FROM messages"),
        (
            "contents", .content,
            "SELECT c.message, m.recipient, c.body FROM contents c JOIN messages m ON m.n = c.message"
        ),
        ("journal", .entry, "SELECT j.n, m.recipient, j.sealed FROM journal j JOIN messages m ON m.n = j.message"),
        ("attempts", .attempt, "SELECT n, recipient, detail FROM attempts"),
        ("calendars", .calendar, "SELECT n, recipient, sealed FROM calendars"),
        ("busy times", .busy, "SELECT n, recipient, busy FROM calendars"),
        ("consents", .consent, "SELECT n, recipient, sealed FROM consents"),
        ("preferences", .preferences, "SELECT recipient, recipient, document FROM preferences"),
        ("events", .event, "SELECT n, recipient, detail FROM events"),
        (
            "renderings", .rendering,
            "SELECT r.attempt, a.recipient, r.used FROM renderings r JOIN attempts a ON a.n = r.attempt"
        ),
    ]

    /// Whether everything that is sealed opens.
    private func opened() throws -> Check {
        var (count, found): (Int, [String]) = (0, [])
        for part in Session.sealed {
            var damaged = 0
            let cursor = try Row.fetchCursor(db, sql: part.sql)
            while let row = try cursor.next() {
                guard let sealed = row[2] as Data? else { continue }
                count += 1
                do { _ = try open(sealed, part.kind, row[0], of: row[1]) } catch is Unreadable { damaged += 1 }
            }
            if damaged > 0 { found.append("\(damaged) of \(part.table)") }
        }
        return Check(
            name: "sealed", isPassed: found.isEmpty,
            detail: found.isEmpty
                ? "all of \(count) sealed rows open"
                : "sealed rows that do not open: \(found.joined(separator: ", ")); put back your copy of the keys, or a backup"
        )
    }

    private func none(_ name: String, _ what: String, _ sql: String) throws -> Check {
        let count = try integer(sql) ?? 0
        return Check(name: name, isPassed: count == 0, detail: "\(count) \(what)")
    }

    private func sqlite() throws -> Check {
        let report = try rows("PRAGMA integrity_check(20)", []) { $0[0] as String }
        return Check(name: "sqlite-integrity", isPassed: report == ["ok"], detail: report.joined(separator: "; "))
    }
}

import Foundation
import GRDB
import TactCore

/// Which messages a list shows.
package struct MessageFilter: Sendable, Equatable {
    package var states: Set<MessageState> = []
    package var recipient: String?
    package var topic: String?
    package var subject: String?
    package var sender: String?
    /// `since ≤ submitted_at < before`.
    package var since: Timestamp?
    package var before: Timestamp?

    package init() {}
}

extension Session {
    /// Messages that match, the newest first, those before number `cursor`. Filters on what nobody ever sent match
    /// nothing.
    package func messages(_ filter: MessageFilter, before cursor: Int64?, limit: Int) throws -> [StoredMessage] {
        guard let (condition, arguments) = try condition(filter, before: cursor) else { return [] }
        return try rows(
            "SELECT \(StoredMessage.columns) FROM messages WHERE \(condition) ORDER BY n DESC LIMIT \(limit)",
            arguments, storedMessage)
    }

    /// nil: nothing can match.
    private func condition(
        _ filter: MessageFilter, before cursor: Int64?
    ) throws -> (String, StatementArguments)? {
        // Of whoever was erased while a worker had a message, that message is left until its outcome: nobody's by now.
        var terms = ["n < ?", "recipient NOT IN (SELECT n FROM recipients WHERE id IS NULL)"]
        var arguments: StatementArguments = [cursor ?? .max]
        func add(_ term: String, _ value: some DatabaseValueConvertible) {
            terms.append(term)
            arguments += [value]
        }
        if let id = filter.recipient {
            guard let number = try recipientNumber(id) else { return nil }
            add("recipient = ?", number)
        }
        for (word, kind, column) in [(filter.topic, Names.Kind.topic, "topic"), (filter.sender, .sender, "sender")] {
            guard let word else { continue }
            guard let number = try names.find(word, kind, db) else { return nil }
            // The plus sign keeps the planner of SQLite from choosing an index that does not order by n.
            add("+\(column) = ?", number)
        }
        if let subject = filter.subject { add("subject = ?", Data(hash(subject, as: .subject))) }
        if let since = filter.since { add("submitted_at >= ?", since.milliseconds) }
        if let before = filter.before { add("submitted_at < ?", before.milliseconds) }
        if !filter.states.isEmpty {
            terms.append("state IN (\(filter.states.map { String($0.rawValue) }.sorted().joined(separator: ",")))")
        }
        return (terms.joined(separator: " AND "), arguments)
    }
}

/// Figures for the status.
extension Session {
    package func recipientCount() throws -> Int {
        Int(try integer("SELECT count(*) FROM recipients WHERE id IS NOT NULL") ?? 0)
    }

    /// How many messages are planned for a channel.
    package func plannedCount(channel: String) throws -> Int {
        guard let channel = try names.find(channel, .channel, db) else { return 0 }
        return Int(
            try integer(
                "SELECT count(*) FROM messages INDEXED BY messages_due WHERE plan_channel = ? AND plan_at IS NOT NULL",
                channel) ?? 0)
    }

    /// How many messages are due on a channel.
    package func dueCount(channel: String, now: Timestamp) throws -> Int {
        guard let channel = try names.find(channel, .channel, db) else { return 0 }
        return try Urgency.allCases.reduce(0) { sum, urgency in
            sum
                + Int(
                    try integer(
                        """
                        SELECT count(*) FROM messages INDEXED BY messages_due
                        WHERE plan_channel = ? AND urgency = ? AND plan_at <= ? AND plan_at IS NOT NULL
                        """, channel, urgency.rawValue, now.milliseconds) ?? 0)
        }
    }

    /// The size of the database file, in bytes.
    package func databaseBytes() throws -> Int {
        let pages = try integer("SELECT page_count FROM pragma_page_count") ?? 0
        let size = try integer("SELECT page_size FROM pragma_page_size") ?? 0
        return Int(pages * size)
    }

    /// How many recipients after number `after` have something pending.
    package func recipientsWithPendingCount(after: Int64) throws -> Int {
        Int(
            try integer(
                "SELECT count(DISTINCT recipient) FROM messages WHERE recipient > ? AND state = 0", after) ?? 0)
    }
}

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
        var terms = ["n < ?"]
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
        if let subject = filter.subject { add("subject = ?", subject) }
        if let since = filter.since { add("submitted_at >= ?", since.milliseconds) }
        if let before = filter.before { add("submitted_at < ?", before.milliseconds) }
        if !filter.states.isEmpty {
            terms.append("state IN (\(filter.states.map { String($0.rawValue) }.sorted().joined(separator: ",")))")
        }
        return (terms.joined(separator: " AND "), arguments)
    }
}

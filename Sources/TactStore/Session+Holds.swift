import GRDB
import TactCore

/// A stop, until somebody takes it away: by an operator, or of a topic by complaints.
package struct Hold: Sendable, Equatable {
    /// What is stopped. Each kind has a table of the same shape, named after it.
    package enum Kind: String, CaseIterable, Sendable {
        case channel, topic
    }

    package var kind: Kind
    /// The channel's name, or the topic's.
    package var name: String
    package var since: Timestamp
    package var author: String
    package var comment: String?

    package init(_ kind: Kind, _ name: String, since: Timestamp, author: String, comment: String?) {
        self.kind = kind
        self.name = name
        self.since = since
        self.author = author
        self.comment = comment
    }
}

extension Session {
    /// A second hold changes author and comment.
    package func hold(_ hold: Hold) throws {
        let kind = hold.kind.rawValue
        try run(
            """
            INSERT INTO \(kind)_holds (\(kind), since, author, comment) VALUES (?, ?, ?, ?)
            ON CONFLICT (\(kind)) DO UPDATE SET author = excluded.author, comment = excluded.comment
            """, hold.name, hold.since.milliseconds, hold.author, hold.comment)
    }

    package func releaseHold(_ kind: Hold.Kind, _ name: String) throws {
        try run("DELETE FROM \(kind.rawValue)_holds WHERE \(kind.rawValue) = ?", name)
    }

    /// By name.
    package func holds(_ kind: Hold.Kind) throws -> [Hold] {
        let word = kind.rawValue
        return try rows("SELECT \(word), since, author, comment FROM \(word)_holds ORDER BY \(word)", []) {
            Hold(kind, $0[0], since: Timestamp(milliseconds: $0[1]), author: $0[2], comment: $0[3])
        }
    }
}

import Foundation
import GRDB
import TactCore

/// A subject that is done while messages about it have not all ended yet.
package struct Completion: Sendable, Equatable {
    /// Keyed hash.
    package var subject: [UInt8]
    /// 0: for everyone.
    package var recipient: Int64
    /// The last message that was there when it was done.
    package var upTo: Int64
    /// Messages up to this one have been looked at.
    package var past: Int64
}

extension Session {
    /// A completion of all messages about a subject that are there now.
    package func completion(of subject: String, for recipient: Int64?) throws -> Completion {
        Completion(
            subject: hash(subject, as: .subject), recipient: recipient ?? 0, upTo: try lastMessage(), past: 0)
    }

    /// Whether it is about this message.
    package func covers(_ completion: Completion, _ message: Message, of recipient: Int64) -> Bool {
        guard let subject = message.subject, message.number <= completion.upTo else { return false }
        return (completion.recipient == 0 || completion.recipient == recipient)
            && hash(subject, as: .subject) == completion.subject
    }

    /// What is under way.
    package func completing() throws -> [Completion] {
        try rows("SELECT subject, recipient, up_to, past FROM completing ORDER BY up_to") {
            Completion(subject: [UInt8]($0[0] as Data), recipient: $0[1], upTo: $0[2], past: $0[3])
        }
    }

    /// Writes down how far one has come.
    package func note(_ completion: Completion) throws {
        try run(
            """
            INSERT INTO completing (subject, recipient, up_to, past) VALUES (?, ?, ?, ?)
            ON CONFLICT (subject, recipient) DO UPDATE SET up_to = excluded.up_to, past = excluded.past
            """, completion.subject, completion.recipient, completion.upTo, completion.past)
    }

    package func drop(_ completion: Completion) throws {
        try run(
            "DELETE FROM completing WHERE subject = ? AND recipient = ?", completion.subject, completion.recipient)
    }

    /// The next pending and leased messages that it is about, in the order of submission.
    package func unfinished(_ completion: Completion, limit: Int) throws -> [StoredMessage] {
        try rows(
            """
            SELECT \(StoredMessage.columns) FROM \(about(completion)) ORDER BY n LIMIT ?5
            """, [Data(completion.subject), completion.recipient, completion.past, completion.upTo, limit],
            storedMessage)
    }

    /// How many pending messages it is about.
    package func pendingCount(_ completion: Completion) throws -> Int {
        Int(
            try integer(
                """
                SELECT count(*) FROM \(about(completion)) AND state = 0
                """, completion.subject, completion.recipient, completion.past, completion.upTo) ?? 0)
    }

    /// The unfinished messages that it is about, along an index that has few others: not what has ended, and for one
    /// recipient nobody else's. The condition is the index's own, word for word.
    private func about(_ completion: Completion) -> String {
        let source =
            completion.recipient == 0
            ? "messages INDEXED BY messages_about WHERE ?2 = 0"
            : "messages INDEXED BY messages_of_recipient WHERE recipient = ?2"
        return source + " AND subject = ?1 AND state IN (0, 1) AND n > ?3 AND n <= ?4"
    }
}

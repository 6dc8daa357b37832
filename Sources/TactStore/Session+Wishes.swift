import Foundation
import GRDB
import TactCore

/// What a person has chosen, and which of their addresses are dead.
extension Session {
    /// The document as JSON text, and when it was last changed; nil: they have chosen nothing.
    package func preferences(of recipient: Int64) throws -> (document: String, updatedAt: Timestamp)? {
        try row("SELECT document, updated_at FROM preferences WHERE recipient = ?", [recipient]) { row in
            try open(row[0], .preferences, recipient, of: recipient).map {
                (String(decoding: $0, as: UTF8.self), Timestamp(milliseconds: row[1]))
            }
        }.flatMap(\.self)
    }

    package func setPreferences(_ document: String, of recipient: Int64, at now: Timestamp) throws {
        try run(
            """
            INSERT INTO preferences (recipient, document, updated_at) VALUES (?, ?, ?)
            ON CONFLICT (recipient) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at
            """, recipient, try seal(Array(document.utf8), .preferences, recipient, of: recipient), now.milliseconds)
    }

    // MARK: Dead addresses

    /// The channels whose address is closed.
    ///
    /// - Parameter addresses: those that the recipient has now, by channel. Where they have none here, as workers know it
    ///   themselves, a channel without one can be closed as well.
    package func closedAddresses(of recipient: Int64, among addresses: [String: String]) throws -> Set<String> {
        let closed = try rows(
            "SELECT channel, address FROM closed_addresses WHERE recipient = ?", [recipient],
            { (channel: try names.word($0[0], db), address: [UInt8]($0[1] as Data)) })
        return Set(
            closed.filter { closedHash($0.channel, addresses[$0.channel]) == $0.address }.map(\.channel))
    }

    /// Closes an address for good: it stays closed when another comes in between, and this one again.
    package func closeAddress(
        _ address: String?, of recipient: Int64, on channel: String, since: Timestamp
    ) throws {
        try run(
            "INSERT OR IGNORE INTO closed_addresses (recipient, channel, address, since) VALUES (?, ?, ?, ?)",
            recipient,
            try names.number(channel, .channel, db), closedHash(channel, address), since.milliseconds)
    }

    /// Somebody who may has said that an address is good again.
    package func openAddress(_ address: String?, of recipient: Int64, on channel: String) throws {
        guard let number = try names.find(channel, .channel, db) else { return }
        try run(
            "DELETE FROM closed_addresses WHERE recipient = ? AND channel = ? AND address = ?", recipient, number,
            closedHash(channel, address))
    }

    func closedHash(_ channel: String, _ address: String?) -> [UInt8] {
        hash(channel + "\u{0}" + CanonicalAddress.of(address ?? ""), as: .address)
    }

    // MARK: Known content

    /// Messages of one fingerprint that have reached a person, or may.
    package func told(_ fingerprint: String, to recipient: Int64) throws -> [Situation.Told] {
        try told(
            """
            WHERE m.recipient = ? AND m.fingerprint = ? AND m.fingerprint IS NOT NULL
            """, [recipient, fingerprint]
        ).map(\.told)
    }

    /// The same for every fingerprint among a person's pending messages.
    package func told(to recipient: Int64) throws -> [String: [Situation.Told]] {
        let found = try told(
            """
            WHERE m.recipient = ?1 AND m.fingerprint IS NOT NULL AND m.fingerprint IN
                (SELECT fingerprint FROM messages WHERE recipient = ?1 AND state = 0 AND fingerprint IS NOT NULL)
            """, [recipient])
        return Dictionary(grouping: found, by: \.fingerprint).mapValues { $0.map(\.told) }
    }

    /// A release counts while it is under way, when it was delivered, and when its lease lapsed: it may have arrived.
    private func told(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [(fingerprint: String, told: Situation.Told)] {
        try rows(
            """
            SELECT m.fingerprint, m.n, max(a.released_at), m.ended_at IS NOT NULL
            FROM messages m INDEXED BY messages_alike JOIN attempts a ON a.message = m.n
            \(condition) AND (a.outcome IS NULL OR a.outcome IN (?, ?)) GROUP BY m.n
            """, arguments + [Outcome.delivered.rawValue, Outcome.lapsed.rawValue]
        ) { row in
            (row[0], Situation.Told(message: row[1], at: Timestamp(milliseconds: row[2]), isCertain: row[3]))
        }
    }
}

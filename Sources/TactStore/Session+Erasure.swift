import Foundation
import GRDB
import TactCore
import TactVault

/// An erasure that has begun: whose, and the keyed hash of their id, by which the list of erasures knows them.
package struct Erasure: Sendable, Equatable {
    package var recipient: Int64
    package var hash: [UInt8]
}

/// What is left out of what a person switched off when everything else of them goes.
package struct Suppression: Sendable, Hashable {
    package var scope: Consents.Scope
    package var at: Timestamp

    package init(scope: Consents.Scope, at: Timestamp) {
        self.scope = scope
        self.at = at
    }
}

/// Erasing a person: first the intent, in one transaction with the end of all that waits; then their key; then their rows, a
/// slice at a time. Whoever is killed in between goes on at the next start.
extension Session {
    /// From here on the recipient is nobody: no look-up finds them. Pending messages are cancelled, and what a worker has
    /// keeps no more than it takes to hear of its outcome. Answers how many were cancelled.
    package func beginErasure(_ recipient: Int64, at now: Timestamp) throws -> Int {
        try run(
            "UPDATE recipients SET erasing = id, id = NULL, sealed = NULL, updated_at = ? WHERE n = ? AND id IS NOT NULL",
            now.milliseconds, recipient)
        try run(
            "DELETE FROM contents WHERE message IN (SELECT n FROM messages WHERE recipient = ?)", recipient)
        try run(
            """
            UPDATE messages SET subject = NULL, collapse_key = NULL, idempotency_key = NULL, sealed = NULL,
                fingerprint = NULL, has_content = 0, is_final = 1 WHERE recipient = ? AND state = 1
            """, recipient)
        let cancelled = try cancelPending(of: recipient, at: now)
        // Their contents have gone, and whoever submits under the same key before their rows go is to find nothing.
        try run(
            """
            UPDATE messages SET idempotency_key = NULL, has_content = 0 WHERE recipient = ? AND state >= 2
                AND (has_content = 1 OR idempotency_key IS NOT NULL)
            """, recipient)
        for table in ["calendars", "consents", "preferences", "closed_addresses", "events", "links_revoked"] {
            try run("DELETE FROM \(table) WHERE recipient = ?", recipient)
        }
        try run("DELETE FROM completions WHERE recipient = ? AND recipient <> 0", recipient)
        return cancelled
    }

    private func cancelPending(of recipient: Int64, at now: Timestamp) throws -> Int {
        let numbers = try rows(
            "SELECT n FROM messages WHERE recipient = ? AND state = 0", [recipient], { $0[0] as Int64 })
        for number in numbers {
            try append(
                JournalEntry(message: number, at: now, state: .cancelled, isChange: true, reason: .erased))
        }
        let topics = try rows(
            "SELECT topic, count(*) FROM messages WHERE recipient = ? AND state = 0 GROUP BY topic", [recipient],
            { (topic: $0[0] as Int64, count: $0[1] as Int) })
        try run(
            """
            UPDATE messages SET state = ?, ended_at = ?, reason = ?, plan_at = NULL, plan_channel = NULL, edge_at = NULL,
                has_content = 0 WHERE recipient = ? AND state = 0
            """, MessageState.cancelled.rawValue, now.milliseconds, Reason.erased.rawValue, recipient)
        for (topic, count) in topics {
            tallies[.pending, default: 0] -= count
            tallies[.cancelled, default: 0] += count
            tally(topic: topic, .pending, -count)
        }
        return topics.reduce(0) { $0 + $1.count }
    }

    /// Erasures that have begun and are not done.
    package func erasures() throws -> [Erasure] {
        try rows("SELECT n, erasing FROM recipients WHERE id IS NULL AND erasing IS NOT NULL ORDER BY n", []) {
            Erasure(recipient: $0[0], hash: [UInt8]($0[1] as Data))
        }
    }

    package func erasure(of recipient: Int64) throws -> Erasure? {
        try row("SELECT n, erasing FROM recipients WHERE n = ? AND erasing IS NOT NULL", [recipient]) {
            Erasure(recipient: $0[0], hash: [UInt8]($0[1] as Data))
        }
    }

    /// Whether there is a recipient of that number whose key was destroyed: the database is an older copy.
    package func outlives(erased recipient: Int64) throws -> Bool {
        try integer("SELECT 1 FROM recipients WHERE n = ? AND id IS NOT NULL", recipient) != nil
    }

    /// Deletes a slice of the messages of somebody who is being erased, with all that hangs on them. They are counted by
    /// state from then on. What a worker has stays until its outcome. Answers whether there is more.
    package func eraseMessages(of recipient: Int64, limit: Int) throws -> Bool {
        let found = try rows(
            "SELECT n, state FROM messages WHERE recipient = ? AND state >= 2 LIMIT ?", [recipient, limit],
            { (number: $0[0] as Int64, state: $0[1] as Int64) })
        for message in found { try eraseMessage(message.number, state: message.state) }
        return found.count == limit
    }

    private func eraseMessage(_ number: Int64, state: Int64) throws {
        try noteLoss(upTo: try integer("SELECT max(n) FROM journal WHERE message = ?", number))
        for table in ["contents", "journal", "attempts"] {
            try run("DELETE FROM \(table) WHERE message = ?", number)
        }
        try run("DELETE FROM messages WHERE n = ?", number)
        try run(
            "INSERT INTO erased (state, value) VALUES (?, 1) ON CONFLICT (state) DO UPDATE SET value = value + 1", state
        )
    }

    /// All that may go has gone. Counts the recipient; their row goes as soon as no worker has a message of theirs. To do
    /// so twice does no harm.
    package func finishErasure(_ recipient: Int64) throws {
        let ended = try rows(
            "UPDATE recipients SET erasing = NULL WHERE n = ? AND erasing IS NOT NULL RETURNING n", [recipient],
            { $0[0] as Int64 })
        guard !ended.isEmpty else { return }
        try noteLoss(
            upTo: try integer(
                "SELECT max(n) FROM journal WHERE message IN (SELECT n FROM messages WHERE recipient = ?)", recipient))
        try run(
            """
            DELETE FROM journal WHERE message IN (SELECT n FROM messages WHERE recipient = ?)
            """, recipient)
        try run("UPDATE counters SET value = value + 1 WHERE name = 'erased_recipients'")
        try forgetErased(recipient)
    }

    private func forgetErased(_ recipient: Int64) throws {
        try run(
            """
            DELETE FROM recipients WHERE n = ?1 AND id IS NULL AND erasing IS NULL
                AND NOT EXISTS (SELECT 1 FROM messages WHERE recipient = ?1)
            """, recipient)
    }

    /// Throws away what was left of erased recipients for workers to report on, once they have, a while later: a report may
    /// come twice. Answers whether there is more.
    package func dropErased(endedBefore: Timestamp, limit: Int) throws -> Bool {
        let recipients = try rows(
            "SELECT n FROM recipients WHERE id IS NULL AND erasing IS NULL LIMIT ?", [limit], { $0[0] as Int64 })
        for recipient in recipients {
            let ended = try rows(
                "SELECT n, state FROM messages WHERE recipient = ? AND state >= 2 AND ended_at < ? LIMIT ?",
                [recipient, endedBefore.milliseconds, limit], { (number: $0[0] as Int64, state: $0[1] as Int64) })
            for message in ended { try eraseMessage(message.number, state: message.state) }
            try forgetErased(recipient)
        }
        return false
    }

    /// Whether a message is of somebody who was erased.
    package func isNobodys(_ recipient: Int64) throws -> Bool {
        try integer("SELECT 1 FROM recipients WHERE n = ? AND id IS NULL", recipient) != nil
    }

    /// How many people were erased, and how many of their messages had ended how.
    package func erasedCounts() throws -> (recipients: Int, byState: [MessageState: Int]) {
        var byState: [MessageState: Int] = [:]
        for (state, count) in try rows("SELECT state, value FROM erased", [], { ($0[0] as Int, $0[1] as Int) }) {
            if let state = MessageState(rawValue: state) { byState[state] = count }
        }
        return (Int(try counter("erased_recipients")), byState)
    }

    // MARK: Suppressions

    /// Keeps what a person had switched off, by the keyed hashes of their id and addresses, in place of what was kept of
    /// their id at an earlier time. What was kept of an address stays: it may be another's, who has it, too.
    package func suppress(_ suppressions: [Suppression], id: String, addresses: [String: String]) throws {
        let own = hash(id, as: .recipient)
        try run("DELETE FROM suppressions WHERE who = ?", own)
        try keep(suppressions, [own] + addresses.map { addressHash($0.key, $0.value) })
    }

    /// The same for somebody of whom no more than the hash of their id is known.
    package func suppress(_ suppressions: [Suppression], hash: [UInt8]) throws { try keep(suppressions, [hash]) }

    private func keep(_ suppressions: [Suppression], _ who: [[UInt8]]) throws {
        for key in who {
            for suppression in suppressions {
                try run(
                    "INSERT OR REPLACE INTO suppressions (who, topic, channel, at) VALUES (?, ?, ?, ?)", key,
                    suppression.scope.topic, suppression.scope.channel ?? "", suppression.at.milliseconds)
            }
        }
    }

    package func suppressions(ofID id: String) throws -> [Suppression] {
        try suppressions(hash(ofRecipient: id))
    }

    package func suppressions(of address: String, on channel: String) throws -> [Suppression] {
        try suppressions(addressHash(channel, address))
    }

    private func suppressions(_ who: [UInt8]) throws -> [Suppression] {
        // Few are ever erased: most of the time there is nothing to look through.
        guard try integer("SELECT 1 FROM suppressions WHERE who = ? LIMIT 1", who) != nil else { return [] }
        return try rows("SELECT topic, channel, at FROM suppressions WHERE who = ?", [Data(who)]) { row in
            let channel: String = row[1]
            return Suppression(
                scope: Consents.Scope(topic: row[0], channel: channel.isEmpty ? nil : channel),
                at: Timestamp(milliseconds: row[2]))
        }
    }

    private func addressHash(_ channel: String, _ address: String) -> [UInt8] {
        hash(channel + "\u{0}" + address, as: .address)
    }
}

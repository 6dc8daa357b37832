import Foundation
import GRDB
import TactCore
import TactVault

/// An erasure that has begun: whose, and the keyed hash of their id, by which the list of erasures knows them.
package struct Erasure: Sendable, Equatable {
    package var recipient: Int64
    package var hash: [UInt8]
}

/// Erasing a person: first the intent, from which on nobody finds them and nothing of theirs is released; then their key;
/// then what waits for them ends, and their rows go, a slice at a time. Whoever is killed in between goes on at the next
/// start.
extension Session {
    /// From here on the recipient is nobody: no look-up finds them. What they had switched off is kept by the keyed hashes of
    /// their id and of all their addresses. nil: there is no such recipient.
    package func beginErasure(
        _ recipient: Int64, suppressing suppressions: [Suppression], addresses: [String: String], at now: Timestamp
    ) throws -> Erasure? {
        try noteFormer(addresses, of: recipient)
        let held = try addressesHeld(by: recipient)
        let found = try row("SELECT id FROM recipients WHERE n = ? AND id IS NOT NULL", [recipient]) {
            Erasure(recipient: recipient, hash: [UInt8]($0[0] as Data))
        }
        guard let erasure = found else { return nil }
        try suppress(suppressions, id: erasure.hash, addresses: held)
        try run(
            """
            UPDATE recipients SET erasing = id, id = NULL, sealed = NULL, stale_at = NULL, updated_at = ? WHERE n = ?
            """, now.milliseconds, recipient)
        // Few, and otherwise expanded further when their time comes.
        try run("DELETE FROM calendars WHERE recipient = ?", recipient)
        return erasure
    }

    /// Erasures that have begun and are not done.
    package func erasures() throws -> [Erasure] {
        try rows("SELECT n, erasing FROM recipients WHERE id IS NULL AND erasing IS NOT NULL ORDER BY n", []) {
            Erasure(recipient: $0[0], hash: [UInt8]($0[1] as Data))
        }
    }

    /// What the list of erasures is told.
    func person(_ erasure: Erasure, at now: Timestamp) throws -> ErasedPerson {
        ErasedPerson(
            recipient: erasure.recipient, hash: erasure.hash, at: now,
            addresses: try addressesHeld(by: erasure.recipient),
            refusals: try suppressions(of: erasure.hash).map {
                .init(topic: $0.scope.topic, channel: $0.scope.channel ?? "")
            })
    }

    /// Whether there is a recipient of that number whose key was destroyed: the database is an older copy.
    package func outlives(erased recipient: Int64) throws -> Bool {
        try integer("SELECT 1 FROM recipients WHERE n = ? AND id IS NOT NULL", recipient) != nil
    }

    // MARK: What waits

    /// Ends a slice of what waits for somebody who is being erased; what a worker has keeps no more than it takes to hear of
    /// its outcome. Answers whether there is more.
    package func endWaiting(of recipient: Int64, at now: Timestamp, limit: Int) throws -> Bool {
        let pending = try rows(
            "SELECT n FROM messages WHERE recipient = ? AND state = 0 LIMIT ?", [recipient, limit], { $0[0] as Int64 })
        for number in pending { try cancelErased(number, at: now) }
        if pending.count == limit { return true }
        let leased = try rows(
            "SELECT n FROM messages WHERE recipient = ? AND state = 1 AND has_content = 1 LIMIT ?", [recipient, limit],
            { $0[0] as Int64 })
        for number in leased {
            try run("DELETE FROM contents WHERE message = ?", number)
            try run(
                """
                UPDATE messages SET subject = NULL, collapse_key = NULL, idempotency_key = NULL, sealed = NULL,
                    fingerprint = NULL, has_content = 0, is_final = 1 WHERE n = ?
                """, number)
        }
        return leased.count == limit
    }

    /// A pending message of somebody who is being erased ends.
    package func cancelErased(_ number: Int64, at now: Timestamp) throws {
        try move(number, from: .pending, to: .cancelled, at: now, reason: .erased, keepsContent: false)
        try append(JournalEntry(message: number, at: now, state: .cancelled, isChange: true, reason: .erased))
    }

    /// Whoever submits under the key of somebody who is being erased finds nothing.
    package func forgetIdempotencyKey(of number: Int64) throws {
        try run("UPDATE messages SET idempotency_key = NULL WHERE n = ?", number)
    }

    // MARK: Rows

    /// Deletes a slice of what is kept of somebody who is being erased, of their messages with all that hangs on them. They
    /// are counted by state from then on. What a worker has stays until its outcome. Answers whether there is more.
    package func eraseRows(of recipient: Int64, limit: Int) throws -> Bool {
        let found = try rows(
            "SELECT n, state FROM messages WHERE recipient = ? AND state >= 2 LIMIT ?", [recipient, limit],
            { (number: $0[0] as Int64, state: $0[1] as Int64) })
        for message in found { try eraseMessage(message.number, state: message.state) }
        if found.count == limit { return true }
        for table in ["events", "consents"] {
            let gone = try rows(
                "DELETE FROM \(table) WHERE n IN (SELECT n FROM \(table) WHERE recipient = ? LIMIT ?) RETURNING n",
                [recipient, limit], { $0[0] as Int64 })
            if gone.count == limit { return true }
        }
        return false
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
        for table in ["calendars", "preferences", "closed_addresses", "links_revoked", "addresses_held"] {
            try run("DELETE FROM \(table) WHERE recipient = ?", recipient)
        }
        try run("UPDATE attempts SET address = NULL WHERE recipient = ?", recipient)
        for table in ["completions", "completing"] {
            try run("DELETE FROM \(table) WHERE recipient = ? AND recipient <> 0", recipient)
        }
        try noteLoss(
            upTo: try integer(
                "SELECT max(n) FROM journal WHERE message IN (SELECT n FROM messages WHERE recipient = ?)", recipient))
        try run(
            """
            DELETE FROM journal WHERE message IN (SELECT n FROM messages WHERE recipient = ?)
            """, recipient)
        try run("UPDATE counters SET value = value + 1 WHERE name = 'erased_recipients'")
        try noteErasuresKnown()
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
        // Those of whom something may go, and only those: others would stand in front of them.
        let recipients = try rows(
            """
            SELECT n FROM recipients r WHERE id IS NULL AND erasing IS NULL
                AND (EXISTS (SELECT 1 FROM messages WHERE recipient = r.n AND state >= 2 AND ended_at < ?)
                    OR NOT EXISTS (SELECT 1 FROM messages WHERE recipient = r.n))
            ORDER BY n LIMIT ?
            """, [endedBefore.milliseconds, limit], { $0[0] as Int64 })
        var room = limit
        for recipient in recipients where room > 0 {
            let ended = try rows(
                "SELECT n, state FROM messages WHERE recipient = ? AND state >= 2 AND ended_at < ? LIMIT ?",
                [recipient, endedBefore.milliseconds, room], { (number: $0[0] as Int64, state: $0[1] as Int64) })
            for message in ended { try eraseMessage(message.number, state: message.state) }
            room -= ended.count
            try forgetErased(recipient)
        }
        return room == 0 || recipients.count == limit
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
}

import Foundation
import GRDB
import TactCore

extension Session {
    /// Stores a new message with its content, and counts it.
    package func insert(_ stored: StoredMessage, content: [UInt8]) throws {
        let m = stored.message
        let topic = try names.number(m.topic, .topic, db)
        try run(
            """
            INSERT INTO messages (n, recipient, sender, topic, channels, state, urgency, relevance, submitted_at,
                not_before, expires_at, waits_from, retry_at, subject, collapse_key, idempotency_key, sealed, plan_at,
                plan_channel, edge_at, codes, attempts, ended_at, reason, has_content, fingerprint)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            m.number, stored.recipient, try names.number(m.sender, .sender, db),
            topic, try channelNumbers(m.channels), stored.state.rawValue,
            m.urgency.rawValue, m.relevance, m.submittedAt.milliseconds, m.notBefore?.milliseconds,
            (m.expiresAt ?? .distantFuture).milliseconds, m.waitsFrom.milliseconds, m.retryAt?.milliseconds,
            m.subject.map { hash($0, as: .subject) }, stored.collapseKey.map { hash($0, as: .collapseKey) },
            stored.idempotencyKey.map { hash($0, as: .idempotencyKey) },
            try seal(
                MessageWords(
                    subject: m.subject, collapseKey: stored.collapseKey, digest: stored.digest, because: stored.because),
                ofMessage: m.number, for: stored.recipient),
            m.plan?.at.milliseconds, try channelNumber(m.plan), m.edge?.milliseconds, m.codes.rawValue,
            stored.attempts, stored.endedAt?.milliseconds, stored.reason?.rawValue, stored.state.isEnd ? 0 : 1,
            m.fingerprint)
        if !stored.state.isEnd { try putContent(content, of: m.number, for: stored.recipient) }
        submitted += 1
        tallies[stored.state, default: 0] += 1
        tally(topic: topic, stored.state, 1)
    }

    package func message(_ number: Int64) throws -> StoredMessage? {
        try row("SELECT \(StoredMessage.columns) FROM messages WHERE n = ?", [number], storedMessage)
    }

    /// Messages of one recipient, the newest first, those before a number. However many there are, no more are looked at
    /// than `limit` of each state: their numbers stand in the index by recipient and state, in order.
    package func messages(of recipient: Int64, before: Int64, limit: Int) throws -> [StoredMessage] {
        let newest = MessageState.allCases.map { state in
            """
            SELECT n FROM (SELECT n FROM messages INDEXED BY messages_of_recipient
                WHERE recipient = ?1 AND state = \(state.rawValue) AND n < ?2 ORDER BY n DESC LIMIT ?3)
            """
        }.joined(separator: " UNION ALL ")
        return try rows(
            """
            SELECT \(StoredMessage.columns) FROM messages
            WHERE n IN (SELECT n FROM (\(newest)) ORDER BY n DESC LIMIT ?3) ORDER BY n DESC
            """, [recipient, before, limit], storedMessage)
    }

    /// Everything of one recipient that waits.
    package func pending(of recipient: Int64) throws -> [StoredMessage] {
        try rows(
            "SELECT \(StoredMessage.columns) FROM messages WHERE recipient = ? AND state = 0", [recipient],
            storedMessage)
    }

    /// Numbers of what waits for one recipient.
    package func pendingNumbers(of recipient: Int64, limit: Int) throws -> [Int64] {
        try rows(
            "SELECT n FROM messages WHERE recipient = ? AND state = 0 LIMIT ?", [recipient, limit], { $0[0] as Int64 })
    }

    /// How many messages could not be opened and were set aside.
    package func unreadableCount() throws -> Int {
        Int(
            try integer("SELECT count(*) FROM messages INDEXED BY messages_unreadable WHERE reason = 'unreadable'")
                ?? 0)
    }

    package func state(of number: Int64) throws -> MessageState? {
        try integer("SELECT state FROM messages WHERE n = ?", number).flatMap { MessageState(rawValue: Int($0)) }
    }

    package func pendingCount(of recipient: Int64) throws -> Int {
        Int(try integer("SELECT count(*) FROM messages WHERE recipient = ? AND state = 0", recipient) ?? 0)
    }

    /// Writes what a new decision changes of a pending message.
    package func updatePlan(_ message: Message) throws {
        try run(
            "UPDATE messages SET plan_at = ?, plan_channel = ?, edge_at = ?, codes = ? WHERE n = ?",
            message.plan?.at.milliseconds, try channelNumber(message.plan), message.edge?.milliseconds,
            message.codes.rawValue, message.number)
    }

    /// Writes what a sender may still change of a pending message.
    package func updateWishes(_ message: Message) throws {
        try run(
            """
            UPDATE messages SET not_before = ?, expires_at = ?, waits_from = ?, urgency = ?, relevance = ? WHERE n = ?
            """,
            message.notBefore?.milliseconds, (message.expiresAt ?? .distantFuture).milliseconds,
            message.waitsFrom.milliseconds, message.urgency.rawValue, message.relevance, message.number)
    }

    /// Moves a message into another state, and the counts with it. `at` is kept for states that end it.
    package func move(
        _ number: Int64, from: MessageState, to: MessageState, at: Timestamp, reason: Reason?, codes: CodeSet = [],
        keepsContent: Bool = true
    ) throws {
        let topic = try integer(
            """
            UPDATE messages SET state = ?, ended_at = ?, reason = ?, codes = ?, plan_at = NULL, plan_channel = NULL,
                edge_at = NULL, has_content = min(has_content, ?) WHERE n = ? AND state = ? RETURNING topic
            """,
            to.rawValue, to.isEnd ? at.milliseconds : nil, reason?.rawValue, codes.rawValue, keepsContent ? 1 : 0,
            number, from.rawValue)
        guard let topic else {
            throw StoreError.failed("message \(ids.id(number)) is not \(from.name)")
        }
        if !keepsContent { try run("DELETE FROM contents WHERE message = ?", number) }
        tallies[from, default: 0] -= 1
        tallies[to, default: 0] += 1
        tally(topic: topic, from, -1)
        tally(topic: topic, to, 1)
    }

    /// Sets how many attempts a message has had, and when it may be tried again.
    package func updateAttempts(_ number: Int64, attempts: Int, retryAt: Timestamp?) throws {
        try run(
            "UPDATE messages SET attempts = ?, retry_at = ? WHERE n = ?", attempts, retryAt?.milliseconds, number)
    }

    /// A leased message whose subject was completed: no retry.
    package func markFinal(_ number: Int64) throws {
        try run("UPDATE messages SET is_final = 1 WHERE n = ?", number)
    }

    // MARK: Content

    package func putContent(_ content: [UInt8], of number: Int64, for recipient: Int64) throws {
        try run(
            "INSERT INTO contents (message, body) VALUES (?, ?)", number,
            try seal(content, .content, number, of: recipient))
    }

    /// The content, until it is thrown away.
    package func content(of number: Int64) throws -> [UInt8]? {
        try row(
            "SELECT c.body, m.recipient FROM contents c JOIN messages m ON m.n = c.message WHERE c.message = ?",
            [number]
        ) { row in
            try open(row[0], .content, number, of: row[1]).map { [UInt8]($0) }
        }.flatMap(\.self)
    }

    // MARK: Keys

    /// The message that came with an idempotency key.
    package func message(sender: String, idempotencyKey: String) throws -> StoredMessage? {
        guard let sender = try names.find(sender, .sender, db) else { return nil }
        return try row(
            "SELECT \(StoredMessage.columns) FROM messages WHERE sender = ? AND idempotency_key = ?",
            [sender, Data(hash(idempotencyKey, as: .idempotencyKey))], storedMessage)
    }

    /// The pending message with a collapse key.
    package func pending(recipient: Int64, topic: String, sender: String, collapseKey: String) throws -> StoredMessage?
    {
        guard let topic = try names.find(topic, .topic, db), let sender = try names.find(sender, .sender, db) else {
            return nil
        }
        return try row(
            """
            SELECT \(StoredMessage.columns) FROM messages
            WHERE recipient = ? AND topic = ? AND sender = ? AND collapse_key = ? AND state = 0
            """, [recipient, topic, sender, Data(hash(collapseKey, as: .collapseKey))], storedMessage)
    }

    // MARK: What is due

    /// Pending messages planned at or before `now` on one channel, in the order of release within one urgency. None is
    /// opened: one that does not open is not to stand in the others' way.
    package func due(channel: String, urgency: Urgency, now: Timestamp, limit: Int) throws -> [Message] {
        guard let channel = try names.find(channel, .channel, db) else { return [] }
        return try rows(
            """
            SELECT \(StoredMessage.columns) FROM messages INDEXED BY messages_due
            WHERE plan_channel = ? AND urgency = ? AND plan_at <= ? AND plan_at IS NOT NULL
            ORDER BY plan_at, relevance DESC, expires_at, n LIMIT ?
            """, [channel, urgency.rawValue, now.milliseconds, limit], unopened)
    }

    /// The first planned instant on one channel.
    package func nextDue(channel: String) throws -> Timestamp? {
        guard let channel = try names.find(channel, .channel, db) else { return nil }
        var first: Timestamp?
        for urgency in Urgency.allCases {
            let next = try integer(
                """
                SELECT plan_at FROM messages INDEXED BY messages_due
                WHERE plan_channel = ? AND urgency = ? AND plan_at IS NOT NULL ORDER BY plan_at LIMIT 1
                """, channel, urgency.rawValue)
            if let next = Timestamp(next) { first = min(first ?? next, next) }
        }
        return first
    }

    /// Messages planned in `[from, to)`, on any channel. Their numbers stand in the index: thousands that fall due at one
    /// instant are found in some milliseconds.
    package func overdue(from: Timestamp, to: Timestamp) throws -> [Int64] {
        var found: [Int64] = []
        for channel in try names.all(.channel, db) {
            for urgency in Urgency.allCases {
                found += try rows(
                    """
                    SELECT n FROM messages INDEXED BY messages_due
                    WHERE plan_channel = ? AND urgency = ? AND plan_at >= ? AND plan_at < ? AND plan_at IS NOT NULL
                    """, [channel, urgency.rawValue, from.milliseconds, to.milliseconds], { $0[0] as Int64 })
            }
        }
        return found
    }

    /// Whose a message is.
    package func recipient(ofMessage number: Int64) throws -> Int64? {
        try integer("SELECT recipient FROM messages WHERE n = ?", number)
    }

    /// The first planned instant at or after `from`, on any channel.
    package func nextOverdue(from: Timestamp) throws -> Timestamp? {
        var first: Timestamp?
        for channel in try names.all(.channel, db) {
            for urgency in Urgency.allCases {
                let next = try integer(
                    """
                    SELECT plan_at FROM messages INDEXED BY messages_due
                    WHERE plan_channel = ? AND urgency = ? AND plan_at >= ? AND plan_at IS NOT NULL
                    ORDER BY plan_at LIMIT 1
                    """, channel, urgency.rawValue, from.milliseconds)
                if let next = Timestamp(next) { first = min(first ?? next, next) }
            }
        }
        return first
    }

    /// Pending messages whose time is used up, the earliest first.
    package func expired(now: Timestamp, limit: Int) throws -> [StoredMessage] {
        try rows(
            "SELECT \(StoredMessage.columns) FROM messages WHERE expires_at <= ? AND state = 0 ORDER BY expires_at, n LIMIT ?",
            [now.milliseconds, limit], storedMessage)
    }

    package func nextExpiry() throws -> Timestamp? {
        Timestamp(try integer("SELECT expires_at FROM messages WHERE state = 0 ORDER BY expires_at LIMIT 1"))
    }

    /// How many pending and leased messages there are per topic and channel that policy must keep.
    package func inUse() throws -> (topics: [String: Int], channels: [String: Int]) {
        var topics: [String: Int] = [:]
        var channels: [String: Int] = [:]
        let counted = try rows(
            "SELECT topic, channels, count(*) FROM messages WHERE state IN (0, 1) GROUP BY topic, channels", [],
            { row in (try names.word(row[0], db), try self.channels(row[1]), row[2] as Int) })
        for (topic, list, count) in counted {
            topics[topic, default: 0] += count
            for channel in list { channels[channel, default: 0] += count }
        }
        return (topics, channels)
    }
}

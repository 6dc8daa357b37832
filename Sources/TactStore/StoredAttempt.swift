import Foundation
import GRDB
import TactCore

/// A release of a message to a worker: a lease as long as it has no outcome, and a delivery that counts or does not.
package struct StoredAttempt: Sendable, Equatable {
    package var number: Int64
    package var message: Int64
    package var recipient: Int64
    package var sender: String
    package var topic: String
    package var channel: String
    /// From 1. An attempt that was returned untried has its number given again.
    package var attempt: Int
    package var releasedAt: Timestamp
    /// What the worker shows to prove that the lease is its own.
    package var lease: String
    /// On the clock that no step moves, and the boot that this clock belongs to.
    package var deadline: Timestamp
    package var boot: Int64
    package var outcome: Outcome?
    package var endedAt: Timestamp?
    package var detail: String?
    /// Whether caps see it.
    package var counts: Bool

    package init(
        number: Int64 = 0, message: Int64, recipient: Int64, sender: String, topic: String, channel: String,
        attempt: Int, releasedAt: Timestamp, lease: String, deadline: Timestamp, boot: Int64, counts: Bool
    ) {
        self.number = number
        self.message = message
        self.recipient = recipient
        self.sender = sender
        self.topic = topic
        self.channel = channel
        self.attempt = attempt
        self.releasedAt = releasedAt
        self.lease = lease
        self.deadline = deadline
        self.boot = boot
        self.counts = counts
    }

    /// The delivery as caps see it.
    package var delivery: Delivery {
        Delivery(message: message, at: releasedAt, topic: topic, channel: channel, sender: sender)
    }

    static let columns = """
        n, message, recipient, sender, topic, channel, attempt, released_at, lease, deadline, boot, outcome, ended_at, \
        detail, counts
        """
}

extension Session {
    /// - Parameter address: where it goes, of which a keyed hash is kept; nil: the worker knows it itself.
    package func insert(_ a: StoredAttempt, to address: String? = nil) throws {
        try run(
            """
            INSERT INTO attempts (message, recipient, sender, topic, channel, attempt, released_at, lease, deadline,
                boot, counts, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            a.message, a.recipient, try names.number(a.sender, .sender, db), try names.number(a.topic, .topic, db),
            try names.number(a.channel, .channel, db), a.attempt, a.releasedAt.milliseconds, a.lease,
            a.deadline.milliseconds, a.boot, a.counts ? 1 : 0, closedHash(a.channel, address))
    }

    /// Closes the address that a release went to, which may be the recipient's no longer. Answers whether it is known.
    package func closeAddress(ofAttempt number: Int64, since: Timestamp) throws -> Bool {
        guard try integer("SELECT 1 FROM attempts WHERE n = ? AND address IS NOT NULL", number) != nil else {
            return false
        }
        try run(
            """
            INSERT OR IGNORE INTO closed_addresses (recipient, channel, address, since)
            SELECT recipient, channel, address, ? FROM attempts WHERE n = ?
            """, since.milliseconds, number)
        return true
    }

    package func attempts(of message: Int64) throws -> [StoredAttempt] {
        try rows("SELECT \(StoredAttempt.columns) FROM attempts WHERE message = ? ORDER BY n", [message], attempt)
    }

    /// The last releases of a message, the earliest first.
    package func attempts(of message: Int64, last limit: Int) throws -> [StoredAttempt] {
        try rows(
            "SELECT \(StoredAttempt.columns) FROM attempts WHERE message = ? ORDER BY n DESC LIMIT ?",
            [message, limit], attempt
        ).reversed()
    }

    /// The attempt that still counts for a message, if there is one.
    package func counted(message: Int64) throws -> StoredAttempt? {
        try row("SELECT \(StoredAttempt.columns) FROM attempts WHERE message = ? AND counts = 1", [message], attempt)
    }

    /// What a recipient was sent since `since`, as caps see it.
    package func deliveries(to recipient: Int64, since: Timestamp) throws -> [Delivery] {
        try rows(
            """
            SELECT message, released_at, topic, channel, sender FROM attempts
            WHERE recipient = ? AND counts = 1 AND released_at > ?
            """, [recipient, since.milliseconds],
            {
                Delivery(
                    message: $0[0], at: Timestamp(milliseconds: $0[1]), topic: try names.word($0[2], db),
                    channel: try names.word($0[3], db), sender: try names.word($0[4], db))
            })
    }

    /// Releases to a recipient within a stretch of time, the earliest first.
    package func attempts(to recipient: Int64, within window: Interval, limit: Int) throws -> [StoredAttempt] {
        try rows(
            """
            SELECT \(StoredAttempt.columns) FROM attempts WHERE recipient = ? AND released_at >= ? AND released_at < ?
            ORDER BY released_at LIMIT ?
            """, [recipient, window.start.milliseconds, window.end.milliseconds, limit], attempt)
    }

    /// Ends a lease.
    package func close(
        _ attempt: StoredAttempt, outcome: Outcome, at: Timestamp, detail: String?, stillCounts: Bool
    ) throws {
        try run(
            "UPDATE attempts SET outcome = ?, ended_at = ?, detail = ?, counts = ? WHERE n = ?",
            outcome.rawValue, at.milliseconds,
            try detail.map { try seal(Array($0.utf8), .attempt, attempt.number, of: attempt.recipient) },
            stillCounts ? 1 : 0, attempt.number)
    }

    /// Takes the count of an earlier release away; the new release counts instead.
    package func uncount(_ number: Int64) throws {
        try run("UPDATE attempts SET counts = 0 WHERE n = ?", number)
    }

    package func extend(_ number: Int64, deadline: Timestamp, boot: Int64) throws {
        try run(
            "UPDATE attempts SET deadline = ?, boot = ? WHERE n = ?", deadline.milliseconds, boot, number)
    }

    /// Leases whose deadline is over, the earliest first.
    package func lapsed(at clock: Timestamp, limit: Int) throws -> [StoredAttempt] {
        try rows(
            """
            SELECT \(StoredAttempt.columns) FROM attempts WHERE outcome IS NULL AND deadline <= ?
            ORDER BY deadline LIMIT ?
            """, [clock.milliseconds, limit], attempt)
    }

    package func nextLapse() throws -> Timestamp? {
        Timestamp(try integer("SELECT deadline FROM attempts WHERE outcome IS NULL ORDER BY deadline LIMIT 1"))
    }

    /// Leases of another boot, whose deadlines are on a clock that is gone, and those that end after `latest`.
    package func leases(notOf boot: Int64, orEndingAfter latest: Timestamp) throws -> [StoredAttempt] {
        try rows(
            "SELECT \(StoredAttempt.columns) FROM attempts WHERE outcome IS NULL AND (boot <> ? OR deadline > ?)",
            [boot, latest.milliseconds], attempt)
    }

    /// The releases of a channel after `since` and up to `now`, for its rate, the latest first. What a clock that was
    /// set back stamped in a time to come is not among them yet.
    package func releases(channel: String, after since: Timestamp, upTo now: Timestamp, limit: Int) throws
        -> [Timestamp]
    {
        guard let channel = try names.find(channel, .channel, db) else { return [] }
        return try rows(
            """
            SELECT released_at FROM attempts WHERE channel = ? AND released_at > ? AND released_at <= ?
            ORDER BY released_at DESC LIMIT ?
            """, [channel, since.milliseconds, now.milliseconds, limit], { Timestamp(milliseconds: $0[0]) })
    }

    private func attempt(_ row: Row) throws -> StoredAttempt {
        var attempt = StoredAttempt(
            number: row[0], message: row[1], recipient: row[2], sender: try names.word(row[3], db),
            topic: try names.word(row[4], db), channel: try names.word(row[5], db), attempt: row[6],
            releasedAt: Timestamp(milliseconds: row[7]), lease: row[8], deadline: Timestamp(milliseconds: row[9]),
            boot: row[10], counts: row[14])
        attempt.outcome = (row[11] as Int?).flatMap(Outcome.init)
        attempt.endedAt = Timestamp(row[12] as Int64?)
        attempt.detail = try openToShow(row[13], .attempt, attempt.number, of: attempt.recipient).map {
            String(decoding: $0, as: UTF8.self)
        }
        return attempt
    }
}

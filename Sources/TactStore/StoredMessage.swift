import Foundation
import GRDB
import TactCore

/// A message as kept.
package struct StoredMessage: Sendable, Equatable {
    /// What the planner knows of it.
    package var message: Message
    /// The recipient's internal number.
    package var recipient: Int64
    package var state: MessageState
    package var collapseKey: String?
    package var idempotencyKey: String?
    /// Of the body that came with the idempotency key.
    package var digest: [UInt8]?
    /// How many releases it had that cost an attempt.
    package var attempts: Int
    /// Its subject was completed while it was leased: it is not tried again.
    package var isFinal = false
    /// A template words it, or it says why the person gets it.
    package var isWorded = false
    package var endedAt: Timestamp?
    package var reason: Reason?

    package init(
        message: Message, recipient: Int64, state: MessageState, collapseKey: String? = nil,
        idempotencyKey: String? = nil, digest: [UInt8]? = nil, attempts: Int = 0, endedAt: Timestamp? = nil,
        reason: Reason? = nil
    ) {
        self.message = message
        self.recipient = recipient
        self.state = state
        self.collapseKey = collapseKey
        self.idempotencyKey = idempotencyKey
        self.digest = digest
        self.attempts = attempts
        self.endedAt = endedAt
        self.reason = reason
    }

    static let columns = """
        n, recipient, sender, topic, channels, state, urgency, relevance, submitted_at, not_before, expires_at, \
        waits_from, retry_at, subject, collapse_key, idempotency_key, digest, plan_at, plan_channel, edge_at, codes, \
        attempts, ended_at, reason, is_final, fingerprint, \
        (SELECT coalesce(version, 0) FROM wordings WHERE message = messages.n)
        """
}

extension Session {
    func storedMessage(_ row: Row) throws -> StoredMessage {
        guard let state = MessageState(rawValue: row[5]) else {
            throw StoreError.damaged("message \(row[0] as Int64) has no known state")
        }
        var stored = StoredMessage(
            message: try message(row), recipient: row[1], state: state, collapseKey: row[14], idempotencyKey: row[15],
            digest: (row[16] as Data?).map { [UInt8]($0) }, attempts: row[21], endedAt: Timestamp(row[22] as Int64?),
            reason: (row[23] as String?).flatMap(Reason.init))
        stored.isFinal = row[24]
        stored.isWorded = row[row.count - 1] as Int64? != nil
        return stored
    }

    func message(_ row: Row) throws -> Message {
        var plan: Message.Plan?
        if let at = Timestamp(row[17] as Int64?), let channel = row[18] as Int64? {
            plan = Message.Plan(at: at, channel: try names.word(channel, db))
        }
        return Message(
            number: row[0], sender: try names.word(row[2], db), topic: try names.word(row[3], db),
            channels: try channels(row[4]), urgency: Urgency(rawValue: row[6]) ?? .normal, relevance: row[7],
            submittedAt: Timestamp(milliseconds: row[8]), notBefore: Timestamp(row[9] as Int64?),
            expiresAt: Timestamp(milliseconds: row[10]), waitsFrom: Timestamp(milliseconds: row[11]),
            retryAt: Timestamp(row[12] as Int64?), subject: row[13], fingerprint: row[25],
            wording: try wording(row[row.count - 1]), plan: plan, edge: Timestamp(row[19] as Int64?),
            codes: CodeSet(rawValue: row[20]))
    }

    func channels(_ text: String) throws -> [String] {
        try text.utf8.split(separator: UInt8(ascii: ",")).map { digits in
            guard let number = Int64(String(decoding: digits, as: UTF8.self)) else {
                throw StoreError.damaged("a message has the channels \(text)")
            }
            return try names.word(number, db)
        }
    }

    func channelNumbers(_ channels: [String]) throws -> String {
        if channels.count == 1 { return String(try names.number(channels[0], .channel, db)) }
        return try channels.map { String(try names.number($0, .channel, db)) }.joined(separator: ",")
    }

    func channelNumber(_ plan: Message.Plan?) throws -> Int64? {
        try plan.map { try names.number($0.channel, .channel, db) }
    }
}

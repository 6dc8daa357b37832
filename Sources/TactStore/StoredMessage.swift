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
    /// Only on its way in: it is kept as a keyed hash.
    package var idempotencyKey: String?
    /// Of the body that came with the idempotency key.
    package var digest: [UInt8]?
    /// How many releases it had that cost an attempt.
    package var attempts: Int
    /// Its subject was completed while it was leased: it is not tried again.
    package var isFinal = false
    /// What is sealed of it does not open: nothing is to be decided of it.
    package var isUnreadable = false
    /// A template words it.
    package var isWorded = false
    /// Why the person gets it, as its sender told.
    package var because: String?
    package var endedAt: Timestamp?
    package var reason: Reason?

    package init(
        message: Message, recipient: Int64, state: MessageState, collapseKey: String? = nil,
        idempotencyKey: String? = nil, digest: [UInt8]? = nil, because: String? = nil, attempts: Int = 0,
        endedAt: Timestamp? = nil,
        reason: Reason? = nil
    ) {
        self.message = message
        self.recipient = recipient
        self.state = state
        self.collapseKey = collapseKey
        self.idempotencyKey = idempotencyKey
        self.digest = digest
        self.because = because
        self.attempts = attempts
        self.endedAt = endedAt
        self.reason = reason
    }

    static let columns = """
        n, recipient, sender, topic, channels, state, urgency, relevance, submitted_at, not_before, expires_at, \
        waits_from, retry_at, sealed, plan_at, plan_channel, edge_at, codes, attempts, ended_at, reason, is_final, \
        fingerprint, (SELECT version FROM wordings WHERE message = messages.n)
        """
}

/// What is sealed of a message besides its content. Many messages have none of it.
struct MessageWords {
    var subject: String?
    var collapseKey: String?
    var digest: [UInt8]?
    var because: String?

    var isEmpty: Bool { subject == nil && collapseKey == nil && digest == nil && because == nil }
}

extension Session {
    func storedMessage(_ row: Row) throws -> StoredMessage {
        guard let state = MessageState(rawValue: row[5]) else {
            throw StoreError.damaged("message \(row[0] as Int64) has no known state")
        }
        let opened = try words(row)
        let words = opened ?? MessageWords()
        var stored = StoredMessage(
            message: try message(row, subject: words.subject), recipient: row[1], state: state,
            collapseKey: words.collapseKey, digest: words.digest, because: words.because, attempts: row[18],
            endedAt: Timestamp(row[19] as Int64?), reason: (row[20] as String?).flatMap(Reason.init))
        stored.isFinal = row[21]
        stored.isUnreadable = opened == nil
        stored.isWorded = row[row.count - 1] as Int64? != nil
        return stored
    }

    /// A message as far as it can be told without opening anything.
    func unopened(_ row: Row) throws -> Message { try message(row, subject: nil) }

    private func message(_ row: Row, subject: String?) throws -> Message {
        var plan: Message.Plan?
        if let at = Timestamp(row[14] as Int64?), let channel = row[15] as Int64? {
            plan = Message.Plan(at: at, channel: try names.word(channel, db))
        }
        return Message(
            number: row[0], sender: try names.word(row[2], db), topic: try names.word(row[3], db),
            channels: try channels(row[4]), urgency: Urgency(rawValue: row[6]) ?? .normal, relevance: row[7],
            submittedAt: Timestamp(milliseconds: row[8]), notBefore: Timestamp(row[9] as Int64?),
            expiresAt: Timestamp(milliseconds: row[10]), waitsFrom: Timestamp(milliseconds: row[11]),
            retryAt: Timestamp(row[12] as Int64?), subject: subject, fingerprint: row[22],
            wording: try wording(row[row.count - 1]), plan: plan, edge: Timestamp(row[16] as Int64?),
            codes: CodeSet(rawValue: row[17]))
    }

    /// nil: they do not open.
    private func words(_ row: Row) throws -> MessageWords? {
        let found: Data?
        do { found = try open(row[13], .message, row[0], of: row[1]) } catch is Unreadable { return nil }
        guard let opened = found else { return MessageWords() }
        var fields = SealedFields.Reader(opened)
        return MessageWords(
            subject: try fields.text(), collapseKey: try fields.text(), digest: try fields.bytes(),
            because: try fields.text())
    }

    /// nil: there is nothing to seal.
    func seal(_ words: MessageWords, ofMessage number: Int64, for recipient: Int64) throws -> Data? {
        if words.isEmpty { return nil }
        var fields = SealedFields()
        fields.add(words.subject)
        fields.add(words.collapseKey)
        fields.add(words.digest)
        fields.add(words.because)
        return try seal(fields, .message, number, of: recipient)
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

import Foundation
import GRDB
import TactCore

/// A recipient as kept. What is structured is kept as the JSON text of the wire.
package struct StoredRecipient: Sendable, Equatable {
    /// The internal number; 0 before it is stored.
    package var number: Int64
    package var id: String
    package var timeZone: String?
    package var country: String?
    package var locale: String?
    /// A JSON object, channel to address.
    package var addresses: String
    /// A JSON array of windows; nil: the policy's default.
    package var quietHours: String?
    package var pausedUntil: Timestamp?
    /// A JSON object.
    package var attributes: String
    /// What the person has said of what is declared, a JSON object; nil: nothing.
    package var own: String?
    /// The first instant at which an attribute is stale; nil: none ever is.
    package var staleAt: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    /// A recipient nothing was ever declared about.
    package init(number: Int64 = 0, id: String, createdAt: Timestamp) {
        self.number = number
        self.id = id
        addresses = "{}"
        attributes = "{}"
        self.createdAt = createdAt
        updatedAt = createdAt
    }

    static let columns = "n, sealed, created_at, updated_at, stale_at"
}

extension Session {
    package func recipient(_ id: String) throws -> StoredRecipient? {
        try row(
            "SELECT \(StoredRecipient.columns) FROM recipients WHERE id = ?", [hash(of: id)], storedRecipient
        ).flatMap(\.self)
    }

    /// nil: there is none, or they are being erased.
    package func recipient(number: Int64) throws -> StoredRecipient? {
        try row(
            "SELECT \(StoredRecipient.columns) FROM recipients WHERE n = ?", [number], storedRecipient
        ).flatMap(\.self)
    }

    /// The number of a recipient; nil if there is none of that id.
    package func recipientNumber(_ id: String) throws -> Int64? {
        try integer("SELECT n FROM recipients WHERE id = ?", hash(ofRecipient: id))
    }

    /// For lists, which go on whatever one of many is like: `?` where what is kept of the recipient does not open.
    package func shownRecipientID(_ number: Int64) throws -> String {
        do {
            guard let found = try recipient(number: number) else {
                throw StoreError.damaged("there is no recipient \(number)")
            }
            return found.id
        } catch is Unreadable { return "?" }
    }

    /// nil: they were erased, or what is kept of them does not open.
    package func knownRecipientID(_ number: Int64) throws -> String? {
        do { return try recipient(number: number)?.id } catch is Unreadable { return nil }
    }

    private func hash(of id: String) -> Data { Data(hash(ofRecipient: id)) }

    private func storedRecipient(_ row: Row) throws -> StoredRecipient? {
        let number: Int64 = row[0]
        guard let opened = try open(row[1], .recipient, number, of: number) else { return nil }
        var fields = SealedFields.Reader(opened)
        var recipient = StoredRecipient(
            number: number, id: try fields.word(), createdAt: Timestamp(milliseconds: row[2]))
        recipient.timeZone = try fields.text()
        recipient.country = try fields.text()
        recipient.locale = try fields.text()
        recipient.addresses = try fields.word()
        recipient.quietHours = try fields.text()
        recipient.pausedUntil = Timestamp(try fields.number())
        recipient.attributes = try fields.word()
        recipient.own = fields.isAtEnd ? nil : try fields.text()
        recipient.updatedAt = Timestamp(milliseconds: row[3])
        recipient.staleAt = Timestamp(row[4] as Int64?)
        return recipient
    }

    private func recipientIfReadable(_ row: Row) throws -> StoredRecipient? {
        do { return try storedRecipient(row) } catch is Unreadable { return nil }
    }

    func seal(_ recipient: StoredRecipient) throws -> Data {
        var fields = SealedFields()
        fields.add(recipient.id)
        fields.add(recipient.timeZone)
        fields.add(recipient.country)
        fields.add(recipient.locale)
        fields.add(recipient.addresses)
        fields.add(recipient.quietHours)
        fields.add(recipient.pausedUntil?.milliseconds)
        fields.add(recipient.attributes)
        // Most say nothing; rows of before have no such field.
        if let own = recipient.own { fields.add(own) }
        return try seal(fields, .recipient, recipient.number, of: recipient.number)
    }

    /// Gives a new recipient a number, and with it a key. Answers with the number it was given.
    package func insert(_ recipient: StoredRecipient) throws -> StoredRecipient {
        var stored = recipient
        stored.number = try nextRecipient()
        do { try vault.provide(for: stored.number) } catch { throw StoreError(error) }
        try run(
            "INSERT INTO recipients (n, id, sealed, created_at, updated_at, stale_at) VALUES (?, ?, ?, ?, ?, ?)",
            stored.number, hash(ofRecipient: stored.id), try seal(stored), stored.createdAt.milliseconds,
            stored.updatedAt.milliseconds, stored.staleAt?.milliseconds)
        return stored
    }

    package func update(_ recipient: StoredRecipient) throws {
        try run(
            "UPDATE recipients SET sealed = ?, updated_at = ?, stale_at = ? WHERE n = ?", try seal(recipient),
            recipient.updatedAt.milliseconds, recipient.staleAt?.milliseconds, recipient.number)
    }

    /// Recipients with an attribute that has been stale since then or longer, the longest first.
    package func recipients(staleBy instant: Timestamp, limit: Int) throws -> [Int64] {
        try rows(
            """
            SELECT n FROM recipients INDEXED BY recipients_stale
            WHERE stale_at <= ? AND stale_at IS NOT NULL ORDER BY stale_at LIMIT ?
            """, [instant.milliseconds, limit], { $0[0] as Int64 })
    }

    /// When to look at a recipient's attributes next; nil: never.
    package func setStale(_ recipient: Int64, at instant: Timestamp?) throws {
        try run("UPDATE recipients SET stale_at = ? WHERE n = ?", instant?.milliseconds, recipient)
    }

    /// The newest first, before number `before`.
    package func recipients(before: Int64?, limit: Int) throws -> [StoredRecipient] {
        try rows(
            """
            SELECT \(StoredRecipient.columns) FROM recipients WHERE n < ? AND id IS NOT NULL ORDER BY n DESC LIMIT ?
            """, [before ?? .max, limit], recipientIfReadable
        ).compactMap(\.self)
    }

    /// The keyed hash of somebody's id.
    package func recipientHash(_ id: String) -> [UInt8] { hash(ofRecipient: id) }

    /// Recipients after number `after` that have something pending, in order.
    package func recipientsWithPending(after: Int64, limit: Int) throws -> [Int64] {
        var found: [Int64] = []
        var last = after
        while found.count < limit {
            // A jump from one to the next, however many messages each has.
            guard
                let next = try integer(
                    "SELECT recipient FROM messages WHERE recipient > ? AND state = 0 ORDER BY recipient LIMIT 1",
                    last)
            else { break }
            found.append(next)
            last = next
        }
        return found
    }
}

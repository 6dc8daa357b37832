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

    init(_ row: Row) {
        number = row[0]
        id = row[1]
        timeZone = row[2]
        country = row[3]
        locale = row[4]
        addresses = row[5]
        quietHours = row[6]
        pausedUntil = Timestamp(row[7] as Int64?)
        attributes = row[8]
        createdAt = Timestamp(milliseconds: row[9])
        updatedAt = Timestamp(milliseconds: row[10])
    }

    static let columns =
        "n, id, time_zone, country, locale, addresses, quiet_hours, paused_until, attributes, created_at, updated_at"
}

extension Session {
    package func recipient(_ id: String) throws -> StoredRecipient? {
        try row("SELECT \(StoredRecipient.columns) FROM recipients WHERE id = ?", [id], StoredRecipient.init)
    }

    package func recipient(number: Int64) throws -> StoredRecipient? {
        try row("SELECT \(StoredRecipient.columns) FROM recipients WHERE n = ?", [number], StoredRecipient.init)
    }

    /// The number of a recipient; nil if there is none of that id.
    package func recipientNumber(_ id: String) throws -> Int64? {
        try integer("SELECT n FROM recipients WHERE id = ?", id)
    }

    package func recipientID(_ number: Int64) throws -> String {
        guard
            let found = try String.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM recipients WHERE n = ?"), arguments: [number])
        else { throw StoreError.damaged("there is no recipient \(number)") }
        return found
    }

    /// Answers with the number it was given.
    package func insert(_ recipient: StoredRecipient) throws -> StoredRecipient {
        try run(
            """
            INSERT INTO recipients (id, time_zone, country, locale, addresses, quiet_hours, paused_until, attributes,
                created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            recipient.id, recipient.timeZone, recipient.country, recipient.locale, recipient.addresses,
            recipient.quietHours, recipient.pausedUntil?.milliseconds, recipient.attributes,
            recipient.createdAt.milliseconds, recipient.updatedAt.milliseconds)
        var stored = recipient
        stored.number = db.lastInsertedRowID
        return stored
    }

    package func update(_ recipient: StoredRecipient) throws {
        try run(
            """
            UPDATE recipients SET time_zone = ?, country = ?, locale = ?, addresses = ?, quiet_hours = ?,
                paused_until = ?, attributes = ?, updated_at = ? WHERE n = ?
            """,
            recipient.timeZone, recipient.country, recipient.locale, recipient.addresses, recipient.quietHours,
            recipient.pausedUntil?.milliseconds, recipient.attributes, recipient.updatedAt.milliseconds,
            recipient.number)
    }

    /// The newest first, before number `before`.
    package func recipients(before: Int64?, limit: Int) throws -> [StoredRecipient] {
        try rows(
            "SELECT \(StoredRecipient.columns) FROM recipients WHERE n < ? ORDER BY n DESC LIMIT ?",
            [before ?? .max, limit], StoredRecipient.init)
    }

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

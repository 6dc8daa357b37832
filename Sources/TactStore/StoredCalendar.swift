import Foundation
import GRDB
import TactCore

/// A recipient's calendar as kept: when, and never what.
package struct StoredCalendar: Sendable, Equatable {
    /// The internal number; 0 before it is stored.
    package var number: Int64
    package var recipient: Int64
    package var name: String
    package var updatedAt: Timestamp
    /// `BusyCalendar`, encoded.
    package var rules: [UInt8]
    /// The rules expanded over `covers`, encoded.
    package var busy: [UInt8]
    package var covers: Interval
    /// When it is to be expanded further.
    package var renewAt: Timestamp
    /// Why the last expansion could not be made; the one before it stays in force.
    package var problem: String?

    package init(
        number: Int64 = 0, recipient: Int64, name: String, updatedAt: Timestamp, rules: [UInt8], busy: [UInt8],
        covers: Interval, renewAt: Timestamp, problem: String? = nil
    ) {
        self.number = number
        self.recipient = recipient
        self.name = name
        self.updatedAt = updatedAt
        self.rules = rules
        self.busy = busy
        self.covers = covers
        self.renewAt = renewAt
        self.problem = problem
    }

    static let columns = "n, recipient, sealed, busy, updated_at, covers_from, covers_until, renew_at, problem"
}

extension Session {
    /// Stores a calendar in place of the one of that name.
    package func put(_ calendar: StoredCalendar) throws {
        let key = hash(calendar.name, as: .calendar, of: calendar.recipient)
        let known = try integer(
            "SELECT n FROM calendars WHERE recipient = ? AND name = ?", calendar.recipient, key)
        // The number first: what is sealed is bound to it.
        let number = try known ?? (integer("SELECT max(n) FROM calendars") ?? 0) + 1
        var fields = SealedFields()
        fields.add(calendar.name)
        fields.add(calendar.rules)
        try run(
            """
            INSERT INTO calendars (n, recipient, name, sealed, busy, updated_at, covers_from, covers_until, renew_at,
                problem)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (n) DO UPDATE SET updated_at = excluded.updated_at, sealed = excluded.sealed,
                busy = excluded.busy, covers_from = excluded.covers_from, covers_until = excluded.covers_until,
                renew_at = excluded.renew_at, problem = excluded.problem
            """,
            number, calendar.recipient, key, try seal(fields, .calendar, number, of: calendar.recipient),
            try seal(calendar.busy, .busy, number, of: calendar.recipient), calendar.updatedAt.milliseconds,
            calendar.covers.start.milliseconds, calendar.covers.end.milliseconds, calendar.renewAt.milliseconds,
            calendar.problem)
    }

    /// By name.
    package func calendars(of recipient: Int64) throws -> [StoredCalendar] {
        try rows(
            "SELECT \(StoredCalendar.columns) FROM calendars WHERE recipient = ?", [recipient], storedCalendar
        ).compactMap(\.self).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    package func calendar(_ name: String, of recipient: Int64) throws -> StoredCalendar? {
        try row(
            "SELECT \(StoredCalendar.columns) FROM calendars WHERE recipient = ? AND name = ?",
            [recipient, Data(hash(name, as: .calendar, of: recipient))], storedCalendar
        ).flatMap(\.self)
    }

    private func storedCalendar(_ row: Row) throws -> StoredCalendar? {
        let (number, recipient): (Int64, Int64) = (row[0], row[1])
        guard let opened = try open(row[2], .calendar, number, of: recipient),
            let busy = try open(row[3], .busy, number, of: recipient)
        else { return nil }
        var fields = SealedFields.Reader(opened)
        return StoredCalendar(
            number: number, recipient: recipient, name: try fields.word(),
            updatedAt: Timestamp(milliseconds: row[4]), rules: try fields.bytes() ?? [], busy: [UInt8](busy),
            covers: Interval(start: Timestamp(milliseconds: row[5]), end: Timestamp(milliseconds: row[6])),
            renewAt: Timestamp(milliseconds: row[7]), problem: row[8])
    }

    /// The expanded busy intervals of all calendars of a recipient, encoded.
    package func busy(of recipient: Int64) throws -> [[UInt8]] {
        try rows("SELECT n, busy FROM calendars WHERE recipient = ?", [recipient]) { row in
            try open(row[1], .busy, row[0], of: recipient).map { [UInt8]($0) }
        }.compactMap(\.self)
    }

    /// Answers whether there was one.
    package func deleteCalendar(_ name: String, of recipient: Int64) throws -> Bool {
        try run(
            "DELETE FROM calendars WHERE recipient = ? AND name = ?", recipient,
            hash(name, as: .calendar, of: recipient))
        return db.changesCount > 0
    }

    /// A recipient with a calendar that is to be expanded further at `now` or was before, the earliest.
    package func calendarToRenew(at now: Timestamp) throws -> Int64? {
        try integer(
            "SELECT recipient FROM calendars WHERE renew_at <= ? ORDER BY renew_at LIMIT 1", now.milliseconds)
    }

    /// A recipient with a calendar that is to be expanded further only after `instant`.
    package func calendarToRenew(after instant: Timestamp) throws -> Int64? {
        try integer(
            "SELECT recipient FROM calendars WHERE renew_at > ? ORDER BY renew_at DESC LIMIT 1", instant.milliseconds)
    }

    /// They cannot be expanded now.
    package func postponeCalendars(of recipient: Int64, until: Timestamp) throws {
        try run("UPDATE calendars SET renew_at = ? WHERE recipient = ?", until.milliseconds, recipient)
    }

    package func nextCalendarRenewal() throws -> Timestamp? {
        Timestamp(try integer("SELECT renew_at FROM calendars ORDER BY renew_at LIMIT 1"))
    }

    /// Recipients after number `after` that have calendars, in order.
    package func recipientsWithCalendars(after: Int64, limit: Int) throws -> [Int64] {
        try rows(
            "SELECT DISTINCT recipient FROM calendars WHERE recipient > ? ORDER BY recipient LIMIT ?", [after, limit],
            { $0[0] as Int64 })
    }
}

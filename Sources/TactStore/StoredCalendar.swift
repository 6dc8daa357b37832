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

    static let columns = "n, recipient, name, updated_at, rules, busy, covers_from, covers_until, renew_at, problem"

    init(_ row: Row) {
        number = row[0]
        recipient = row[1]
        name = row[2]
        updatedAt = Timestamp(milliseconds: row[3])
        rules = [UInt8](row[4] as Data)
        busy = [UInt8](row[5] as Data)
        covers = Interval(start: Timestamp(milliseconds: row[6]), end: Timestamp(milliseconds: row[7]))
        renewAt = Timestamp(milliseconds: row[8])
        problem = row[9]
    }
}

extension Session {
    /// Stores a calendar in place of the one of that name.
    package func put(_ calendar: StoredCalendar) throws {
        try run(
            """
            INSERT INTO calendars (recipient, name, updated_at, rules, busy, covers_from, covers_until, renew_at,
                problem)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (recipient, name) DO UPDATE SET updated_at = excluded.updated_at, rules = excluded.rules,
                busy = excluded.busy, covers_from = excluded.covers_from, covers_until = excluded.covers_until,
                renew_at = excluded.renew_at, problem = excluded.problem
            """,
            calendar.recipient, calendar.name, calendar.updatedAt.milliseconds, calendar.rules,
            calendar.busy, calendar.covers.start.milliseconds, calendar.covers.end.milliseconds,
            calendar.renewAt.milliseconds,
            calendar.problem)
    }

    package func calendars(of recipient: Int64) throws -> [StoredCalendar] {
        try rows(
            "SELECT \(StoredCalendar.columns) FROM calendars WHERE recipient = ? ORDER BY name", [recipient],
            StoredCalendar.init)
    }

    package func calendar(_ name: String, of recipient: Int64) throws -> StoredCalendar? {
        try row(
            "SELECT \(StoredCalendar.columns) FROM calendars WHERE recipient = ? AND name = ?", [recipient, name],
            StoredCalendar.init)
    }

    /// The expanded busy intervals of all calendars of a recipient, encoded.
    package func busy(of recipient: Int64) throws -> [[UInt8]] {
        try rows("SELECT busy FROM calendars WHERE recipient = ?", [recipient]) { [UInt8]($0[0] as Data) }
    }

    /// Answers whether there was one.
    package func deleteCalendar(_ name: String, of recipient: Int64) throws -> Bool {
        try run("DELETE FROM calendars WHERE recipient = ? AND name = ?", recipient, name)
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

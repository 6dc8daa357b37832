/// An RRULE (RFC 5545, section 3.3.10), as written: what the start of the event adds to it is filled in when
/// it is expanded.
package struct RecurrenceRule: Hashable, Sendable {
    package enum Frequency: UInt8, Sendable, Hashable, Comparable, CaseIterable {
        case secondly, minutely, hourly, daily, weekly, monthly, yearly

        package static func < (a: Frequency, b: Frequency) -> Bool { a.rawValue < b.rawValue }

        /// `"SECONDLY"` … `"YEARLY"`.
        var name: String {
            switch self {
            case .secondly: "SECONDLY"
            case .minutely: "MINUTELY"
            case .hourly: "HOURLY"
            case .daily: "DAILY"
            case .weekly: "WEEKLY"
            case .monthly: "MONTHLY"
            case .yearly: "YEARLY"
            }
        }
    }

    package enum End: Hashable, Sendable {
        case never
        /// That many occurrences, 1 or more.
        case count(Int)
        /// No occurrence starts later. A DATE includes its whole day; a time that is not in UTC is compared on
        /// the event's own clock.
        case until(CalendarTime)
    }

    /// An entry of BYDAY: `MO` (ordinal 0), `1MO` or `-1MO`.
    package struct Day: Hashable, Sendable {
        package var ordinal: Int8
        package var weekday: Weekday

        package init(_ ordinal: Int8, _ weekday: Weekday) {
            self.ordinal = ordinal
            self.weekday = weekday
        }
    }

    package var frequency: Frequency
    /// 1…1,000,000,000.
    package var interval: Int64 = 1
    package var end: End = .never
    /// WKST; Monday where it is not given.
    package var weekStart: Weekday = .mon
    /// BYSECOND, BYMINUTE and BYHOUR as sets of bits; 0 means that the part is absent.
    package var seconds: UInt64 = 0
    package var minutes: UInt64 = 0
    package var hours: UInt64 = 0
    /// BYMONTH: bits 1…12.
    package var months: UInt64 = 0
    /// BYMONTHDAY: bits 1…31, and counted from the end bits 33 (the last day) … 63.
    package var monthDays: UInt64 = 0
    /// BYWEEKNO: bits 1…53, from the start and from the end of the year.
    package var weeks: UInt64 = 0
    package var weeksFromEnd: UInt64 = 0
    /// BYDAY.
    package var days: [Day] = []
    /// BYYEARDAY: ±1…366, ascending.
    package var yearDays: [Int16] = []
    /// BYSETPOS: ±1…366, ascending.
    package var positions: [Int16] = []

    package init(_ frequency: Frequency) { self.frequency = frequency }
}

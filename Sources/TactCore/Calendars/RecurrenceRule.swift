/// An RRULE (RFC 5545, section 3.3.10), as written: what the start of the event adds to it is filled in when
/// it is expanded.
struct RecurrenceRule: Hashable, Sendable {
    enum Frequency: UInt8, Sendable, Hashable, Comparable, CaseIterable {
        case secondly, minutely, hourly, daily, weekly, monthly, yearly

        static func < (a: Frequency, b: Frequency) -> Bool { a.rawValue < b.rawValue }

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

    enum End: Hashable, Sendable {
        case never
        /// That many occurrences, 1 or more.
        case count(Int)
        /// No occurrence starts later. A DATE includes its whole day; a time that is not in UTC is compared on
        /// the event's own clock.
        case until(CalendarTime)
    }

    /// An entry of BYDAY: `MO` (ordinal 0), `1MO` or `-1MO`.
    struct Day: Hashable, Sendable {
        var ordinal: Int8
        var weekday: Weekday

        init(_ ordinal: Int8, _ weekday: Weekday) {
            self.ordinal = ordinal
            self.weekday = weekday
        }
    }

    var frequency: Frequency
    /// 1…1,000,000,000.
    var interval: Int64 = 1
    var end: End = .never
    /// WKST; Monday where it is not given.
    var weekStart: Weekday = .mon
    /// BYSECOND, BYMINUTE and BYHOUR as sets of bits; 0 means that the part is absent.
    var seconds: UInt64 = 0
    var minutes: UInt64 = 0
    var hours: UInt64 = 0
    /// BYMONTH: bits 1…12.
    var months: UInt64 = 0
    /// BYMONTHDAY: bits 1…31, and counted from the end bits 33 (the last day) … 63.
    var monthDays: UInt64 = 0
    /// BYWEEKNO: bits 1…53, from the start and from the end of the year.
    var weeks: UInt64 = 0
    var weeksFromEnd: UInt64 = 0
    /// BYDAY.
    var days: [Day] = []
    /// BYYEARDAY: ±1…366, ascending.
    var yearDays: [Int16] = []
    /// BYSETPOS: ±1…366, ascending.
    var positions: [Int16] = []

    init(_ frequency: Frequency) { self.frequency = frequency }
}

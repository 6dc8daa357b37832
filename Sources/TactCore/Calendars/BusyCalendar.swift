/// What is kept of a calendar: when its owner is busy, as rules, and nothing else. No titles, places, people,
/// identities, nor the source.
package struct BusyCalendar: Hashable, Sendable {
    /// A zone that times of this calendar refer to.
    enum Zone: Hashable, Sendable {
        /// A name of the tz database, so that a change of the law takes effect.
        case named(String)
        /// The calendar's own definition.
        case defined(CustomZone)
    }

    /// Busy time that does not recur and is given in UTC (FREEBUSY), in seconds since 1970.
    package struct Period: Hashable, Sendable {
        var start: Int64
        var end: Int64
        var type: BusyType
    }

    /// A VAVAILABILITY (RFC 7953): busy from `start` to `end` but for what is available.
    struct Availability: Hashable, Sendable {
        /// Nil: since ever, or for ever.
        var start: CalendarTime?
        var end: CalendarTime?
        var type: BusyType
        /// 1 is the highest, 9 the lowest but for 0, which stands for "not given". A higher one replaces what a lower
        /// one says of the same time; equal ones block together.
        var priority: UInt8
        var available: [BusySeries]
    }

    var zones: [Zone] = []
    /// What was an event, with its overrides.
    package internal(set) var series: [BusySeries] = []
    /// What was told as free/busy.
    package internal(set) var periods: [Period] = []
    var availabilities: [Availability] = []

    /// A calendar in which nobody is ever busy.
    package init() {}

    /// The names of the tz database that the calendar needs.
    package var zoneNames: [String] {
        zones.compactMap {
            switch $0 {
            case .named(let name): name
            case .defined: nil
            }
        }
    }
}

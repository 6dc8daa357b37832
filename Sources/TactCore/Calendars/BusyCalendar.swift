/// What is kept of a calendar: when its owner is busy, as rules, and nothing else. No titles, places, people,
/// identities, nor the source.
package struct BusyCalendar: Hashable, Sendable {
    /// A zone that times of this calendar refer to.
    package enum Zone: Hashable, Sendable {
        /// A name of the tz database, so that a change of the law takes effect.
        case named(String)
        /// The calendar's own definition.
        case defined(CustomZone)
    }

    /// Busy time that does not recur and is given in UTC (FREEBUSY), in seconds since 1970.
    package struct Period: Hashable, Sendable {
        package var start: Int64
        package var end: Int64
        package var type: BusyType
    }

    /// A VAVAILABILITY (RFC 7953): busy from `start` to `end` but for what is available.
    package struct Availability: Hashable, Sendable {
        /// Nil: since ever, or for ever.
        package var start: CalendarTime?
        package var end: CalendarTime?
        package var type: BusyType
        /// 1 is the highest, 9 the lowest but for 0, which stands for "not given". A higher one replaces what a lower
        /// one says of the same time; equal ones block together.
        package var priority: UInt8
        package var available: [BusySeries]
    }

    package var zones: [Zone] = []
    package var series: [BusySeries] = []
    package var periods: [Period] = []
    package var availabilities: [Availability] = []

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

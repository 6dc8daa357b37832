/// One stretch of busy time.
package struct BusyInterval: Hashable, Sendable {
    package var start: Timestamp
    /// Not part of it.
    package var end: Timestamp
    package var type: BusyType

    /// `end` after `start`; anything else is no time at all.
    package init(start: Timestamp, end: Timestamp, type: BusyType) {
        self.start = start
        self.end = end
        self.type = type
    }
}

extension BusyCalendar {
    /// The busy time that overlaps `window`, in no particular order, overlaps included; intervals are whole, not cut
    /// to the window, except for a VAVAILABILITY. The work depends on the window, not on how far it is from
    /// the beginning of a rule.
    ///
    /// `zones` answers for names of the tz database; nil makes the zone unknown. `floatingZones` are the zones
    /// the recipient may be in: one if it is known, several to be busy when busy in any, none if nothing is known.
    /// What is in an unknown zone starts as at UTC+14 and ends as at UTC−12.
    package func busy(
        within window: Interval, zones: (String) -> ZoneRules?, floatingZones: [ZoneRules],
        budget: inout ExpansionBudget
    ) throws(CalendarProblem) -> [BusyInterval] {
        let from = max(window.start.milliseconds, Self.bounds.lowerBound)
        let to = min(window.end.milliseconds, Self.bounds.upperBound)
        guard from < to else { return [] }
        let clocks = try clocks(from: from, to: to, zones, &budget)
        var busy: [BusyInterval] = []
        for period in periods where period.start * 1000 < to && period.end * 1000 > from && period.type.blocks {
            busy.append(BusyInterval(period.start * 1000, period.end * 1000, period.type))
        }
        for floating in floatingZones.isEmpty ? [nil] : floatingZones.map(Optional.some) {
            let table = CalendarClocks(listed: clocks, floating: LocalClock(floating))
            try expand(from, to, table, &budget, &busy)
        }
        return busy
    }

    /// The years 1 to 9999, in milliseconds: nothing outside can be written in a calendar.
    private static let bounds: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_800_000

    private func expand(
        _ from: Int64, _ to: Int64, _ table: CalendarClocks, _ budget: inout ExpansionBudget,
        _ busy: inout [BusyInterval]
    ) throws(CalendarProblem) {
        for series in series {
            let before = busy.count
            try budget.work()
            let expansion = SeriesExpansion(series, from: from, to: to, zones: table)
            try expansion.forEach(&budget) { busy.append(BusyInterval($0, $1, $2)) }
            try budget.keep(bytes: (busy.count - before) * MemoryLayout<BusyInterval>.stride)
        }
        let before = busy.count
        busy += try availabilityBusy(from, to, table, &budget)
        try budget.keep(bytes: (busy.count - before) * MemoryLayout<BusyInterval>.stride)
    }

    private func clocks(
        from: Int64, to: Int64, _ lookUp: (String) -> ZoneRules?, _ budget: inout ExpansionBudget
    ) throws(CalendarProblem) -> [LocalClock] {
        // Own definitions are worked out far enough for every event that may reach into the window.
        let all = series + availabilities.flatMap(\.available)
        let reach = ((all.map(\.reach).max() ?? 0) + 400 * 86_400) * 1000
        var clocks: [LocalClock] = []
        for zone in zones {
            switch zone {
            case .named(let name): clocks.append(LocalClock(lookUp(name)))
            case .defined(let zone):
                clocks.append(LocalClock(try zone.rules(from: from - reach, to: to + reach, budget: &budget)))
            }
        }
        return clocks
    }
}

extension BusyInterval {
    /// From milliseconds.
    init(_ start: Int64, _ end: Int64, _ type: BusyType) {
        self.init(start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: end), type: type)
    }
}

/// Turns one series into busy intervals.
struct SeriesExpansion {
    let series: BusySeries
    /// Milliseconds; an occurrence counts if it is longer than nothing and overlaps `[from, to)`.
    let from: Int64
    let to: Int64
    let zones: CalendarClocks

    private let clock: LocalClock
    private let skipped: Exclusions
    /// THISANDFUTURE overrides with the reading on the series' clock from which they apply, ascending.
    private var changes: [(from: Int64, override: BusySeries.Override)] = []

    init(_ series: BusySeries, from: Int64, to: Int64, zones: CalendarClocks) {
        self.series = series
        self.from = from
        self.to = to
        self.zones = zones
        clock = zones.clock(series.start.zone)
        let single = series.overrides.filter { !$0.andFuture }.map(\.replaces)
        skipped = Exclusions(series.exclusions + single, of: series.start, zones: zones)
        for override in series.overrides where override.andFuture {
            changes.append((Self.civil(override.replaces, on: series.start, zones), override))
        }
        changes.sort { $0.from < $1.from }
    }

    /// Calls `found` with start, end (milliseconds) and type of every occurrence, in no particular order.
    func forEach(
        _ budget: inout ExpansionBudget, _ found: (Int64, Int64, BusyType) -> Void
    ) throws(CalendarProblem) {
        for override in series.overrides {
            emit(override.start, override.length, origin: override.start, override.type, isFirst: true, found)
        }
        occur(series.start.civil, isFirst: true, found)
        for extra in series.extras {
            try budget.work()
            occur(extra, found)
        }
        guard !series.rules.isEmpty else { return }
        let margin = series.reach + LocalClock.greatestDifference
        let earliest = CivilDateTime(seconds: from / 1000 - margin)
        let latest = CivilDateTime(seconds: to / 1000 + margin)
        for rule in series.rules { try expand(rule, earliest, latest, &budget, found) }
    }

    private func expand(
        _ rule: RecurrenceRule, _ earliest: CivilDateTime, _ latest: CivilDateTime, _ budget: inout ExpansionBudget,
        _ found: (Int64, Int64, BusyType) -> Void
    ) throws(CalendarProblem) {
        var last = latest
        var lastInstant: Int64?
        if case .until(let until) = rule.end {
            if until.zone == .utc, series.start.zone != .utc {
                lastInstant = until.civil.seconds * 1000
                last = min(last, CivilDateTime(seconds: until.civil.seconds + LocalClock.greatestDifference))
            } else {
                last = min(last, CivilDateTime(seconds: until.civil.seconds + (until.isDate ? 86_399 : 0)))
            }
        }
        var expansion = try RecurrenceExpansion(
            rule, start: series.start.civil, from: earliest, through: last, budget: &budget)
        while let civil = try expansion.next(&budget) {
            if let lastInstant, startInstant(civil) > lastInstant { break }
            if civil != series.start.civil { occur(civil, isFirst: false, found) }
        }
    }

    private func startInstant(_ civil: CivilDateTime) -> Int64 {
        series.start.isDate ? clock.startOfDay(civil) : clock.start(civil)
    }

    /// An occurrence at a reading of the series' own clock.
    private func occur(_ civil: CivilDateTime, isFirst: Bool, _ found: (Int64, Int64, BusyType) -> Void) {
        if skipped.contains(civil, instant: startInstant) { return }
        if let change = change(at: civil.seconds) {
            var start = change.start
            start.civil.seconds += civil.seconds - Self.civil(change.replaces, on: series.start, zones)
            emit(start, change.length, origin: change.start, change.type, isFirst: false, found)
            return
        }
        guard series.type.blocks else { return }
        var start = series.start
        start.civil = civil
        emit(start, series.length, origin: series.start, series.type, isFirst: isFirst, found)
    }

    /// The THISANDFUTURE override that applies at a reading.
    private func change(at civil: Int64) -> BusySeries.Override? {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].from <= civil { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : changes[low - 1].override
    }

    /// An occurrence from an RDATE, which may be in another zone and have its own length.
    private func occur(_ extra: BusySeries.Extra, _ found: (Int64, Int64, BusyType) -> Void) {
        if extra.length == nil, extra.start.zone == series.start.zone, extra.start.isDate == series.start.isDate {
            return occur(extra.start.civil, isFirst: false, found)
        }
        guard series.type.blocks else { return }
        let civil = CivilDateTime(seconds: Self.civil(extra.start, on: series.start, zones))
        if skipped.contains(civil, instant: startInstant) { return }
        var length = series.length
        if case .until(let end) = length {
            length = .lasting(days: 0, seconds: seconds(from: series.start, to: end))
        }
        emit(extra.start, extra.length ?? length, origin: extra.start, series.type, isFirst: true, found)
    }

    /// `length` is that of an occurrence at `origin`. `isFirst`: its end is the very one that was written.
    private func emit(
        _ start: CalendarTime, _ length: OccurrenceLength, origin: CalendarTime, _ type: BusyType, isFirst: Bool,
        _ found: (Int64, Int64, BusyType) -> Void
    ) {
        guard type.blocks else { return }
        let clock = start.zone == series.start.zone ? clock : zones.clock(start.zone)
        let (a, b) = bounds(start, length, origin, isFirst, clock)
        if a < b, a < to, b > from { found(a, b, type) }
    }

    private func bounds(
        _ start: CalendarTime, _ length: OccurrenceLength, _ origin: CalendarTime, _ isFirst: Bool,
        _ clock: LocalClock
    ) -> (Int64, Int64) {
        let from = start.isDate ? clock.startOfDay(start.civil) : clock.start(start.civil)
        switch length {
        case .until(let end):
            let later = start.civil.seconds - origin.civil.seconds
            let civil = CivilDateTime(seconds: end.civil.seconds + later)
            if end.isDate { return (from, clock.endOfDay(civil)) }
            var until = (end.zone == start.zone ? clock : zones.clock(end.zone)).end(civil)
            // Where the clock leaps over a part of a later occurrence, or over its beginning, it stays as long
            // as it was meant to be.
            if clock.isKnown, !clock.isForAvailability, !isFirst || clock.skips(start.civil) {
                until = max(until, from + seconds(from: origin, to: end) * 1000)
            }
            return (from, until)
        case .lasting(let days, let seconds):
            let civil = CivilDateTime(seconds: start.civil.seconds + days * 86_400)
            if days == 0, clock.isKnown { return (from, from + seconds * 1000) }
            return (from, (start.isDate ? clock.endOfDay(civil) : clock.end(civil)) + seconds * 1000)
        }
    }

    /// How long it is from a start to an end as they are written: by the clock if they share one.
    private func seconds(from start: CalendarTime, to end: CalendarTime) -> Int64 {
        if start.zone == end.zone { return max(0, end.civil.seconds - start.civil.seconds) }
        return max(0, (zones.clock(end.zone).end(end.civil) - zones.clock(start.zone).start(start.civil)) / 1000)
    }

    /// What the clock of `start` shows at `time`; where that cannot be known, `time` as it is written.
    static func civil(_ time: CalendarTime, on start: CalendarTime, _ zones: CalendarClocks) -> Int64 {
        if time.isDate != start.isDate {
            // A date among times means the occurrence on that day, and the other way round.
            return time.isDate ? time.civil.seconds + start.civil.secondOfDay : civilDay(time, zones)
        }
        if time.isRead(on: start) { return time.civil.seconds }
        let clock = zones.clock(time.zone)
        guard clock.isKnown else { return time.civil.seconds }
        return zones.clock(start.zone).civil(at: clock.start(time.civil))?.seconds ?? time.civil.seconds
    }

    /// Midnight of the day that a time given for an all-day event speaks of: a time in UTC is the beginning of a day
    /// in the recipient's zone, any other names its day itself.
    static func civilDay(_ time: CalendarTime, _ zones: CalendarClocks) -> Int64 {
        var civil = time.civil
        if time.zone == .utc { civil = zones.clock(.floating).civil(at: civil.seconds * 1000) ?? civil }
        return civil.date.days * 86_400
    }
}

/// The starts that EXDATE and RECURRENCE-ID take out of a series.
private struct Exclusions {
    /// Readings of the series' clock, days, and instants in milliseconds.
    private var civils: Set<Int64> = []
    private var days: Set<Int64> = []
    private var instants: Set<Int64> = []
    private let isEmpty: Bool

    init(_ times: [CalendarTime], of start: CalendarTime, zones: CalendarClocks) {
        isEmpty = times.isEmpty
        for time in times {
            if start.isDate {
                civils.insert(time.isDate ? time.civil.seconds : SeriesExpansion.civilDay(time, zones))
            } else if time.isDate {
                days.insert(time.civil.date.days)
            } else if time.isRead(on: start) {
                civils.insert(time.civil.seconds)
            } else {
                let clock = zones.clock(time.zone)
                if clock.isKnown { instants.insert(clock.start(time.civil)) }
            }
        }
    }

    func contains(_ civil: CivilDateTime, instant: (CivilDateTime) -> Int64) -> Bool {
        if isEmpty { return false }
        if civils.contains(civil.seconds) { return true }
        if !days.isEmpty, days.contains(civil.date.days) { return true }
        return !instants.isEmpty && instants.contains(instant(civil))
    }
}

extension CalendarTime {
    /// Whether this reading is one of the clock of `start`: in its zone, or in none. A program that leaves the zone out
    /// in one place and not in the other means the same clock.
    fileprivate func isRead(on start: CalendarTime) -> Bool {
        zone == start.zone || zone == .floating || start.zone == .floating && zone != .utc
    }
}

/// VAVAILABILITY: what is not available is busy (RFC 7953, section 4).
extension BusyCalendar {
    func availabilityBusy(
        _ from: Int64, _ to: Int64, _ zones: CalendarClocks, _ budget: inout ExpansionBudget
    ) throws(CalendarProblem) -> [BusyInterval] {
        var busy: [BusyInterval] = []
        let hours = zones.forAvailability
        // What a higher priority has already spoken of.
        var covered = Spans()
        let levels = Dictionary(grouping: availabilities) { $0.priority == 0 ? 10 : $0.priority }
        for (_, level) in levels.sorted(by: { $0.key < $1.key }) {
            var ranges: [(Int64, Int64)] = []
            for availability in level {
                let range = availability.range(from, to, zones)
                guard range.start < range.end else { continue }
                ranges.append(range)
                var available: [(Int64, Int64)] = []
                for series in availability.available {
                    let expansion = SeriesExpansion(series, from: range.start, to: range.end, zones: hours)
                    try expansion.forEach(&budget) { start, end, _ in available.append((start, end)) }
                }
                let taken = Spans([range]).subtracting(Spans(available)).subtracting(covered)
                guard availability.type.blocks else { continue }
                busy += taken.all.map { BusyInterval($0.start, $0.end, availability.type) }
            }
            covered = Spans(covered.all + ranges)
            try budget.work(level.count)
        }
        return busy
    }
}

extension BusyCalendar.Availability {
    /// Cut to the window; in milliseconds.
    fileprivate func range(_ from: Int64, _ to: Int64, _ zones: CalendarClocks) -> (start: Int64, end: Int64) {
        var range = (start: from, end: to)
        if let start {
            let clock = zones.clock(start.zone)
            range.start = max(from, start.isDate ? clock.startOfDay(start.civil) : clock.start(start.civil))
        }
        if let end {
            let clock = zones.clock(end.zone)
            range.end = min(to, end.isDate ? clock.endOfDay(end.civil) : clock.end(end.civil))
        }
        return range
    }
}

/// Half-open stretches, sorted and apart from each other.
private struct Spans {
    private(set) var all: [(start: Int64, end: Int64)] = []

    init() {}

    init(_ spans: [(Int64, Int64)]) {
        for (start, end) in spans.sorted(by: { $0.0 < $1.0 }) {
            if let last = all.last, start <= last.end {
                all[all.count - 1].end = max(last.end, end)
            } else if start < end {
                all.append((start, end))
            }
        }
    }

    func subtracting(_ other: Spans) -> Spans {
        var rest = Spans()
        var i = 0
        for (start, end) in all {
            var start = start
            while i < other.all.count, other.all[i].end <= start { i += 1 }
            var j = i
            while j < other.all.count, other.all[j].start < end {
                if other.all[j].start > start { rest.all.append((start, other.all[j].start)) }
                start = max(start, other.all[j].end)
                j += 1
            }
            if start < end { rest.all.append((start, end)) }
        }
        return rest
    }
}

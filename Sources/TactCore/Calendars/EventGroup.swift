/// All components of one UID: the event and its overrides.
struct EventGroup {
    private var masters: [EventComponent] = []
    private var overrides: [EventComponent] = []

    init(_ components: [EventComponent]) {
        for component in components {
            if component.replaces == nil { masters.append(component) } else { overrides.append(component) }
        }
        // A revision replaces what it revises. What has the same number is kept side by side: some programs give
        // one UID to many events.
        let latest = masters.map(\.sequence).max()
        masters.removeAll { $0.sequence != latest }
        let latestOverride = Dictionary(
            overrides.compactMap { o in o.replaces.map { ($0, o.sequence) } }, uniquingKeysWith: max)
        overrides.removeAll { o in o.replaces.flatMap { latestOverride[$0] } != o.sequence }
    }

    /// The series to keep. Of several events with one UID the first has the overrides; what they replace stays
    /// blocked in the others.
    func series(_ budget: inout ExpansionBudget) throws(CalendarProblem) -> [BusySeries] {
        if masters.isEmpty { return orphans }
        var kept: [BusySeries] = []
        for (place, master) in masters.enumerated() {
            var series = master.series
            for i in series.rules.indices {
                series.rules[i] = try series.rules[i].counted(from: series.start.civil, budget: &budget)
            }
            if place == 0 { series.overrides = overrides.compactMap(\.override) }
            if series.type.blocks || series.overrides.contains(where: { $0.andFuture && $0.type.blocks }) {
                kept.append(series)
            } else if place == 0 {
                kept += orphans
            }
        }
        return kept
    }

    /// Overrides of nothing take place on their own.
    private var orphans: [BusySeries] {
        overrides.filter { $0.series.type.blocks }.map {
            BusySeries(start: $0.series.start, length: $0.series.length, type: $0.series.type)
        }
    }
}

extension EventComponent {
    fileprivate var override: BusySeries.Override? {
        replaces.map {
            BusySeries.Override(
                replaces: $0, andFuture: andFuture, start: series.start, length: series.length, type: series.type)
        }
    }
}

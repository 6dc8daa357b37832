/// The clocks of one expansion: those of the calendar's zones, and the recipient's own.
struct CalendarClocks {
    /// In the order of `BusyCalendar.zones`.
    var clocks: [LocalClock]
    var floating: LocalClock

    /// The same for time that is declared available.
    var forAvailability: CalendarClocks {
        var table = self
        table.floating.isForAvailability = true
        for i in table.clocks.indices { table.clocks[i].isForAvailability = true }
        table.unknown.isForAvailability = true
        return table
    }

    private var unknown = LocalClock(nil)

    init(clocks: [LocalClock], floating: LocalClock) {
        self.clocks = clocks
        self.floating = floating
    }

    func clock(_ zone: ZoneReference) -> LocalClock {
        switch zone {
        case .utc: LocalClock(.utc)
        case .floating: floating
        case .unknown: unknown
        case .listed(let index): clocks.indices.contains(index) ? clocks[index] : unknown
        }
    }
}

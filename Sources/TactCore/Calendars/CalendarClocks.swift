/// The clocks of one expansion: those of the calendar's zones, and the recipient's own.
struct CalendarClocks {
    /// In the order of `BusyCalendar.zones`.
    private let listed: [LocalClock]
    private let floating: LocalClock
    private let unknown: LocalClock
    private let utc: LocalClock

    init(listed: [LocalClock], floating: LocalClock) {
        self.listed = listed
        self.floating = floating
        unknown = LocalClock(nil)
        utc = LocalClock(.utc)
    }

    private init(forAvailability clocks: CalendarClocks) {
        listed = clocks.listed.map(\.forAvailability)
        floating = clocks.floating.forAvailability
        unknown = clocks.unknown.forAvailability
        utc = clocks.utc
    }

    /// The same clocks for time that is declared available.
    var forAvailability: CalendarClocks { CalendarClocks(forAvailability: self) }

    func clock(_ zone: ZoneReference) -> LocalClock {
        switch zone {
        case .utc: utc
        case .floating: floating
        case .unknown: unknown
        case .listed(let index): listed.indices.contains(index) ? listed[index] : unknown
        }
    }
}

import TactCore

/// Short calendars for tests.
enum CalendarText {
    /// A VCALENDAR around `body`.
    static func calendar(_ body: String, header: String = "") -> [UInt8] {
        Array("BEGIN:VCALENDAR\nVERSION:2.0\n\(header)\(body)\nEND:VCALENDAR\n".utf8)
    }

    /// A VCALENDAR with one VEVENT of these lines.
    static func event(_ lines: String) -> [UInt8] { calendar("BEGIN:VEVENT\n\(lines)\nEND:VEVENT") }

    static func parse(_ bytes: [UInt8], limits: CalendarLimits = .standard) throws -> ParsedCalendar {
        try BusyCalendar.parse(bytes, limits: limits, knownZone: { TestZones.rules($0) != nil })
    }

    /// The busy time of one event within a year, for someone in `home`; fails if the event is refused.
    static func busy(
        _ lines: String, year: Int64 = 2026, home: [ZoneRules] = [TestZones.paris]
    ) throws -> [String] {
        try busy(event(lines), year: year, home: home)
    }

    static func busy(
        _ bytes: [UInt8], year: Int64 = 2026, home: [ZoneRules] = [TestZones.paris]
    ) throws -> [String] {
        let parsed = try parse(bytes)
        if let first = parsed.skipped.first { throw Skipped(reason: first.reason) }
        let window = Interval(
            start: Timestamp(seconds: CivilDate(year: year, month: 1, day: 1).days * 86_400),
            end: Timestamp(seconds: CivilDate(year: year + 1, month: 1, day: 1).days * 86_400))
        var budget = ExpansionBudget()
        let busy = try parsed.calendar.busy(
            within: window, zones: TestZones.rules, floatingZones: home, budget: &budget)
        return TypedBusyIntervals(merging: busy).all.map(\.line)
    }

    /// Why an event of these lines is left out; nil if it is not.
    static func refusal(_ lines: String) throws -> String? { try parse(event(lines)).skipped.first?.reason }

    struct Skipped: Error {
        var reason: String
    }
}

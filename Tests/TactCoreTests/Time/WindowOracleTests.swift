import TactCore
import Testing

/// Windows that start, end and lie around every clock change of every zone, against a definition that knows neither
/// rules nor arithmetic: it walks along the clock in steps of a quarter of an hour and looks.
@Suite struct WindowOracleTests {
    @Test func windowsAroundEveryClockChangeAreWhatTheClockShows() throws {
        var wrong: [String] = []
        var changes = 0
        var questions = 0
        for facts in try ZoneFacts.all() {
            let zone = try SystemZones.rules(facts.name)
            for change in facts.changes where change.before != change.after && Self.isAsked(change.at) {
                guard let clock = SteppedClock(around: change, of: facts) else {
                    wrong.append("\(facts.name): \(change.at) is not on the grid")
                    continue
                }
                changes += 1
                // Every fifth list, others at the next change: the clock's steps take their time.
                for (index, windows) in Self.windows(around: change).enumerated() where (index + changes) % 5 == 0 {
                    wrong += clock.differences(windows, in: zone, &questions).map {
                        "\(facts.name) \(change.at): \($0)"
                    }
                }
                wrong += clock.wrongDays(in: zone).map { "\(facts.name) \(change.at): \($0)" }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) differences: \(wrong.prefix(10).joined(separator: "\n"))")
        #expect(changes > 3000 && questions > 100_000, "\(changes) changes, \(questions) questions")
    }

    /// All of 2024–2037; from 2050 on every tenth year.
    private static func isAsked(_ t: Timestamp) -> Bool {
        let year = CivilDate(days: t.seconds.flooredQuotient(by: 86_400)).parts.year
        return (2024...2037).contains(year) || (2050...2100).contains(year) && year % 10 == 0
    }

    /// Edges before, at, between and after the two readings of the change.
    private static func windows(around change: ZoneFacts.Change) -> [WeeklyWindows] {
        let readings = [change.at.seconds + change.before, change.at.seconds + change.after].sorted()
        let middle = (readings[0] + readings[1]) / 2
        let edges = [readings[0] - 1800, readings[0], middle, readings[1], readings[1] + 1800].map(CivilDateTime.init)
        func window(_ start: Int, _ end: Int, _ days: [Weekday]? = nil) -> [LocalWindow] {
            let times = [start, end].map { CivilTime(seconds: Int(edges[$0].secondOfDay)) ?? .midnight }
            let days = Weekdays(days ?? [edges[start].date.weekday])
            return (try? LocalWindow(days: days, start: times[0], end: times[1])).map { [$0] } ?? []
        }
        var lists: [[LocalWindow]] = []
        for start in edges.indices {
            for end in edges.indices where start < end { lists.append(window(start, end)) }
        }
        lists.append(window(3, 1, Weekday.allCases))
        lists.append(window(4, 2, Weekday.allCases))
        lists.append(window(2, 0, Weekday.allCases))
        lists.append(window(0, 1) + window(3, 4))
        lists.append(window(0, 2) + window(2, 4))
        return lists.filter { !$0.isEmpty }.map(WeeklyWindows.init)
    }
}

/// What the clock shows at each quarter of an hour of the days around a change.
private struct SteppedClock {
    static let step: Int64 = 900
    static let reach: Int64 = 60 * 3600

    var change: Timestamp
    /// The instant of the first reading, in seconds.
    var start: Int64
    var readings: [Int64] = []

    /// Nil if a change lies between two steps.
    init?(around change: ZoneFacts.Change, of facts: ZoneFacts) {
        self.change = change.at
        start = change.at.seconds - Self.reach
        var near = facts.changes.filter { abs($0.at.seconds - change.at.seconds) <= Self.reach }[...]
        guard near.allSatisfy({ ($0.at.seconds - start) % Self.step == 0 }) else { return nil }
        var offset = near.first?.before ?? change.before
        for t in stride(from: start, to: change.at.seconds + Self.reach, by: Int(Self.step)) {
            while let next = near.first, next.at.seconds <= t {
                offset = next.after
                near.removeFirst()
            }
            readings.append(t + offset)
        }
    }

    private func instant(_ index: Int) -> Timestamp { Timestamp(seconds: start + Int64(index) * Self.step) }

    /// The first step at which `reading` is shown or past.
    private func first(_ reading: Int64) -> Int { readings.firstIndex { $0 >= reading } ?? readings.count }

    /// The last step at which `reading` is shown; where it is skipped, the step after the last that has yet to reach it.
    private func last(_ reading: Int64) -> Int {
        guard let index = readings.lastIndex(where: { $0 <= reading }) else { return 0 }
        return readings[index] == reading ? index : index + 1
    }

    /// Which steps the windows cover, by their definition.
    private func covered(_ windows: WeeklyWindows, as edges: WeeklyWindows.Edges) -> [Bool] {
        var isCovered = Array(repeating: false, count: readings.count)
        for (start, end) in stretches(windows) {
            let range =
                switch edges {
                case .blocked: (first(start), last(end))
                case .permitted: (last(start), first(end))
                }
            for index in range.0..<max(range.0, range.1) { isCovered[index] = true }
        }
        return isCovered
    }

    /// The joined stretches on the wall clock, found by asking each quarter of an hour whether a window has it.
    private func stretches(_ windows: WeeklyWindows) -> [(Int64, Int64)] {
        var found: [(Int64, Int64)] = []
        var open: Int64?
        let from = (readings[0] - 36 * 3600).flooredQuotient(by: Self.step) * Self.step
        for reading in stride(from: from, to: readings[0] + 2 * Self.reach + 36 * 3600, by: Int(Self.step)) {
            let local = CivilDateTime(seconds: reading)
            let isInside = windows.windows.contains { $0.shows(local) }
            if isInside, open == nil { open = reading }
            if !isInside, let start = open {
                found.append((start, reading))
                open = nil
            }
        }
        return found
    }

    func differences(_ windows: WeeklyWindows, in zone: ZoneRules, _ questions: inout Int) -> [String] {
        var wrong: [String] = []
        let blocked = covered(windows, as: .blocked)
        let permitted = covered(windows, as: .permitted)
        let middle = readings.count / 2
        // Every edge within a day and a half of the change, the change itself, and the steps around them.
        var asked: Set<Int> = [middle - 1, middle, middle + 1]
        for index in (middle - 140)..<(middle + 140)
        where blocked[index] != blocked[index - 1] || permitted[index] != permitted[index - 1] {
            asked.formUnion([index - 1, index, index + 1])
        }
        for index in asked.sorted() {
            // A millisecond before the next step nothing has changed since this one.
            for delay in [0, Self.step * 1000 - 1] {
                let t = Timestamp(milliseconds: instant(index).milliseconds + delay)
                questions += 2
                let free = blocked[index...].firstIndex(of: false).map { $0 == index ? t : instant($0) }
                if let free, windows.firstOutside(from: t, in: zone) != free {
                    wrong.append(
                        "\(windows) blocked at \(t) until \(free), found \(text(windows.firstOutside(from: t, in: zone)))"
                    )
                }
                let open = permitted[index...].firstIndex(of: true).map { $0 == index ? t : instant($0) }
                let found = windows.firstInside(from: t, in: zone)
                if open.map({ found != $0 }) ?? found.map({ $0 < instant(readings.count) }) ?? false {
                    wrong.append("\(windows) permitted at \(t) from \(text(open)), found \(text(found))")
                }
            }
        }
        return wrong
    }

    /// A day starts at the first step that shows its date, or, if the clock skips it, at the change.
    func wrongDays(in zone: ZoneRules) -> [String] {
        let middle = CivilDateTime(seconds: readings[readings.count / 2]).date
        return (-1...1).compactMap { day in
            let date = CivilDate(days: middle.days + Int64(day))
            let shown = readings.firstIndex { CivilDateTime(seconds: $0).date == date }
            let expected = shown.map(instant) ?? change
            let found = zone.startOfDay(date)
            return found == expected ? nil : "day \(date.days) starts at \(expected), found \(found)"
        }
    }

    private func text(_ t: Timestamp?) -> String { t?.rfc3339 ?? "nil" }
}

extension LocalWindow {
    /// Whether the reading lies in the window.
    fileprivate func shows(_ local: CivilDateTime) -> Bool {
        let time = Int(local.secondOfDay)
        let yesterday = CivilDate(days: local.date.days - 1).weekday
        if end > start { return days.contains(local.date.weekday) && start.seconds <= time && time < end.seconds }
        return days.contains(local.date.weekday) && start.seconds <= time
            || days.contains(yesterday) && time < end.seconds
    }
}

import TactCore

/// The clock on a wall, walked along in steps of a quarter of an hour: an obvious way to say what it shows, what it has
/// shown before, and what it will show again.
///
/// Where a clock is turned, an instant has more than one reading to it: around `t` lie all readings from the
/// earliest that the hands pass at `t` or later to the latest that they have passed by `t`. Elsewhere that is just the
/// reading at `t`. The DST contract then needs no cases:
/// - blocked time, the longer reading: blocked if *any* of these readings lies in a window;
/// - permitted time, the shorter: permitted if *all* of them lie in one.
final class WallClock: Sendable {
    static var step: Int64 { 900_000 }
    static var first: Timestamp { Timestamp(milliseconds: 1_780_272_000_000) }  // 2026-06-01
    static var last: Timestamp { Timestamp(milliseconds: 1_843_344_000_000) }  // 2028-05-31

    private struct Step: Sendable {
        /// All quarters of an hour of the wall's week that lie around the step: the first, from Monday 0:00, and how
        /// many.
        var quarter: Int
        var quarters: Int
        /// The day, as days since 1970-01-01, and the month, as months since the year 0. A day starts at the first
        /// instant of its local date, so it is the latest date shown so far.
        var day: Int64
        var month: Int64
    }

    private let steps: [Step]
    /// The steps at which the clock is turned.
    let turns: [Timestamp]

    init(_ rules: ZoneRules) {
        // Milliseconds since 1970-01-01T00:00:00 on the wall.
        let starts = stride(from: Self.first.milliseconds, to: Self.last.milliseconds, by: Int(Self.step))
        let shown: [Int64] = starts.map { (at: Int64) -> Int64 in
            rules.local(Timestamp(milliseconds: at)).seconds * 1000
        }
        var turns: [Timestamp] = []
        for index in 1..<shown.count where shown[index] != shown[index - 1] + Self.step {
            turns.append(Self.first + Duration(milliseconds: Int64(index) * Self.step))
        }
        self.turns = turns
        // The earliest that the hands pass from the next step on. A clock that is turned back to 2:00 comes from the
        // millisecond before: what ends at 2:00 ends when 2:00 is shown again.
        var earliest = shown
        var next = Int64.max
        for index in shown.indices.reversed() {
            earliest[index] = min(shown[index], next)
            next = min(next, shown[index] - 1)
        }
        var steps: [Step] = []
        // The latest reading before.
        var passed = Int64.min
        for (shown, earliest) in zip(shown, earliest) {
            steps.append(Self.step(from: earliest, to: max(shown, passed)))
            passed = max(passed, shown + Self.step - 1)
        }
        self.steps = steps
    }

    private static func step(from earliest: Int64, to latest: Int64) -> Step {
        let first = earliest.flooredQuotient(by: step)
        let date = CivilDate(days: latest.flooredQuotient(by: 86_400_000))
        return Step(
            // 1970-01-01 was a Thursday.
            quarter: Int((first + 3 * 96).flooredRemainder(by: 7 * 96)),
            quarters: Int(latest.flooredQuotient(by: step) - first + 1), day: date.days,
            month: date.parts.year * 12 + date.parts.month)
    }

    /// The index of the step around `t`.
    static func index(_ t: Timestamp) -> Int { Int((t.milliseconds - first.milliseconds) / step) }

    private func step(_ t: Timestamp) -> Step { steps[min(max(Self.index(t), 0), steps.count - 1)] }

    /// Of each of some steps, the quarters of the wall's week that lie around it: the first, and how many.
    func quarters(ofSteps range: Range<Int>) -> [(first: Int, count: Int)] {
        steps[range].map { ($0.quarter, $0.quarters) }
    }

    /// A number for the calendar period around `t`, different from that of any other such period.
    func period(_ period: CalendarPeriod, _ t: Timestamp) -> Int64 {
        switch period {
        case .day: step(t).day
        // 1970-01-01 was a Thursday.
        case .isoWeek: (step(t).day + 3).flooredQuotient(by: 7)
        case .month: step(t).month
        }
    }
}

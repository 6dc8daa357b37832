import TactCore

/// Which quarters of an hour of a week some windows cover.
struct WeekPattern: Sendable {
    private var covered = Array(repeating: false, count: 7 * 96)

    /// All edges lie on quarters of an hour.
    init(_ windows: [LocalWindow]) {
        for window in windows {
            for day in window.days.days {
                var quarter = day.rawValue * 96 + window.start.seconds / 900
                let minutes = window.end.seconds - window.start.seconds + (window.end <= window.start ? 86_400 : 0)
                for _ in 0..<(minutes / 900) {
                    covered[quarter % covered.count] = true
                    quarter += 1
                }
            }
        }
    }

    private func covers(quarter: Int64) -> Bool {
        // 1970-01-01 was a Thursday.
        covered[Int((quarter + 3 * 96).flooredRemainder(by: Int64(covered.count)))]
    }

    func coversAny(of readings: ClosedRange<Int64>) -> Bool {
        quarters(readings).contains { covers(quarter: $0) }
    }

    func coversAll(of readings: ClosedRange<Int64>) -> Bool {
        quarters(readings).allSatisfy { covers(quarter: $0) }
    }

    private func quarters(_ readings: ClosedRange<Int64>) -> ClosedRange<Int64> {
        readings.lowerBound.flooredQuotient(by: 900_000)...readings.upperBound.flooredQuotient(by: 900_000)
    }
}

/// When windows block or permit in all of some zones. Every edge and every turn of a clock is at a quarter of an
/// hour, so what holds at one instant holds in its whole quarter, and each quarter is looked at once.
final class Hours {
    enum Effect {
        /// Blocked where it is blocked in any of the zones.
        case blocked
        /// Permitted where it is permitted in all of them.
        case permitted
    }

    private let pattern: WeekPattern
    private let clocks: [WallClock]
    private let effect: Effect
    /// Of each quarter of an hour, as far as it was looked at.
    private var open: [Bool]
    private var isSeen: [Bool]
    /// It is known that nothing is open from this quarter on.
    private var closedFrom: Int

    /// Quarters are looked at by the week.
    private static var week: Int { 7 * 96 }

    init(_ windows: [LocalWindow], _ effect: Effect, in zones: [ProofZone]) {
        pattern = WeekPattern(windows)
        clocks = zones.map(\.clock)
        self.effect = effect
        closedFrom = WallClock.index(WallClock.last)
        open = Array(repeating: true, count: closedFrom)
        isSeen = Array(repeating: false, count: closedFrom / Self.week + 1)
    }

    /// Whether a message may go at `t`.
    func isOpen(_ t: Timestamp) -> Bool { isOpen(index: WallClock.index(t)) }

    /// The first instant at or after `t` at which a message may go; nil: none in reach.
    func firstOpen(from t: Timestamp) -> Timestamp? {
        let index = WallClock.index(t)
        if isOpen(index: index) { return t }
        if let next = (index..<max(index, closedFrom)).first(where: isOpen(index:)) {
            return WallClock.first + Duration(milliseconds: Int64(next) * WallClock.step)
        }
        closedFrom = min(closedFrom, index)
        return nil
    }

    private func isOpen(index: Int) -> Bool {
        guard open.indices.contains(index) else { return false }
        if !isSeen[index / Self.week] { look(week: index / Self.week) }
        return open[index]
    }

    private func look(week: Int) {
        isSeen[week] = true
        let range = (week * Self.week)..<min((week + 1) * Self.week, open.count)
        for clock in clocks {
            for (index, readings) in zip(range, clock.readings(ofSteps: range)) {
                switch effect {
                case .blocked: open[index] = open[index] && !pattern.coversAny(of: readings)
                case .permitted: open[index] = open[index] && pattern.coversAll(of: readings)
                }
            }
        }
    }
}

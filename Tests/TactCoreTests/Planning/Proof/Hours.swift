import TactCore

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
            for (index, quarters) in zip(range, clock.quarters(ofSteps: range)) where open[index] {
                open[index] =
                    switch effect {
                    case .blocked: !pattern.coversAny(from: quarters.first, count: quarters.count)
                    case .permitted: pattern.coversAll(from: quarters.first, count: quarters.count)
                    }
            }
        }
    }
}

/// The hours of a scenario: quiet ones, and those of each send window.
struct AllHours {
    let quiet: Hours
    let send: [Hours]

    init(_ scenario: Scenario) {
        quiet = Hours(scenario.quietHours ?? [], .blocked, in: scenario.zones)
        send = scenario.policy.sendWindows.map { Hours($0.windows.windows, .permitted, in: scenario.zones) }
    }
}

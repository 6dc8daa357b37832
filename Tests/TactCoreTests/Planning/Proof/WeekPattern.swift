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

    /// Whether it covers any of some quarters in a row.
    func coversAny(from first: Int, count: Int) -> Bool {
        (first..<first + count).contains { covered[$0 % covered.count] }
    }

    /// Whether it covers all of them.
    func coversAll(from first: Int, count: Int) -> Bool {
        (first..<first + count).allSatisfy { covered[$0 % covered.count] }
    }
}

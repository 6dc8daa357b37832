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
        let shown = stride(from: Self.first.milliseconds, to: Self.last.milliseconds, by: Int(Self.step)).map {
            rules.local(Timestamp(milliseconds: $0)).seconds * 1000
        }
        turns = shown.indices.dropFirst().filter { shown[$0] != shown[$0 - 1] + Self.step }.map(Self.instant)
        var latest = shown
        for index in shown.indices.dropFirst() { latest[index] = max(latest[index - 1] + Self.step - 1, shown[index]) }
        _ = latest
        steps = []
    }

    private static func instant(_ index: Int) -> Int64 { first.milliseconds + Int64(index) * step }

    /// The index of the step around `t`.
    static func index(_ t: Timestamp) -> Int { Int((t.milliseconds - first.milliseconds) / step) }

    private func step(_ t: Timestamp) -> Step { steps[min(max(Self.index(t), 0), steps.count - 1)] }

    /// All readings that lie around the starts of steps.
    func readings(ofSteps range: Range<Int>) -> [ClosedRange<Int64>] {
        steps[range].map { min($0.shown, $0.earliestAfter)...max($0.shown, $0.latestBefore) }
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

/// A zone with its clock.
struct ProofZone: Sendable {
    var zone: Situation.Zone
    var clock: WallClock

    init(_ name: String, _ rules: ZoneRules) {
        zone = Situation.Zone(name: name, rules: rules)
        clock = WallClock(rules)
    }

    /// From west to east. Written out as rules, so that a seed means the same on every system: zones like these exist,
    /// or existed.
    static let plausible: [ProofZone] =
        [
            ("Los Angeles", "PST8PDT,M3.2.0,M11.1.0"), ("New York", "EST5EDT,M3.2.0,M11.1.0"),
            ("Havana", "CST5CDT,M3.2.0/0,M11.1.0/1"), ("Santiago", "<-04>4<-03>,M9.1.6/24,M4.1.6/24"),
            ("St Johns", "NST3:30NDT,M3.2.0,M11.1.0"), ("Azores", "<-01>1<+00>,M3.5.0/0,M10.5.0/1"), ("UTC", "UTC0"),
            ("Troll", "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3"), ("Paris", "CET-1CEST,M3.5.0,M10.5.0/3"),
            ("Beirut", "EET-2EEST,M3.5.0/0,M10.5.0/0"), ("Kathmandu", "<+0545>-5:45"),
            ("Lord Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
            ("Chatham", "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45"),
        ].compactMap { name, rule in
            PosixTZ(rule.utf8).map { ProofZone(name, ZoneRules(transitions: [], initialOffset: 0, footer: $0)) }
        }

    static let all: [ProofZone] = plausible + [datelineHopper, restless]

    /// Leaves out a day in December 2026, as Samoa did in 2011, and has one twice in March 2027.
    private static let datelineHopper = ProofZone(
        "Dateline hopper",
        ZoneRules(
            transitions: [
                (at: instant(2026, 12, 10, 10), offset: 14 * 3600), (at: instant(2027, 3, 5, 10), offset: -10 * 3600),
            ],
            initialOffset: -10 * 3600, footer: nil))

    /// Turns its clock often and by odd amounts, once twice within two hours.
    private static let restless = ProofZone(
        "Restless",
        ZoneRules(
            transitions: [
                (at: instant(2026, 10, 3, 1), offset: 3600), (at: instant(2026, 11, 8, 2), offset: 2700),
                (at: instant(2026, 12, 24, 22), offset: 9900), (at: instant(2027, 1, 31, 22), offset: 0),
                (at: instant(2027, 2, 28, 23), offset: 3600), (at: instant(2027, 3, 1, 0), offset: -1800),
                (at: instant(2027, 3, 29, 1), offset: 7200), (at: instant(2027, 5, 1, 0), offset: 3600),
            ], initialOffset: 0, footer: nil))

    private static func instant(_ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64) -> Timestamp {
        Timestamp(seconds: CivilDateTime(CivilDate(year: year, month: month, day: day)).seconds + hour * 3600)
    }
}

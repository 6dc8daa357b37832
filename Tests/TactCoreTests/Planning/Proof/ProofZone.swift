import TactCore

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

import TactCore
import Testing

/// Generated rules, as python-dateutil and libical expand them.
///
/// `TACT_ORACLE_RULES` (default 5,000; `make oracles` asks for more) says how many; `TACT_ORACLE_SEED` which.
@Suite struct RecurrenceOracleTests {
    private static let batch = 20_000

    @Test func everyRuleIsExpandedAsTheOraclesDo() throws {
        let seed = CalendarOracle.number("TACT_ORACLE_SEED", default: 20_261_122)
        let count = CalendarOracle.number("TACT_ORACLE_RULES", default: 5000)
        print("recurrence oracle: TACT_ORACLE_SEED=\(seed) TACT_ORACLE_RULES=\(count)")
        var tally = Tally()
        for first in stride(from: 0, to: count, by: Self.batch) {
            let size = min(Self.batch, Int(count - first))
            for line in try CalendarOracle.lines("calendar_rules.py", ["\(seed + first)", "\(size)"]) {
                tally.add(try RuleCase(line))
            }
        }
        print("recurrence oracle: \(tally)")
        #expect(tally.rules == Int(count))
        #expect(tally.unexplained.isEmpty, "\(tally.unexplained.prefix(10).joined(separator: "\n"))")
        // An oracle that has nothing to say proves nothing.
        #expect(tally.withoutLibical < tally.rules / 6)
        #expect(Set(RuleDisagreement.all.map(\.name)) == (try CalendarOracle.explained(under: "Rules")))
    }
}

/// One generated rule with what the oracles say.
private struct RuleCase {
    /// DTSTART.
    var start: String
    var rule: String
    var zone: String
    /// Instants, in seconds, as are the lists.
    var first: Int64
    var last: Int64
    var dateutil: [Int64]
    /// Nil where libical was not asked, refused the rule or gave up.
    var libical: [Int64]?
    var wasLibicalAsked: Bool

    /// The oracles stop there.
    static let limit = 24

    struct Malformed: Error { var line: String }

    init(_ line: Substring) throws {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 7, let first = Int64(fields[3]), let last = Int64(fields[4])
        else { throw Malformed(line: String(line)) }
        func list(_ text: Substring) -> [Int64] { text.split(separator: ",").compactMap { Int64($0) } }
        (start, rule, zone) = (String(fields[0]), String(fields[1]), String(fields[2]))
        (self.first, self.last) = (first, last)
        // In the order of instants: where the clock leaps over a quarter hour, that of the wall clock is another.
        dateutil = list(fields[5]).sorted()
        libical = ["-", "!", "?"].contains(fields[6]) ? nil : list(fields[6]).sorted()
        wasLibicalAsked = fields[6] != "-"
    }

    /// Our starts within the limits.
    func ours() throws -> [Int64] {
        let text = """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            DTSTART;TZID=\(zone):\(start)
            DURATION:PT1S
            RRULE:\(rule)
            END:VEVENT
            END:VCALENDAR
            """
        let limits = CalendarLimits(bytes: 10_000, events: 1, steps: 5_000_000, memory: 1 << 30)
        let parsed = try BusyCalendar.parse(Array(text.utf8), limits: limits, knownZone: { _ in true })
        guard parsed.skipped.isEmpty else { throw Malformed(line: parsed.skipped[0].reason) }
        // Beyond what the fullest oracle has seen nothing is compared.
        let seen = max(dateutil.count, libical?.count ?? 0) == Self.limit
        let reached = max(dateutil.last ?? first, libical?.last ?? first)
        let window = Interval(
            start: Timestamp(seconds: first), end: Timestamp(seconds: (seen ? reached : last) + 1))
        var budget = ExpansionBudget(limits)
        let busy = try parsed.calendar.busy(
            within: window, zones: TestZones.rules, floatingZones: [.utc], budget: &budget)
        return busy.map(\.start.seconds).sorted()
    }

    /// Whether these are the starts of an oracle, but for the event's own: whether that belongs to the set when the rule
    /// does not give it is undefined (RFC 5545, section 3.8.5.3), and nothing an oracle can say.
    func isEqual(_ ours: [Int64], _ theirs: [Int64]) -> Bool {
        let startsAtOwn = wasLibicalAsked && ours.first == first && theirs.first != first
        return Array((startsAtOwn ? ours.dropFirst() : ours[...]).prefix(Self.limit)) == theirs
    }
}

private struct Tally: CustomStringConvertible {
    var rules = 0
    var starts = 0
    var withoutLibical = 0
    var explained: [String: Int] = [:]
    var unexplained: [String] = []

    mutating func add(_ rule: RuleCase) {
        rules += 1
        if rule.libical == nil, rule.wasLibicalAsked { withoutLibical += 1 }
        do {
            let ours = try rule.ours()
            starts += ours.count
            compare("dateutil", rule, ours, rule.dateutil)
            if let libical = rule.libical { compare("libical", rule, ours, libical) }
        } catch {
            unexplained.append("\(rule.rule): \(error)")
        }
    }

    private mutating func compare(_ oracle: String, _ rule: RuleCase, _ ours: [Int64], _ theirs: [Int64]) {
        if rule.isEqual(ours, theirs) { return }
        if let known = RuleDisagreement.all.first(where: { $0.oracle == oracle && $0.applies(RuleParts(rule.rule)) }) {
            explained[known.name, default: 0] += 1
        } else {
            unexplained.append(
                """
                \(oracle): start \(rule.start) \(rule.zone) from \(rule.first) \(rule.rule)
                  ours   \(ours.prefix(RuleCase.limit))
                  theirs \(theirs)
                """)
        }
    }

    var description: String {
        let known = explained.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return "\(rules) rules, \(starts) starts, libical silent on \(withoutLibical), explained: \(known)"
    }
}

/// Where an oracle is known to differ, and why it is not we who are wrong: `Tests/Oracles/disagreements.md`.
private struct RuleDisagreement: Sendable {
    var name: String
    var oracle: String
    var applies: @Sendable (RuleParts) -> Bool

    static let all = [
        RuleDisagreement(name: "dateutil-mixed-byday", oracle: "dateutil") { $0.mixesNumberedDays },
        RuleDisagreement(name: "dateutil-weekly-bysetpos", oracle: "dateutil") {
            $0["FREQ"] == "WEEKLY" && $0["BYSETPOS"] != nil
        },
        RuleDisagreement(name: "dateutil-byweekno-alone", oracle: "dateutil") {
            $0["BYWEEKNO"] != nil && $0["BYDAY"] == nil
        },
        RuleDisagreement(name: "dateutil-last-week", oracle: "dateutil") { parts in
            (parts["BYWEEKNO"] ?? "").split(separator: ",").contains { ["52", "53", "-52", "-53"].contains($0) }
        },
        RuleDisagreement(name: "libical-bysetpos", oracle: "libical") {
            $0["BYSETPOS"] != nil && (!$0.isMonthlyOrYearly || $0.namesTimes || $0.countsFromEnd)
        },
        RuleDisagreement(name: "libical-yearly-bymonthday", oracle: "libical") {
            $0["FREQ"] == "YEARLY" && $0["BYMONTHDAY"] != nil && $0["BYMONTH"] == nil
        },
        RuleDisagreement(name: "libical-negative-bymonthday", oracle: "libical") {
            !$0.isMonthlyOrYearly && $0["BYMONTHDAY"]?.contains("-") == true
        },
        RuleDisagreement(name: "libical-sub-daily", oracle: "libical") {
            $0.isSubDaily && ($0.namesTimes || $0["INTERVAL"] != nil || $0["BYYEARDAY"] != nil)
        },
        RuleDisagreement(name: "libical-weekly-interval", oracle: "libical") {
            $0["FREQ"] == "WEEKLY" && $0["INTERVAL"] != nil
        },
        RuleDisagreement(name: "libical-byweekno", oracle: "libical") { $0["BYWEEKNO"] != nil },
    ]
}

private struct RuleParts {
    private let parts: [Substring: Substring]

    init(_ rule: String) {
        let pairs = rule.split(separator: ";").map { $0.split(separator: "=") }
        parts = Dictionary(pairs.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(name: String) -> Substring? { parts[name[...]] }

    var isSubDaily: Bool { ["HOURLY", "MINUTELY", "SECONDLY"].contains(self["FREQ"]) }
    var isMonthlyOrYearly: Bool { ["MONTHLY", "YEARLY"].contains(self["FREQ"]) }
    var namesTimes: Bool { self["BYHOUR"] != nil || self["BYMINUTE"] != nil || self["BYSECOND"] != nil }
    var countsFromEnd: Bool {
        ["BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"].contains { self[$0]?.contains("-") == true }
    }
    var mixesNumberedDays: Bool {
        let lengths = Set((self["BYDAY"] ?? "").split(separator: ",").map { $0.count > 2 })
        return lengths.count == 2
    }
}

import TactCore

/// A recipient in Paris with so many busy intervals and deliveries, under a policy with so many caps.
struct Fixture {
    private let situation: Situation
    private let policy: Policy
    private let ledger: CapLedger
    private let deliveries: [Delivery]
    private let noon = Timestamp(seconds: 1_795_000_000)

    init(busy: Int, caps: Int, deliveries count: Int) {
        let noon = noon
        let rules = ZoneRules(
            transitions: [], initialOffset: 3600,
            footer: PosixTZ(Array("CET-1CEST,M3.5.0,M10.5.0/3".utf8)))
        // Every busy interval is 15 minutes of an hour, around noon.
        let intervals = BusyIntervals(
            merging: (0..<busy).map { n in
                let start = noon + .minutes(Int64(n - busy / 2) * 60 + 20)
                return BusyInterval(start: start, end: start + .minutes(15), type: .busy)
            })
        situation = Situation(
            recipient: "ann", zones: [.init(name: "Europe/Paris", rules: rules)], zoneIsKnown: true, countries: ["FR"],
            quietHours: Fixture.nights, busy: intervals)
        policy = Policy(
            quietHours: Fixture.nights, channels: [Channel(name: "push")],
            topics: [Topic(name: "offers", title: "Offers", kind: .marketing, channels: ["push"])],
            caps: (0..<caps).map { n in
                Cap(
                    name: "cap-\(n)", limit: 1_000 + n,
                    period: n % 3 == 2 ? .calendar(.day) : .sliding(.hours(Int64(24 * (n + 1)))))
            })
        deliveries = (0..<count).map { n in
            Delivery(message: Int64(n), at: noon - .minutes(Int64(n)), topic: "offers", channel: "push", sender: "app")
        }
        ledger = CapLedger(policy: policy, deliveries: deliveries)
    }

    private static let nights = (try? LocalWindow(days: .all, start: CivilTime("22:00"), end: CivilTime("08:00")))
        .map { WeeklyWindows([$0]) }

    private func message(_ number: Int64) -> Message {
        Message(
            number: number, sender: "app", topic: "offers", channels: ["push"], submittedAt: noon,
            expiresAt: noon + .days(7))
    }

    /// Everything permits.
    func decide(times: Int) -> Double {
        let message = message(10_000)
        return time(times) {
            keep(Planner.decide(message, in: situation, under: policy, ledger: ledger, now: noon))
        }
    }

    /// It is night, then the calendar is busy.
    func decideHeld(times: Int) -> Double {
        let message = message(10_000)
        let night = noon + .hours(12)
        return time(times) {
            keep(Planner.decide(message, in: situation, under: policy, ledger: ledger, now: night))
        }
    }

    /// All plans anew, as when a preference changes.
    func replan(pending: Int, times: Int) -> Double {
        let messages = (0..<pending).map { message(20_000 + Int64($0)) }
        var agenda = Agenda(situation: situation, policy: policy, deliveries: deliveries, pending: messages)
        return time(times) { keep(agenda.replan(now: noon)) }
    }
}

/// Two years of a weekly meeting.
struct Expansion {
    private let calendar: BusyCalendar
    private let zone = ZoneRules(
        transitions: [], initialOffset: 3600, footer: PosixTZ(Array("CET-1CEST,M3.5.0,M10.5.0/3".utf8)))

    init() throws {
        let text = """
            BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Paris:20260105T100000\r
            DTEND;TZID=Europe/Paris:20260105T110000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n
            """
        calendar = try BusyCalendar.parse(Array(text.utf8), knownZone: { _ in true }).calendar
    }

    func run(times: Int) throws -> Double {
        let window = Interval(
            start: Timestamp(seconds: 1_767_571_200), end: Timestamp(seconds: 1_767_571_200 + 104 * 7 * 86_400))
        var count = 0
        let result = time(times) {
            var budget = ExpansionBudget()
            count =
                (try? calendar.busy(within: window, zones: { _ in zone }, floatingZones: [], budget: &budget).count)
                ?? 0
        }
        guard count == 104 else { throw Unexpected(count: count) }
        return result
    }

    struct Unexpected: Error { var count: Int }
}

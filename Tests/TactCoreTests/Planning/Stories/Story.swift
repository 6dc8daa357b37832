import TactCore

/// A recipient, Ann, with her messages, told in a few words. Instants are RFC 3339; times of day `22:00`.
struct Story {
    var facts = Scenario()
    /// Made at the first submission: what is known by then is what it knows.
    private var agenda: Agenda?
    private var lastNumber: Int64 = 0

    /// `zone`: a POSIX rule; nil: there is none to be had. The topics are `offers` (marketing) and `login` (respects
    /// nothing), the channels `push` and `email`.
    init(_ now: String, zone: String? = Story.paris) throws {
        facts.now = try Timestamp(rfc3339: now)
        facts.zones = zone.map { [Self.zone($0)] } ?? []
        facts.zoneIsKnown = zone != nil
        facts.countries = ["FR"]
        facts.policy.topics = [
            Topic(name: "offers", title: "Offers", kind: .marketing),
            Topic(name: "login", title: "Login codes", kind: .transactional, respects: []),
        ]
        facts.policy.channels = [Channel(name: "push"), Channel(name: "email")]
    }

    static let paris = "CET-1CEST,M3.5.0,M10.5.0/3"
    static let newYork = "EST5EDT,M3.2.0,M11.1.0"
    static let losAngeles = "PST8PDT,M3.2.0,M11.1.0"

    static func zone(_ rule: String) -> ProofZone {
        ProofZone(rule, ZoneRules(transitions: [], initialOffset: 0, footer: PosixTZ(rule.utf8)))
    }

    // MARK: What is known

    mutating func quiet(_ start: String, _ end: String, on days: [Weekday] = Weekday.allCases) throws {
        facts.quietHours = (facts.quietHours ?? []) + [try window(start, end, on: days)]
    }

    mutating func busy(_ start: String, _ end: String) throws {
        facts.busy.append(Interval(start: try Timestamp(rfc3339: start), end: try Timestamp(rfc3339: end)))
    }

    mutating func sendWindow(_ start: String, _ end: String, countries: Set<String> = []) throws {
        facts.policy.sendWindows.append(
            SendWindow(name: "law", countries: countries, windows: WeeklyWindows([try window(start, end)])))
    }

    mutating func cap(
        _ limit: Int, per: Cap.Period, name: String = "cap", each: Set<Cap.Each> = [], channels: Set<String> = [],
        over: Cap.Over = .defer
    ) {
        facts.policy.caps.append(
            Cap(name: name, limit: limit, period: per, channels: channels, each: each, over: over))
    }

    mutating func delivered(
        _ at: String, topic: String = "offers", by channel: String = "push", from sender: String = "shop"
    ) throws {
        facts.deliveries.append(
            Delivery(
                message: -1 - Int64(facts.deliveries.count), at: try Timestamp(rfc3339: at), topic: topic,
                channel: channel, sender: sender))
    }

    mutating func spread(_ channel: String, over spread: Duration) {
        for index in facts.policy.channels.indices where facts.policy.channels[index].name == channel {
            facts.policy.channels[index].spread = spread
        }
    }

    mutating func maxWait(_ wait: Duration) {
        for index in facts.policy.topics.indices { facts.policy.topics[index].maxWait = wait }
    }

    private func window(_ start: String, _ end: String, on days: [Weekday] = Weekday.allCases) throws -> LocalWindow {
        try LocalWindow(days: Weekdays(days), start: CivilTime(start), end: CivilTime(end))
    }

    // MARK: What happens

    mutating func submit(
        _ topic: String = "offers", by channels: [String] = ["push"], from sender: String = "shop",
        urgency: Urgency = .normal, relevance: Double = 0.5, notBefore: String? = nil, expires: String? = nil,
        subject: String? = nil, needs: [AttributeNeed]? = nil
    ) throws -> Decision {
        lastNumber += 1
        let message = Message(
            number: lastNumber, sender: sender, topic: topic, channels: channels, urgency: urgency,
            relevance: relevance, submittedAt: facts.now, notBefore: try notBefore.map { try Timestamp(rfc3339: $0) },
            expiresAt: try expires.map { try Timestamp(rfc3339: $0) }, subject: subject,
            wording: needs.map { Message.Wording(template: 1, needs: $0) })
        var agenda = agenda ?? facts.agenda
        let (decision, _) = agenda.add(message, now: facts.now)
        self.agenda = agenda
        return decision
    }

    mutating func later(_ now: String) throws { facts.now = try Timestamp(rfc3339: now) }

    mutating func judge(_ number: Int64) -> Decision? { agenda?.judge(number, now: facts.now)?.decision }

    mutating func remove(_ number: Int64) { _ = agenda?.remove(number, now: facts.now) }

    /// The message goes out now.
    mutating func release(_ number: Int64) {
        guard let message = agenda?.message(number), let channel = message.plan?.channel else { return }
        _ = agenda?.release(
            number,
            as: Delivery(message: number, at: facts.now, topic: message.topic, channel: channel, sender: message.sender)
        )
    }

    /// Plans everything anew, with the facts as they are now.
    mutating func replan() { _ = agenda?.know(facts.situation, now: facts.now) }

    /// Where and when a message will go: `2026-11-22T07:00:00.000Z by push`.
    func plan(_ number: Int64) -> String? { agenda?.message(number)?.plan.map { "\($0.at) by \($0.channel)" } }
}

extension Decision {
    /// When it will go: `2026-11-22T07:00:00.000Z`; nil: there is no plan.
    var when: String? { plan.map { "\($0.at)" } }

    /// `quiet_hours until 2026-11-22T07:00:00.000Z`; without an end, just the code.
    var said: [String] {
        findings.map { finding in
            (finding.code?.rawValue ?? "") + (finding.until.map { " until \($0)" } ?? "")
        }
    }
}

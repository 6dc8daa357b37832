import TactAPI
import TactCore
import TactStore

/// A recipient's days: what blocks when, what is planned, and how far caps are used up.
extension Engine {
    /// Merged busy intervals over any stretch, also one that no stored expansion covers.
    package func busy(of recipient: StoredRecipient, over window: Interval, _ session: Session) throws -> [Interval] {
        var all: [BusyIntervals] = []
        let recipient = try local(recipient, session)
        for stored in try session.calendars(of: recipient.number) {
            if stored.covers.start <= window.start, window.end <= stored.covers.end {
                all.append(try TypedBusyIntervals(decoding: stored.busy).merged)
            } else {
                do {
                    all.append(try expand(BusyCalendar(decoding: stored.rules), of: recipient, over: window).merged)
                } catch let problem as CalendarProblem {
                    throw Problem(problem)
                }
            }
        }
        return BusyIntervals(merging: all).overlapping(window).map { $0.clipped(to: window) }
    }

    /// - Parameter trial: quiet hours to show in place of those in force, which stay; plans stay as they are, too.
    package func timeline(
        of recipient: StoredRecipient, over window: Interval, trying trial: TimelineQuery.Trial? = nil,
        _ session: Session, now: Timestamp
    ) throws -> TimelineAnswer {
        let desk = try desk(recipient, session, now: now)
        var situation = desk.agenda.situation
        switch trial {
        case .declared: situation.quietHours = try quietHours(of: recipient, chosen: nil)
        case .own(let windows): situation.quietHours = try quietHours(of: recipient, chosen: windows)
        case nil: break
        }
        let busy = try busy(of: recipient, over: window, session)
        var blocked = busy.map { TimelineAnswer.Blocked($0, rule: .busy, code: .busy) }
        blocked += weekly(situation, over: window)
        if let until = situation.pausedUntil, until > now {
            let pause = Interval(start: now, end: until)
            if pause.overlaps(window) {
                blocked.append(.init(pause.clipped(to: window), rule: .pause, code: .paused))
            }
        }
        for topic in held.topics.sorted() where now < window.end {
            let hold = Interval(start: max(now, window.start), end: window.end)
            blocked.append(.init(hold, rule: .channel, code: .topicHeld, name: topic))
        }
        for channel in held.channels.sorted() where now < window.end {
            let hold = Interval(start: max(now, window.start), end: window.end)
            blocked.append(.init(hold, rule: .channel, code: .channelHeld, name: channel))
        }
        let plans = desk.agenda.pending.compactMap { message -> TimelineAnswer.Point? in
            guard let plan = message.plan, window.contains(plan.at) else { return nil }
            return .init(id: ids.id(message.number), topic: message.topic, at: plan.at, channel: plan.channel)
        }
        let deliveries = try session.attempts(to: recipient.number, within: window, limit: 1000).map {
            TimelineAnswer.Point(
                id: ids.id($0.message), topic: $0.topic, at: $0.releasedAt, channel: $0.channel, outcome: $0.outcome)
        }
        return TimelineAnswer(
            timeZone: situation.zones.only?.name, interval: window,
            blocked: blocked.sorted { ($0.interval.start, $0.rule.position) < ($1.interval.start, $1.rule.position) },
            plans: plans.sorted { $0.at < $1.at }, deliveries: deliveries, caps: desk.agenda.capUse(now: now))
    }

    /// Quiet hours, and the times outside send windows that may concern the recipient.
    private func weekly(_ situation: Situation, over window: Interval) -> [TimelineAnswer.Blocked] {
        var blocked: [TimelineAnswer.Blocked] = []
        for zone in situation.zones {
            if let quiet = situation.quietHours {
                for interval in quiet.intervals(in: zone.rules, as: .blocked, overlapping: window) {
                    blocked.append(.init(interval.clipped(to: window), rule: .quietHours, code: .quietHours))
                }
            }
            for rule in policy.sendWindows where rule.mayConcern(situation.countries) {
                let open = rule.windows.intervals(in: zone.rules, as: .permitted, overlapping: window)
                for interval in open.gaps(within: window) {
                    blocked.append(.init(interval, rule: .sendWindow, code: .sendWindow, name: rule.name))
                }
            }
        }
        return blocked
    }
}

extension SendWindow {
    fileprivate func mayConcern(_ countries: Set<String>?) -> Bool {
        guard !self.countries.isEmpty, let countries else { return true }
        return !self.countries.isDisjoint(with: countries)
    }
}

extension Interval {
    func overlaps(_ other: Interval) -> Bool { start < other.end && other.start < end }

    func clipped(to other: Interval) -> Interval { Interval(start: max(start, other.start), end: min(end, other.end)) }
}

extension [Interval] {
    /// What lies between the intervals, which are in order.
    fileprivate func gaps(within window: Interval) -> [Interval] {
        var gaps: [Interval] = []
        var t = window.start
        for interval in self {
            if t < interval.start { gaps.append(Interval(start: t, end: interval.start)) }
            t = Swift.max(t, interval.end)
        }
        if t < window.end { gaps.append(Interval(start: t, end: window.end)) }
        return gaps
    }
}

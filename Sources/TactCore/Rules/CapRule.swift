/// At most so many deliveries per period. Looks at what was delivered and at the slots reserved for what ranks
/// above.
enum CapRule {
    /// For caps that hold: whether there is room at `t`, and where the next is.
    static func verdict(_ index: Int, _ c: borrowing Case, at t: Timestamp) -> Verdict {
        let cap = c.policy.caps[index]
        guard cap.over != .suppress, binds(cap, c) else { return .notApplicable }
        let free = firstFree(cap, c.ledger.instants(of: index, for: .init(cap, c)), c.situation, from: t)
        guard free > t else { return .permits }
        return .holds(
            .cap, until: free, isEdge: isCalendar(cap, c.situation), name: cap.name,
            detail: .cap(limit: cap.limit, per: cap.period))
    }

    /// For caps that suppress: judged once, at the instant at which all else permits.
    static func suppression(_ index: Int, _ c: borrowing Case, at t: Timestamp) -> Verdict {
        let cap = c.policy.caps[index]
        guard cap.over == .suppress, binds(cap, c) else { return .notApplicable }
        let free = firstFree(cap, c.ledger.instants(of: index, for: .init(cap, c)), c.situation, from: t)
        return free > t
            ? .suppresses(.cap, name: cap.name, detail: .cap(limit: cap.limit, per: cap.period)) : .permits
    }

    static func binds(_ cap: Cap, _ c: borrowing Case) -> Bool {
        c.topic.respects.contains(.caps)
            && cap.takesIn(topic: c.topic.name, kind: c.topic.kind, channel: c.channel.name, sender: c.message.sender)
    }

    private static func isCalendar(_ cap: Cap, _ situation: Situation) -> Bool {
        switch cap.period {
        case .calendar: situation.zoneIsKnown
        case .sliding: false
        }
    }

    /// The first instant at or after `t` at which one more delivery fits.
    private static func firstFree(
        _ cap: Cap, _ taken: [Timestamp], _ situation: Situation, from t: Timestamp
    ) -> Timestamp {
        guard taken.count >= cap.limit else { return t }
        switch cap.period {
        case .sliding(let length):
            return taken.firstSlidingSlot(from: t, limit: cap.limit, per: length)
        case .calendar(let period):
            guard situation.zoneIsKnown, let zone = situation.zones.first else {
                return taken.firstSlidingSlot(from: t, limit: cap.limit, per: period.longest)
            }
            return taken.firstCalendarSlot(from: t, limit: cap.limit, period: period, in: zone.rules)
        }
    }
}

extension CalendarPeriod {
    /// The longest that such a period can last, with the hour that clocks go back.
    package var longest: Duration {
        switch self {
        case .day: .hours(25)
        case .isoWeek: .days(7) + .hours(1)
        case .month: .days(31) + .hours(1)
        }
    }
}

/// Sorted delivery instants.
extension [Timestamp] {
    /// The index of the first element that is not before `t`.
    func lowerBound(_ t: Timestamp) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < t { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first instant at or after `from` that can be added so that no `(x − per, x]` holds more than `limit`.
    ///
    /// Any `limit` neighbours less than `per` apart forbid the open stretch `(last − per, first + per)`. Both its
    /// ends grow with the neighbours' place, so one search and one walk find the first gap.
    func firstSlidingSlot(from: Timestamp, limit: Int, per: Duration) -> Timestamp {
        var t = from
        var first = lowerBound(from - per + Duration(milliseconds: 1))
        while first + limit <= count {
            let last = self[first + limit - 1]
            if t <= last - per { break }
            if last - self[first] < per, t < self[first] + per { t = self[first] + per }
            first += 1
        }
        return t
    }

    /// The first instant at or after `from` whose calendar period in `zone` holds fewer than `limit`.
    func firstCalendarSlot(
        from: Timestamp, limit: Int, period: CalendarPeriod, in zone: ZoneRules
    ) -> Timestamp {
        var t = from
        while true {
            let bounds = period.period(containing: t, in: zone)
            guard lowerBound(bounds.end) - lowerBound(bounds.start) >= limit else { return t }
            // A period of full count moves on; the list is finite, so an empty period comes.
            t = bounds.end
        }
    }
}

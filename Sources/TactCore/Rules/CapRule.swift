/// At most so many deliveries per period. Looks at what was delivered and at the slots reserved for what ranks
/// above.
enum CapRule {
    /// For caps that hold: whether there is room at `t`, and where the next is.
    static func verdict(_ cap: borrowing BoundCap, _ c: borrowing Case, at t: Timestamp) -> Verdict {
        let free = firstFree(cap, c.situation, from: t)
        if free == t { return .permits }
        return .holds(
            .cap, until: free, isEdge: isCalendar(cap, c.situation), name: cap.name,
            detail: .cap(limit: cap.limit, per: cap.period))
    }

    /// For caps that suppress: judged once, at the instant at which all else permits.
    static func suppression(_ cap: borrowing BoundCap, _ c: borrowing Case, at t: Timestamp) -> Verdict {
        if firstFree(cap, c.situation, from: t) == t { return .permits }
        return .suppresses(.cap, name: cap.name, detail: .cap(limit: cap.limit, per: cap.period))
    }

    private static func isCalendar(_ cap: borrowing BoundCap, _ situation: borrowing Situation) -> Bool {
        switch cap.period {
        case .calendar: situation.zoneIsKnown
        case .sliding: false
        }
    }

    /// The first instant at or after `t` at which one more delivery fits; nil: there is none.
    private static func firstFree(
        _ cap: borrowing BoundCap, _ situation: borrowing Situation, from t: Timestamp
    ) -> Timestamp? {
        guard cap.limit > 0 else { return nil }
        guard cap.taken.count >= cap.limit else { return t }
        switch cap.period {
        case .sliding(let length):
            return cap.taken.firstSlidingSlot(from: t, limit: cap.limit, per: length)
        case .calendar(let period):
            guard situation.zoneIsKnown, !situation.zones.isEmpty else {
                return cap.taken.firstSlidingSlot(from: t, limit: cap.limit, per: period.longest)
            }
            return cap.taken.firstCalendarSlot(
                from: t, limit: cap.limit, period: period, in: situation.zones[0].rules)
        }
    }
}

/// A cap that binds a case, with what is taken under it.
struct BoundCap {
    let name: String
    let limit: Int
    let period: Cap.Period
    let over: Cap.Over
    /// It binds this channel and perhaps no other.
    let isOfChannel: Bool
    /// Sorted.
    let taken: [Timestamp]
}

extension CapLedger {
    /// The caps that bind a message of the topic on the channel, in their order.
    func bound(_ caps: [Cap], _ topic: borrowing Topic, _ channel: borrowing Channel, sender: String) -> [BoundCap] {
        var bound: [BoundCap] = []
        for index in caps.indices
        where caps[index].takesIn(topic: topic.name, kind: topic.kind, channel: channel.name, sender: sender) {
            let scope = Scope(caps[index], topic: topic.name, channel: channel.name, sender: sender)
            bound.append(
                BoundCap(
                    name: caps[index].name, limit: caps[index].limit, period: caps[index].period,
                    over: caps[index].over,
                    isOfChannel: !caps[index].channels.isEmpty || caps[index].each.contains(.channel),
                    taken: instants(of: index, for: scope)))
        }
        return bound
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

import TactAPI
import TactCore

extension Agenda {
    /// How far each cap is used up by what was delivered, in each scope that has been used.
    func capUse(now: Timestamp) -> [TimelineAnswer.CapUse] {
        policy.caps.indices.flatMap { index -> [TimelineAnswer.CapUse] in
            let cap = policy.caps[index]
            let period = counted(cap, at: now)
            return used(cap: index, within: period.interval).map { scope, used in
                TimelineAnswer.CapUse(
                    name: cap.name, limit: cap.limit, per: cap.period.word, used: used, scope: scope,
                    from: period.interval.start, to: period.ends ? period.interval.end : nil)
            }
        }
    }

    /// The stretch over which a cap counts at one instant.
    private func counted(_ cap: Cap, at now: Timestamp) -> (interval: Interval, ends: Bool) {
        switch cap.period {
        case .sliding(let length):
            return (
                Interval(start: now - length + Duration(milliseconds: 1), end: now + Duration(milliseconds: 1)), false
            )
        case .calendar(let period):
            guard situation.zoneIsKnown, let zone = situation.zones.first else {
                let start = now - period.longest + Duration(milliseconds: 1)
                return (Interval(start: start, end: now + Duration(milliseconds: 1)), false)
            }
            return (period.period(containing: now, in: zone.rules), true)
        }
    }
}

/// From the wall clock to instants and back.
extension ZoneRules {
    /// What the clock shows at `t`, rounded down to the second.
    package func local(_ t: Timestamp) -> CivilDateTime {
        CivilDateTime(seconds: t.seconds + Int64(offset(at: t)))
    }

    /// What a reading of the clock means.
    package func reading(_ local: CivilDateTime) -> Reading {
        if let t = unambiguous(Self.wall(local)) { return .one(Timestamp(milliseconds: t)) }
        let first = earliest(local)
        let last = latest(local)
        if first != last { return .fold(first: first, last: last) }
        return self.local(first) == local ? .one(first) : .gap(first)
    }

    /// The first instant at which the clock shows `local` or is already past it: in a fold the first of the
    /// instants it can mean, in a gap the transition.
    package func earliest(_ local: CivilDateTime) -> Timestamp {
        let wall = Self.wall(local)
        if let t = unambiguous(wall) { return Timestamp(milliseconds: t) }
        var span = span(at: wall - Self.reach)
        while true {
            let t = max(wall - span.offset * 1000, span.start)
            if t < span.end || span.end >= Timestamp.distantFuture.milliseconds { return Timestamp(milliseconds: t) }
            span = self.span(at: span.end)
        }
    }

    /// The last instant at which the clock shows `local` or has yet to reach it: in a fold the last of the
    /// instants it can mean, in a gap the transition.
    package func latest(_ local: CivilDateTime) -> Timestamp {
        let wall = Self.wall(local)
        if let t = unambiguous(wall) { return Timestamp(milliseconds: t) }
        var span = span(at: wall + Self.reach)
        while true {
            let t = min(wall - span.offset * 1000, span.end)
            if t >= span.start || span.start <= Timestamp.distantPast.milliseconds { return Timestamp(milliseconds: t) }
            span = self.span(at: span.start - 1)
        }
    }

    /// The first instant whose local date is `date`; for a date that the clock skipped whole, the transition.
    package func startOfDay(_ date: CivilDate) -> Timestamp {
        let furthest: Int64 = Timestamp.distantFuture.milliseconds / 86_400_000
        return earliest(CivilDateTime(CivilDate(days: min(max(date.days, -furthest), furthest))))
    }

    /// The one instant that the reading `wall` (milliseconds) means, where no change of the clock is near.
    private func unambiguous(_ wall: Int64) -> Int64? {
        let span = span(at: wall - Int64(initialOffset) * 1000)
        let t = wall - span.offset * 1000
        let isFar = (span.start == .min || t - swing >= span.start) && (span.end == .max || t + swing < span.end)
        return isFar ? t : nil
    }

    /// A reading in milliseconds, cut to what arithmetic can carry.
    private static func wall(_ local: CivilDateTime) -> Int64 {
        let furthest = Timestamp.distantFuture.milliseconds / 1000
        return min(max(local.seconds, -furthest), furthest) * 1000
    }

    /// No clock is further from UTC than this, in milliseconds.
    private static let reach = Int64(greatestOffset) * 1000
}

/// Where the pattern lies on the line of time. No query allocates, and each ends after a bounded number of steps.
extension WeeklyWindows {
    /// A stretch of one certain week: `week` counts weeks from Monday 1969-12-29.
    private struct Occurrence {
        var week: Int64
        var index: Int
    }

    private struct Resolved {
        var interval: Interval
        /// Of the stretch.
        var index: Int
        /// No clock change is near: right after its end there is a gap in the pattern.
        var isPlain: Bool
    }

    /// Longer than any plan looks ahead, in weeks. Only a zone that swallows a stretch every week gets this far.
    private static let horizon = 58

    private static let always = Interval(start: .distantPast, end: .distantFuture)

    /// The interval around `t`, if `t` is in one. Blocked intervals can meet or overlap where clocks are turned back;
    /// then it is the first of those.
    package func interval(containing t: Timestamp, in zone: ZoneRules, as edges: Edges) -> Interval? {
        guard let next = next(at: t, in: zone, as: edges), next.start <= t else { return nil }
        return next
    }

    /// The first interval that ends after `t`. Nil where there are no windows. A pattern without a gap is one
    /// interval from `Timestamp.distantPast` to `.distantFuture`.
    package func next(at t: Timestamp, in zone: ZoneRules, as edges: Edges) -> Interval? {
        isAlways ? Self.always : resolved(at: t, in: zone, as: edges)?.interval
    }

    /// The first instant at or after `t` that no blocked interval contains; nil if there is none.
    package func firstOutside(from t: Timestamp, in zone: ZoneRules) -> Timestamp? {
        if isAlways { return nil }
        var t = t
        for _ in 0...(Self.horizon * stretches.count) {
            guard let next = resolved(at: t, in: zone, as: .blocked), next.interval.start <= t else { return t }
            t = next.interval.end
            if next.isPlain { return t }
        }
        return nil
    }

    /// The first instant at or after `t` that a permitted interval contains; nil if there is none.
    package func firstInside(from t: Timestamp, in zone: ZoneRules) -> Timestamp? {
        next(at: t, in: zone, as: .permitted).map { max($0.start, t) }
    }

    /// The intervals that have an instant in common with `range`, whole, ascending, those that meet or overlap joined.
    package func intervals(in zone: ZoneRules, as edges: Edges, overlapping range: Interval) -> [Interval] {
        var joined: [Interval] = []
        var t = range.start
        while t < range.end, let next = next(at: t, in: zone, as: edges), next.start < range.end {
            if let last = joined.last, next.start <= last.end {
                joined[joined.count - 1].end = next.end
            } else {
                joined.append(next)
            }
            t = next.end
        }
        return joined
    }

    /// The joined stretch that blocks `t`: in seconds since Monday 00:00, `end` perhaps in the next week. Nil where none
    /// does, and for a pattern without a gap.
    package func stretch(blocking t: Timestamp, in zone: ZoneRules) -> (start: Int64, end: Int64)? {
        guard let next = resolved(at: t, in: zone, as: .blocked), next.interval.start <= t else { return nil }
        let stretch = stretches[next.index]
        return (stretch.start / 1000, stretch.end / 1000)
    }

    // MARK: - Resolving

    private func resolved(at t: Timestamp, in zone: ZoneRules, as edges: Edges) -> Resolved? {
        guard !stretches.isEmpty else { return nil }
        let instant = ZoneRules.clamped(t.milliseconds)
        let span = zone.span(at: instant)
        let offset = span.offset * 1000
        let wall = instant + offset
        let occurrence = firstOccurrence(endingAfter: wall)
        let (start, end) = self.wall(of: occurrence)
        // Where no change of the clock is nearer than it could be ambiguous for, its edges are a subtraction away.
        let isClearBefore = span.start == .min || min(start, wall) - offset - zone.swing >= span.start
        if isClearBefore && (span.end == .max || end - offset + zone.swing < span.end) {
            return Resolved(
                interval: Interval(
                    start: Timestamp(milliseconds: start - offset), end: Timestamp(milliseconds: end - offset)),
                index: occurrence.index, isPlain: true)
        }
        return resolvedStepwise(after: instant, wall: wall, in: zone, as: edges)
    }

    /// As `resolved`, near clock changes: looks at one occurrence after the other.
    private func resolvedStepwise(after t: Int64, wall: Int64, in zone: ZoneRules, as edges: Edges) -> Resolved? {
        // Nothing whose end the clock showed longer ago than its offsets differ can last beyond `t`.
        var occurrence = firstOccurrence(endingAfter: wall - zone.swing - 1)
        for _ in 0...(Self.horizon * stretches.count) {
            let (start, end) = self.wall(of: occurrence)
            let interval = zone.interval(
                from: CivilDateTime(seconds: start / 1000), to: CivilDateTime(seconds: end / 1000), as: edges)
            if !interval.isEmpty && interval.end.milliseconds > t {
                return Resolved(interval: interval, index: occurrence.index, isPlain: false)
            }
            occurrence.index += 1
            if occurrence.index == stretches.count { occurrence = Occurrence(week: occurrence.week + 1, index: 0) }
        }
        return nil
    }

    /// The first stretch whose end the clock has yet to show when it shows `wall` (milliseconds).
    private func firstOccurrence(endingAfter wall: Int64) -> Occurrence {
        let week = (wall + Self.mondayToEpoch).flooredQuotient(by: Self.week)
        let position = wall + Self.mondayToEpoch - week * Self.week
        return stretches.withUnsafeBufferPointer { all in
            if all[all.count - 1].end - Self.week > position { return Occurrence(week: week - 1, index: all.count - 1) }
            var low = 0
            var length = all.count
            while length > 0 {
                let half = (length + 1) / 2
                low += all[low + half - 1].end <= position ? half : 0
                length -= half
            }
            return low < all.count ? Occurrence(week: week, index: low) : Occurrence(week: week + 1, index: 0)
        }
    }

    /// Its edges by the wall clock, in milliseconds since 1970-01-01T00:00:00 on it.
    private func wall(of occurrence: Occurrence) -> (start: Int64, end: Int64) {
        let monday = occurrence.week * Self.week - Self.mondayToEpoch
        let stretch = stretches[occurrence.index]
        return (monday + stretch.start, monday + stretch.end)
    }

    /// 1970-01-01 was a Thursday.
    private static let mondayToEpoch: Int64 = 3 * 86_400_000
}

extension ZoneRules {
    /// What two edges on the wall clock mean; empty where the end is not after the start.
    fileprivate func interval(
        from start: CivilDateTime, to end: CivilDateTime, as edges: WeeklyWindows.Edges
    ) -> Interval {
        switch edges {
        case .blocked: Interval(start: earliest(start), end: latest(end))
        case .permitted: Interval(start: latest(start), end: earliest(end))
        }
    }
}

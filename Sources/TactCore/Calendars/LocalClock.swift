/// Turns the wall-clock readings of events into instants, in milliseconds.
///
/// Blocked time gets the longer reading. A start that the clock shows twice is the first, an end the last. A
/// reading that the clock skips is read with the offset before the gap (RFC 5545, section 3.3.5). In a zone that
/// nobody knows a start is read as at UTC+14 and an end as at UTC−12. Time that is declared available is the other way
/// round: see `isForAvailability`.
///
/// A class, since all series in a zone share what it remembers of the zone; it stays within one expansion.
final class LocalClock {
    /// Starts get the last reading and ends the first, so that what is left of blocked time is the longer reading.
    let isForAvailability: Bool
    /// Nil for a zone nobody knows.
    private let rules: ZoneRules?
    /// Readings in `certain` (seconds) mean exactly one instant, at `offset` seconds east of UTC.
    private var certain: Range<Int64> = 0..<0
    private var offset: Int64 = 0

    /// Two readings of one instant are never further apart, in seconds.
    static let greatestDifference = Int64(2 * ZoneRules.greatestOffset + 3600)

    init(_ rules: ZoneRules?, isForAvailability: Bool = false) {
        self.rules = rules
        isKnown = rules != nil
        self.isForAvailability = isForAvailability
    }

    /// The same clock for time that is declared available.
    var forAvailability: LocalClock { LocalClock(rules, isForAvailability: true) }

    let isKnown: Bool

    /// The first instant that a start can mean.
    func start(_ civil: CivilDateTime) -> Int64 { instant(civil, first: !isForAvailability) }

    /// The last instant that an end can mean.
    func end(_ civil: CivilDateTime) -> Int64 { instant(civil, first: isForAvailability) }

    /// The first instant of a day.
    func startOfDay(_ midnight: CivilDateTime) -> Int64 {
        if certain.contains(midnight.seconds) || isForAvailability { return start(midnight) }
        return rules?.earliest(midnight).milliseconds ?? start(midnight)
    }

    /// The last instant that the beginning of the day after can mean.
    func endOfDay(_ midnight: CivilDateTime) -> Int64 {
        if certain.contains(midnight.seconds) || isForAvailability { return end(midnight) }
        return rules?.latest(midnight).milliseconds ?? end(midnight)
    }

    /// Whether the clock skips this reading.
    func skips(_ civil: CivilDateTime) -> Bool {
        if certain.contains(civil.seconds) { return false }
        guard let rules, case .gap = rules.reading(civil) else { return false }
        return true
    }

    /// What the clock shows; nil in a zone nobody knows.
    func civil(at milliseconds: Int64) -> CivilDateTime? { rules?.local(Timestamp(milliseconds: milliseconds)) }

    private func instant(_ civil: CivilDateTime, first: Bool) -> Int64 {
        if certain.contains(civil.seconds) { return (civil.seconds - offset) * 1000 }
        guard let rules else { return (civil.seconds + (first ? -14 : 12) * 3600) * 1000 }
        switch rules.reading(civil) {
        case .one(let t):
            remember(rules, around: t)
            return t.milliseconds
        case .fold(let one, let other): return first ? one.milliseconds : other.milliseconds
        case .gap(let transition): return Self.afterGap(transition, civil, rules)
        }
    }

    private static func afterGap(_ transition: Timestamp, _ civil: CivilDateTime, _ rules: ZoneRules) -> Int64 {
        let before = rules.offset(at: Timestamp(milliseconds: transition.milliseconds - 1))
        return (civil.seconds - Int64(before)) * 1000
    }

    private func remember(_ rules: ZoneRules, around t: Timestamp) {
        let span = rules.span(at: t.milliseconds)
        offset = span.offset
        // Stay clear of both ends by more than any change of the clock.
        let margin = Int64(ZoneRules.greatestOffset * 2)
        let lower = max(span.start, Timestamp.distantPast.milliseconds) / 1000 + offset + margin
        let upper = min(span.end, Timestamp.distantFuture.milliseconds) / 1000 + offset - margin
        certain = lower < upper ? lower..<upper : 0..<0
    }
}

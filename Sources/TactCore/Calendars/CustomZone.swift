/// A zone that the calendar defines itself, a VTIMEZONE (RFC 5545, section 3.6.5), without its name.
struct CustomZone: Hashable, Sendable {
    /// A STANDARD or DAYLIGHT.
    struct Observance: Hashable, Sendable {
        /// The first onset, on the clock as it was before.
        var start: CivilDateTime
        /// Seconds east of UTC, before and after an onset.
        var offsetBefore: Int64
        var offsetAfter: Int64
        var rules: [RecurrenceRule]
        var extras: [CivilDateTime]
    }

    /// At least one.
    var observances: [Observance]

    /// The zone's rules, good for readings between the two instants (milliseconds).
    func rules(
        from: Int64, to: Int64, budget: inout ExpansionBudget
    ) throws(CalendarProblem) -> ZoneRules {
        var transitions: [(at: Timestamp, offset: Int)] = []
        for observance in observances {
            for onset in try observance.onsets(from: from / 1000, to: to / 1000, &budget) {
                transitions.append((Timestamp(seconds: onset), Int(observance.offsetAfter)))
            }
        }
        // Before its first onset a zone is what it changes from.
        let first = observances.min { $0.start.seconds - $0.offsetBefore < $1.start.seconds - $1.offsetBefore }
        return ZoneRules(transitions: transitions, initialOffset: Int(first?.offsetBefore ?? 0), footer: nil)
    }
}

extension CustomZone.Observance {
    /// The onsets between two instants, and the last one before them; in seconds, in no order.
    fileprivate func onsets(
        from: Int64, to: Int64, _ budget: inout ExpansionBudget
    ) throws(CalendarProblem) -> [Int64] {
        var found = ([start] + extras).map { $0.seconds - offsetBefore }
        for rule in rules {
            var end = to + offsetBefore
            if case .until(let until) = rule.end {
                let last = until.isDate ? until.civil.seconds + 86_399 : until.civil.seconds
                end = min(end, until.zone == .utc ? last + offsetBefore : last)
            }
            // Yearly rules have an onset in the ten years before; for what is rarer all are looked at.
            for beginning in [min(from + offsetBefore, end) - 10 * 366 * 86_400, start.seconds] {
                let count = found.count
                var expansion = try RecurrenceExpansion(
                    rule, start: start, from: CivilDateTime(seconds: beginning), through: CivilDateTime(seconds: end),
                    budget: &budget)
                while let onset = try expansion.next(&budget) { found.append(onset.seconds - offsetBefore) }
                if beginning <= start.seconds || found[count...].contains(where: { $0 <= from }) { break }
            }
        }
        let last = found.filter { $0 <= from }.max()
        return found.filter { $0 > from && $0 <= to } + (last.map { [$0] } ?? [])
    }
}

/// A period of the calendar, by the wall clock of a zone.
package enum CalendarPeriod: Sendable, Hashable, CaseIterable {
    case day
    /// From Monday (ISO 8601).
    case isoWeek
    case month

    /// The period around `t`. It runs from the first instant of its first local date to the first instant of the
    /// next one's, so that periods neither overlap nor leave a gap, whatever the clocks do.
    package func period(containing t: Timestamp, in zone: ZoneRules) -> Interval {
        var first = firstDate(around: zone.local(t).date)
        var period = Interval(start: zone.startOfDay(first), end: zone.startOfDay(firstDate(after: first)))
        // Clocks turned back over midnight show the old date again in the new period: at most two days' worth.
        for _ in 0..<3 where period.end <= t {
            first = firstDate(after: first)
            period = Interval(start: period.end, end: zone.startOfDay(firstDate(after: first)))
        }
        return period
    }

    private func firstDate(around date: CivilDate) -> CivilDate {
        switch self {
        case .day: return date
        case .isoWeek: return CivilDate(days: date.days - Int64(date.weekday.rawValue))
        case .month:
            let (year, month, _) = date.parts
            return CivilDate(year: year, month: month, day: 1)
        }
    }

    /// `date` is the first of its period.
    private func firstDate(after date: CivilDate) -> CivilDate {
        switch self {
        case .day: return CivilDate(days: date.days + 1)
        case .isoWeek: return CivilDate(days: date.days + 7)
        case .month:
            let (year, month, _) = date.parts
            return month == 12
                ? CivilDate(year: year + 1, month: 1, day: 1) : CivilDate(year: year, month: month + 1, day: 1)
        }
    }
}

/// A yearly rule for the clock, as the footer of a TZif file has it (POSIX `TZ` string with the extensions of
/// RFC 9636, section 3.3.1). A value: also for those who know such a rule from elsewhere (VTIMEZONE).
package struct PosixTZ: Sendable, Equatable {
    /// A day of the year.
    package enum Day: Sendable, Hashable {
        /// `Jn`, 1…365: February 29 is never counted.
        case julian(Int)
        /// `n`, 0…365: February 29 is counted.
        case zeroBased(Int)
        /// `Mm.w.d`: month 1…12, week 1…5 (5 is the last), weekday from Sunday = 0 to 6.
        case monthly(month: Int, week: Int, weekday: Int)
    }

    /// A change of the clock: `time` seconds after the day's midnight, by the clock in force before the change.
    package struct Change: Sendable, Hashable {
        package var day: Day
        /// −167 h … 167 h.
        package var time: Int

        package init(day: Day, time: Int = 7200) {
            self.day = day
            self.time = time
        }
    }

    /// The other of the two clocks, and when it is in force.
    package struct Daylight: Sendable, Hashable {
        /// Seconds east of UTC.
        package var offset: Int
        package var start: Change
        package var end: Change

        package init(offset: Int, start: Change, end: Change) {
            self.offset = offset
            self.start = start
            self.end = end
        }
    }

    /// Seconds east of UTC.
    private let standard: Int64
    private let daylight: Daylight?
    /// Every change lies well inside its own year.
    private let isInterior: Bool

    /// Nil if a value is out of its range. `standard` is in seconds east of UTC.
    package init?(standard: Int, daylight: Daylight? = nil) {
        let offsets = -ZoneRules.greatestOffset...ZoneRules.greatestOffset
        guard offsets.contains(standard) else { return nil }
        self.standard = Int64(standard)
        guard let daylight, daylight.offset != standard else {
            // Two clocks that agree are one.
            if let daylight, !(daylight.start.isValid && daylight.end.isValid) { return nil }
            self.daylight = nil
            isInterior = true
            return
        }
        guard offsets.contains(daylight.offset), daylight.start.isValid, daylight.end.isValid else { return nil }
        self.daylight = daylight
        isInterior = daylight.start.isInterior && daylight.end.isInterior
    }

    /// All offsets it knows.
    var offsets: [Int32] {
        [Int32(standard)] + (daylight.map { [Int32($0.offset)] } ?? [])
    }

    /// Seconds east of UTC at `t`, in seconds, within `Timestamp.distantPast ... .distantFuture`.
    func offset(atSecond t: Int64) -> Int64 {
        guard let daylight else { return standard }
        guard isInterior else { return span(atSecond: t).offset }
        let year = CivilDate(days: (t + standard).flooredQuotient(by: 86_400)).parts.year
        let start = daylight.start.second(of: year) - standard
        let end = daylight.end.second(of: year) - Int64(daylight.offset)
        let isDaylight = start < end ? start <= t && t < end : !(end <= t && t < start)
        return isDaylight ? Int64(daylight.offset) : standard
    }

    /// The stretch between two changes around `t`, in seconds as above.
    func span(atSecond t: Int64) -> ZoneRules.Span {
        guard let daylight else { return ZoneRules.Span(start: .min, end: .max, offset: standard) }
        let year = CivilDate(days: (t + standard).flooredQuotient(by: 86_400)).parts.year
        var before = Int64.min
        var after = Int64.max
        var offset = standard
        // Times of a week before or after midnight reach into the years around; inside a year one to each side will do.
        let reach: Int64 = isInterior ? 1 : 2
        for y in (year - reach)...(year + reach) {
            // Where both come at once, the start wins: so "DST all year" is written.
            let end = daylight.end.second(of: y) - Int64(daylight.offset)
            if end > t { after = min(after, end) } else if end > before { (before, offset) = (end, standard) }
            let start = daylight.start.second(of: y) - standard
            if start > t {
                after = min(after, start)
            } else if start >= before {
                (before, offset) = (start, Int64(daylight.offset))
            }
        }
        return ZoneRules.Span(start: before * 1000, end: after * 1000, offset: offset)
    }
}

extension PosixTZ.Change {
    fileprivate var isValid: Bool {
        guard abs(time) <= 167 * 3600 else { return false }
        switch day {
        case .julian(let n): return (1...365).contains(n)
        case .zeroBased(let n): return (0...365).contains(n)
        case .monthly(let month, let week, let weekday):
            return (1...12).contains(month) && (1...5).contains(week) && (0...6).contains(weekday)
        }
    }

    /// Whether it always falls so far inside its year that no offset can bring it out.
    fileprivate var isInterior: Bool {
        guard abs(time) <= 86_400 else { return false }
        switch day {
        case .julian(let n), .zeroBased(let n): return (10...350).contains(n)
        case .monthly(let month, _, _): return (2...11).contains(month)
        }
    }

    /// The change in `year`, in seconds since 1970 on the clock that it changes.
    fileprivate func second(of year: Int64) -> Int64 {
        let days: Int64
        switch day {
        case .julian(let n):
            let leapDay: Int64 = n >= 60 && CivilDate.isLeap(year) ? 1 : 0
            days = CivilDate(year: year, month: 1, day: Int64(n)).days + leapDay
        case .zeroBased(let n):
            days = CivilDate(year: year, month: 1, day: 1).days + Int64(n)
        case .monthly(let month, let week, let weekday):
            let first = CivilDate(year: year, month: Int64(month), day: 1).days
            // 1970-01-01 was a Thursday: (days + 4) mod 7 counts from Sunday.
            var day = (Int64(weekday) - first - 4).flooredRemainder(by: 7) + Int64(week - 1) * 7
            if day >= CivilDate.daysIn(month: Int64(month), year: year) { day -= 7 }
            days = first + day
        }
        return days * 86_400 + Int64(time)
    }
}

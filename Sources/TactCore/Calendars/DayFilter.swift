/// The BY parts of a rule that speak of days, with what the event's start adds to them.
struct DayFilter {
    /// Bits 1…12; 0 is any.
    let months: UInt64
    /// As in `RecurrenceRule`; 0 is any.
    let monthDays: UInt64
    private let weeks: UInt64
    private let weeksFromEnd: UInt64
    private let weekStart: Int64
    /// Days of the week without a number, bit 0 is Monday; 0 is any if `numbered` is empty too.
    private let weekdays: UInt8
    private let numbered: [RecurrenceRule.Day]
    /// Numbered days count within the year, not the month.
    private let countsInYear: Bool
    private let yearDays: [Int16]
    /// Nothing but days of the week is asked for.
    let asksOnlyWeekdays: Bool

    init(_ rule: RecurrenceRule, start: CivilDate) {
        var months = rule.months
        var monthDays = rule.monthDays
        var days = rule.days
        let (_, month, day) = start.parts
        let hasWeeks = rule.weeks | rule.weeksFromEnd != 0
        let namesNoDay = monthDays == 0 && days.isEmpty && rule.yearDays.isEmpty
        switch rule.frequency {
        case .yearly where namesNoDay && hasWeeks, .weekly where days.isEmpty:
            days = [RecurrenceRule.Day(0, start.weekday)]
        case .yearly where namesNoDay:
            if months == 0 { months = 1 << UInt64(month) }
            monthDays = 1 << UInt64(day)
        case .monthly where namesNoDay:
            monthDays = 1 << UInt64(day)
        case .secondly, .minutely, .hourly, .daily, .weekly, .monthly, .yearly: break
        }
        self.months = months
        self.monthDays = monthDays
        weeks = rule.weeks
        weeksFromEnd = rule.weeksFromEnd
        weekStart = Int64(rule.weekStart.rawValue)
        weekdays = days.filter { $0.ordinal == 0 }.reduce(0) { $0 | 1 << UInt8($1.weekday.rawValue) }
        numbered = days.filter { $0.ordinal != 0 }
        countsInYear = rule.frequency == .yearly && rule.months == 0
        yearDays = rule.yearDays
        asksOnlyWeekdays = months == 0 && monthDays == 0 && !hasWeeks && numbered.isEmpty && yearDays.isEmpty
    }

    func allowsWeekday(_ day: Int64) -> Bool {
        weekdays == 0 || weekdays & (1 << UInt8((day + 3).flooredRemainder(by: 7))) != 0
    }

    /// Whether the rule allows the day with this number (days since 1970-01-01).
    func allows(_ day: Int64) -> Bool {
        if asksOnlyWeekdays { return allowsWeekday(day) }
        let (year, month, dayOfMonth) = CivilDate(days: day).parts
        if months != 0, months & 1 << UInt64(month) == 0 { return false }
        return Month(year, month).allows(dayOfMonth, self)
    }

    /// Appends the days of one month that the rule allows, as seconds since 1970-01-01.
    func append(year: Int64, month: Int64, to days: inout [Int64]) {
        if months != 0, months & 1 << UInt64(month) == 0 { return }
        let month = Month(year, month)
        for dayOfMonth in 1...month.length where month.allows(dayOfMonth, self) {
            days.append((month.first + dayOfMonth - 1) * 86_400)
        }
    }

    /// A month with what is needed to place a day in it and in its year.
    private struct Month {
        /// Days since 1970-01-01 of the 1st, and of the 1st of January.
        let first: Int64
        let length: Int64
        let yearFirst: Int64
        let yearLength: Int64

        init(_ year: Int64, _ month: Int64) {
            first = CivilDate(year: year, month: month, day: 1).days
            length = CivilDate.daysIn(month: month, year: year)
            yearFirst = CivilDate(year: year, month: 1, day: 1).days
            yearLength = CivilDate.isLeap(year) ? 366 : 365
        }

        func allows(_ dayOfMonth: Int64, _ filter: DayFilter) -> Bool {
            if filter.monthDays != 0 {
                let bits: UInt64 = 1 << UInt64(dayOfMonth) | 1 << UInt64(33 + length - dayOfMonth)
                if filter.monthDays & bits == 0 { return false }
            }
            let day = first + dayOfMonth - 1
            return filter.allowsYearDay(day - yearFirst + 1, of: yearLength)
                && filter.allowsDayOfWeek(day, dayOfMonth, self) && filter.allowsWeek(day)
        }
    }

    private func allowsYearDay(_ yearDay: Int64, of length: Int64) -> Bool {
        yearDays.isEmpty || yearDays.contains(Int16(yearDay)) || yearDays.contains(Int16(yearDay - length - 1))
    }

    private func allowsDayOfWeek(_ day: Int64, _ dayOfMonth: Int64, _ month: Month) -> Bool {
        if numbered.isEmpty { return allowsWeekday(day) }
        let weekday = Int((day + 3).flooredRemainder(by: 7))
        if weekdays & 1 << UInt8(weekday) != 0 { return true }
        let place = countsInYear ? day - month.yearFirst : dayOfMonth - 1
        let length = countsInYear ? month.yearLength : month.length
        let fromStart = place / 7 + 1
        let fromEnd = -((length - 1 - place) / 7 + 1)
        return numbered.contains {
            $0.weekday.rawValue == weekday && ($0.ordinal == fromStart || $0.ordinal == fromEnd)
        }
    }

    /// A week belongs to the year that has its fourth day (RFC 5545: "at least four days").
    private func allowsWeek(_ day: Int64) -> Bool {
        guard weeks | weeksFromEnd != 0 else { return true }
        let fourth = day - (day + 3 - weekStart).flooredRemainder(by: 7) + 3
        let year = CivilDate(days: fourth).parts.year
        let place = fourth - CivilDate(year: year, month: 1, day: 1).days
        let number = place / 7 + 1
        let count = number + ((CivilDate.isLeap(year) ? 366 : 365) - 1 - place) / 7
        return weeks & 1 << UInt64(number) != 0 || weeksFromEnd & 1 << UInt64(count - number + 1) != 0
    }
}

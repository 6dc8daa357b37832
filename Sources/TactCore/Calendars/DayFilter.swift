/// The BY parts of a rule that speak of days, with what the event's start adds to them.
struct DayFilter {
    /// Bits 1…12; 0 is any.
    private let months: UInt64
    /// As in `RecurrenceRule`; 0 is any.
    private let monthDays: UInt64
    private let weeks: UInt64
    private let weeksFromEnd: UInt64
    private let weekStart: Int64
    /// Empty is any.
    private let days: [RecurrenceRule.Day]
    /// Numbered days count within the year, not the month.
    private let countsInYear: Bool
    private let yearDays: [Int16]
    /// Days of the week as bits, Monday is bit 0, where nothing else is asked for; otherwise nil.
    private let onlyWeekdays: UInt8?

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
        self.days = days
        weeks = rule.weeks
        weeksFromEnd = rule.weeksFromEnd
        weekStart = Int64(rule.weekStart.rawValue)
        countsInYear = rule.frequency == .yearly && rule.months == 0
        yearDays = rule.yearDays
        let asksForMore = months | monthDays != 0 || hasWeeks || !yearDays.isEmpty
        let plain = days.filter { $0.ordinal == 0 }.reduce(UInt8(0)) { $0 | 1 << UInt8($1.weekday.rawValue) }
        onlyWeekdays =
            asksForMore || days.contains { $0.ordinal != 0 } ? nil : days.isEmpty ? 0x7F : plain
    }

    /// Whether the rule allows the day with this number (days since 1970-01-01).
    func allows(_ day: Int64) -> Bool {
        if let onlyWeekdays { return onlyWeekdays & 1 << UInt8((day + 3).flooredRemainder(by: 7)) != 0 }
        let (year, month, dayOfMonth) = CivilDate(days: day).parts
        return allowed(in: Month(year, month)) & 1 << UInt64(dayOfMonth) != 0
    }

    /// Appends the days of one year that the rule allows, as seconds since 1970-01-01.
    func append(year: Int64, to list: inout [Int64]) {
        var rest: UInt64 = months == 0 ? 0x1FFE : months
        while rest != 0 {
            append(year: year, month: Int64(rest.trailingZeroBitCount), to: &list)
            rest &= rest - 1
        }
    }

    /// The same for one month.
    func append(year: Int64, month: Int64, to list: inout [Int64]) {
        let month = Month(year, month)
        var rest = allowed(in: month)
        while rest != 0 {
            list.append((month.first + Int64(rest.trailingZeroBitCount) - 1) * 86_400)
            rest &= rest - 1
        }
    }

    /// The days of a month that the rule allows, as bits 1…31.
    private func allowed(in month: Month) -> UInt64 {
        if months != 0, months & 1 << UInt64(month.number) == 0 { return 0 }
        var allowed = month.allDays
        if monthDays != 0 {
            var named = monthDays
            var fromEnd = monthDays >> 33
            while fromEnd != 0 {
                named |= 1 << UInt64(max(0, month.length - Int64(fromEnd.trailingZeroBitCount)))
                fromEnd &= fromEnd - 1
            }
            allowed &= named
        }
        if !yearDays.isEmpty {
            allowed &= yearDays.reduce(0) {
                $0 | month.bit(ofYearDay: $1 > 0 ? Int64($1) : month.yearLength + 1 + Int64($1))
            }
        }
        if !days.isEmpty { allowed &= days.reduce(0) { $0 | bits(of: $1, in: month) } }
        if weeks | weeksFromEnd != 0 {
            var rest = allowed
            while rest != 0 {
                let day = Int64(rest.trailingZeroBitCount)
                if !allowsWeek(month.first + day - 1) { allowed &= ~(1 << UInt64(day)) }
                rest &= rest - 1
            }
        }
        return allowed
    }

    /// `MO`: every Monday. `2MO`, `-1MO`: one of those of the month or of the year.
    private func bits(of day: RecurrenceRule.Day, in month: Month) -> UInt64 {
        let weekday = Int64(day.weekday.rawValue)
        let ordinal = Int64(day.ordinal)
        let begin = countsInYear && ordinal != 0 ? month.yearFirst : month.first
        let length = countsInYear && ordinal != 0 ? month.yearLength : month.length
        let first = (weekday - begin - 3).flooredRemainder(by: 7) + 1
        // Days 0, 7, 14, 21 and 28 after it.
        if ordinal == 0 { return 0x1020_4081 << UInt64(first) & month.allDays }
        let count = (length - first) / 7 + 1
        let place = ordinal > 0 ? ordinal - 1 : count + ordinal
        guard (0..<count).contains(place) else { return 0 }
        return month.bit(ofYearDay: begin - month.yearFirst + first + 7 * place)
    }

    /// A week belongs to the year that has its fourth day (RFC 5545: "at least four days").
    private func allowsWeek(_ day: Int64) -> Bool {
        let fourth = day - (day + 3 - weekStart).flooredRemainder(by: 7) + 3
        let year = CivilDate(days: fourth).parts.year
        let place = fourth - CivilDate(year: year, month: 1, day: 1).days
        let number = place / 7 + 1
        let count = number + ((CivilDate.isLeap(year) ? 366 : 365) - 1 - place) / 7
        return weeks & 1 << UInt64(number) != 0 || weeksFromEnd & 1 << UInt64(count - number + 1) != 0
    }
}

/// A month and its place in its year.
private struct Month {
    /// 1…12.
    let number: Int64
    /// The number of its first day (days since 1970-01-01), and of the 1st of January.
    let first: Int64
    let length: Int64
    let yearFirst: Int64
    let yearLength: Int64

    init(_ year: Int64, _ month: Int64) {
        number = month
        first = CivilDate(year: year, month: month, day: 1).days
        length = CivilDate.daysIn(month: month, year: year)
        yearFirst = CivilDate(year: year, month: 1, day: 1).days
        yearLength = CivilDate.isLeap(year) ? 366 : 365
    }

    /// Bits 1…`length`.
    var allDays: UInt64 { (1 << UInt64(length + 1)) - 2 }

    /// The bit of a day of the year (1…366) if it is in this month; otherwise 0.
    func bit(ofYearDay day: Int64) -> UInt64 {
        let dayOfMonth = day - (first - yearFirst)
        return (1...length).contains(dayOfMonth) ? 1 << UInt64(dayOfMonth) : 0
    }
}

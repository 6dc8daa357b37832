/// A date of the proleptic Gregorian calendar, kept as days since 1970-01-01.
package struct CivilDate: Hashable, Comparable, Sendable {
    package var days: Int64

    package init(days: Int64) { self.days = days }

    /// `month` 1…12 and `day` 1…31 are taken as given; use `isValid` for what comes from outside.
    /// Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    package init(year: Int64, month: Int64, day: Int64) {
        let y = month <= 2 ? year - 1 : year
        let era = y.flooredQuotient(by: 400)
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        days = era * 146_097 + dayOfEra - 719_468
    }

    package static func < (a: CivilDate, b: CivilDate) -> Bool { a.days < b.days }

    /// Year, month 1…12 and day 1…31.
    package var parts: (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let era = z.flooredQuotient(by: 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
    }

    package var weekday: Weekday { Weekday(mondayBased: Int((days + 3).flooredRemainder(by: 7))) }

    package static func isLeap(_ year: Int64) -> Bool {
        year.flooredRemainder(by: 4) == 0
            && (year.flooredRemainder(by: 100) != 0 || year.flooredRemainder(by: 400) == 0)
    }

    package static func daysIn(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func isValid(year: Int64, month: Int64, day: Int64) -> Bool {
        (1...12).contains(month) && day >= 1 && day <= daysIn(month: month, year: year)
    }
}

/// A wall-clock reading with no zone, kept as seconds since 1970-01-01T00:00:00 on that same clock.
package struct CivilDateTime: Hashable, Comparable, Sendable {
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    /// `secondOfDay` may be 86,400: the first second of the next day.
    package init(_ date: CivilDate, secondOfDay: Int64 = 0) { seconds = date.days * 86_400 + secondOfDay }

    package static func < (a: CivilDateTime, b: CivilDateTime) -> Bool { a.seconds < b.seconds }

    package var date: CivilDate { CivilDate(days: seconds.flooredQuotient(by: 86_400)) }
    package var secondOfDay: Int64 { seconds.flooredRemainder(by: 86_400) }
}

/// A day of the week; the raw value counts from Monday = 0, as ISO 8601 does.
package enum Weekday: Int, CaseIterable, Sendable, Hashable {
    case mon, tue, wed, thu, fri, sat, sun

    /// `n` is reduced modulo 7; 0 is Monday.
    package init(mondayBased n: Int) {
        switch ((n % 7) + 7) % 7 {
        case 0: self = .mon
        case 1: self = .tue
        case 2: self = .wed
        case 3: self = .thu
        case 4: self = .fri
        case 5: self = .sat
        default: self = .sun
        }
    }

    /// The word used on the wire and in the configuration: `"mon"` … `"sun"`.
    package var name: String {
        switch self {
        case .mon: "mon"
        case .tue: "tue"
        case .wed: "wed"
        case .thu: "thu"
        case .fri: "fri"
        case .sat: "sat"
        case .sun: "sun"
        }
    }

    package init?(name: String) {
        guard let day = Weekday.allCases.first(where: { $0.name == name }) else { return nil }
        self = day
    }
}

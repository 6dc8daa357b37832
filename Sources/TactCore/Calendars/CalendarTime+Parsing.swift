/// Why one component cannot be used.
struct ComponentFault: Error, Hashable {
    var reason: String

    init(_ reason: String) { self.reason = reason }

    /// "DTSTART: found "x", expected …"; what was found is cut to 60 characters.
    init(_ property: String, found: some Collection<UInt8>, expected: String) {
        let text = String(decoding: found.prefix(60), as: UTF8.self)
        reason = "\(property): found \"\(text)\(found.count > 60 ? "…" : "")\", expected \(expected)"
    }
}

extension CalendarTime {
    /// `19970714`, `19970714T133000` or `19970714T133000Z`; nil for anything else. The second 60 is read as 59
    /// (RFC 5545, section 3.3.12). `zone` is that of a reading without `Z`.
    init?(_ bytes: ArraySlice<UInt8>, zone: ZoneReference) {
        let text = bytes.trimmed
        let start = text.startIndex
        guard text.count >= 8,
            let year = text[start..<(start + 4)].integer(digits: 4), year >= 1,
            let month = text[(start + 4)..<(start + 6)].integer(digits: 2),
            let day = text[(start + 6)..<(start + 8)].integer(digits: 2),
            CivilDate.isValid(year: Int64(year), month: Int64(month), day: Int64(day))
        else { return nil }
        let date = CivilDate(year: Int64(year), month: Int64(month), day: Int64(day))
        if text.count == 8 {
            self.init(CivilDateTime(date), zone: .floating, isDate: true)
            return
        }
        let isUTC = text.count == 16
        guard text.count == 15 || isUTC && text[start + 15] | 0x20 == UInt8(ascii: "z"),
            text[start + 8] | 0x20 == UInt8(ascii: "t"),
            let hour = text[(start + 9)..<(start + 11)].integer(digits: 2), hour <= 23,
            let minute = text[(start + 11)..<(start + 13)].integer(digits: 2), minute <= 59,
            let second = text[(start + 13)..<(start + 15)].integer(digits: 2), second <= 60
        else { return nil }
        let secondOfDay = Int64(hour * 3600 + minute * 60 + min(second, 59))
        self.init(CivilDateTime(date, secondOfDay: secondOfDay), zone: isUTC ? .utc : zone)
    }

    /// What a date or date-time has to look like, for messages.
    static let expected = "a date (20261122), a local time (20261122T090000) or a time in UTC (20261122T090000Z)"
}

extension OccurrenceLength {
    /// `P7W`, `P1DT2H30M`, `PT15M`; nil for anything else, for what is negative, and for more than 100 years.
    init?(duration bytes: ArraySlice<UInt8>) {
        var rest = bytes.trimmed
        if rest.first == .plus { rest = rest.dropFirst() }
        guard let p = rest.popFirst(), p | 0x20 == UInt8(ascii: "p"), !rest.isEmpty else { return nil }
        var days: Int64 = 0
        var seconds: Int64 = 0
        var inTime = false
        while let first = rest.first {
            if first | 0x20 == UInt8(ascii: "t"), !inTime {
                inTime = true
                rest = rest.dropFirst()
                if rest.isEmpty { return nil }
                continue
            }
            let digits = rest.prefix(while: \.isASCIIDigit)
            guard let number = digits.integer(digits: 10).map(Int64.init) else { return nil }
            rest = rest[digits.endIndex...]
            guard let unit = rest.popFirst() else { return nil }
            switch (inTime, unit | 0x20) {
            case (false, UInt8(ascii: "w")): days += number * 7
            case (false, UInt8(ascii: "d")): days += number
            case (true, UInt8(ascii: "h")): seconds += number * 3600
            case (true, UInt8(ascii: "m")): seconds += number * 60
            case (true, UInt8(ascii: "s")): seconds += number
            default: return nil
            }
            if days > Self.longest / 86_400 || seconds > Self.longest { return nil }
        }
        self = .lasting(days: days, seconds: seconds)
    }

    /// No occurrence may be longer, in seconds: 100 years.
    static let longest: Int64 = 100 * 366 * 86_400

    /// What a duration has to look like, for messages.
    static let expected = "a duration of at most 100 years such as P1D or PT1H30M"
}

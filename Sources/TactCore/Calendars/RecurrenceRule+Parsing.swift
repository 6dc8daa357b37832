/// From `FREQ=WEEKLY;BYDAY=MO` to a rule, strictly: what RFC 5545 forbids is refused with its reason.
extension RecurrenceRule {
    init(_ bytes: ArraySlice<UInt8>) throws(ComponentFault) {
        guard bytes.count <= Self.longest else {
            throw ComponentFault("RRULE has \(bytes.count) characters, expected at most \(Self.longest)")
        }
        var parts: [String: ArraySlice<UInt8>] = [:]
        for part in bytes.split(separator: .semicolon) {
            guard let equals = part.firstIndex(of: .equals) else {
                throw ComponentFault("RRULE", found: part, expected: "NAME=VALUE parts with semicolons between")
            }
            let name = String(decoding: part[..<equals].trimmed, as: UTF8.self).uppercased()
            guard parts.updateValue(part[(equals + 1)...].trimmed, forKey: name) == nil else {
                throw ComponentFault("RRULE: \(name) is given twice")
            }
        }
        let frequency = String(decoding: parts.removeValue(forKey: "FREQ") ?? [], as: UTF8.self).uppercased()
        guard let known = Frequency.allCases.first(where: { $0.name == frequency }) else {
            throw ComponentFault(
                "RRULE FREQ", found: frequency.utf8, expected: Frequency.allCases.map(\.name).joined(separator: ", "))
        }
        self.init(known)
        for (name, value) in parts.sorted(by: { $0.key < $1.key }) { try read(name, value) }
        try checkParts()
    }

    /// Every part with every value it can have is shorter.
    private static let longest = 10_000

    private mutating func read(_ name: String, _ value: ArraySlice<UInt8>) throws(ComponentFault) {
        switch name {
        case "INTERVAL": interval = Int64(try Self.number(name, value, 1...1_000_000_000))
        case "COUNT":
            guard end == .never else { throw ComponentFault("RRULE: COUNT and UNTIL exclude each other") }
            end = .count(try Self.number(name, value, 1...1_000_000_000))
        case "UNTIL":
            guard end == .never else { throw ComponentFault("RRULE: COUNT and UNTIL exclude each other") }
            guard let until = CalendarTime(value, zone: .floating) else {
                throw ComponentFault("RRULE UNTIL", found: value, expected: CalendarTime.expected)
            }
            end = .until(until)
        case "WKST":
            guard let day = Weekday(iCalendar: value) else {
                throw ComponentFault("RRULE WKST", found: value, expected: "MO, TU, WE, TH, FR, SA or SU")
            }
            weekStart = day
        case "BYSECOND":
            let list = try Self.numbers(name, value, 0...60)
            seconds = Self.bits(list.map { min($0, 59) })
        case "BYMINUTE": minutes = Self.bits(try Self.numbers(name, value, 0...59))
        case "BYHOUR": hours = Self.bits(try Self.numbers(name, value, 0...23))
        case "BYMONTH": months = Self.bits(try Self.numbers(name, value, 1...12))
        case "BYMONTHDAY":
            let list = try Self.signedNumbers(name, value, upTo: 31)
            monthDays = Self.bits(list.map { $0 > 0 ? $0 : 32 - $0 })
        case "BYWEEKNO":
            let list = try Self.signedNumbers(name, value, upTo: 53)
            weeks = Self.bits(list.filter { $0 > 0 })
            weeksFromEnd = Self.bits(list.filter { $0 < 0 }.map(-))
        case "BYYEARDAY": yearDays = try Self.signedNumbers(name, value, upTo: 366).map(Int16.init)
        case "BYSETPOS": positions = try Self.signedNumbers(name, value, upTo: 366).map(Int16.init)
        case "BYDAY":
            for item in value.split(separator: .comma, omittingEmptySubsequences: false) {
                let day = try Self.day(item.trimmed)
                if !days.contains(day) { days.append(day) }
            }
        case "RSCALE" where String(decoding: value, as: UTF8.self).uppercased() == "GREGORIAN": break
        case "SKIP" where String(decoding: value, as: UTF8.self).uppercased() == "OMIT": break
        case _ where name.hasPrefix("X-"): break
        default:
            throw ComponentFault("RRULE: \(name.prefix(40)) is not a part that RFC 5545 knows or Tact reads")
        }
    }

    /// The cells marked N/A in the table of RFC 5545, section 3.3.10, and its other MUST NOTs.
    private func checkParts() throws(ComponentFault) {
        func refuse(_ part: String, _ reason: String) throws(ComponentFault) {
            throw ComponentFault("RRULE: \(part) \(reason)")
        }
        let isNumbered = days.contains { $0.ordinal != 0 }
        if weeks | weeksFromEnd != 0, frequency != .yearly { try refuse("BYWEEKNO", "goes with FREQ=YEARLY only") }
        if !yearDays.isEmpty, [.daily, .weekly, .monthly].contains(frequency) {
            try refuse("BYYEARDAY", "does not go with FREQ=\(frequency.name)")
        }
        if monthDays != 0, frequency == .weekly { try refuse("BYMONTHDAY", "does not go with FREQ=WEEKLY") }
        if isNumbered, frequency < .monthly { try refuse("a numbered BYDAY", "goes with MONTHLY and YEARLY only") }
        if isNumbered, weeks | weeksFromEnd != 0 { try refuse("a numbered BYDAY", "does not go with BYWEEKNO") }
        let hasAnother =
            seconds | minutes | hours | months | monthDays | weeks | weeksFromEnd != 0 || !days.isEmpty
            || !yearDays.isEmpty
        if !positions.isEmpty, !hasAnother { try refuse("BYSETPOS", "needs another BY part to choose from") }
    }

    private static func day(_ item: ArraySlice<UInt8>) throws(ComponentFault) -> Day {
        let number = item.dropLast(2)
        let ordinal = number.isEmpty ? 0 : number.integer(digits: 2, signed: true)
        guard item.count >= 2, let weekday = Weekday(iCalendar: item.suffix(2)), let ordinal,
            (-53...53).contains(ordinal), number.isEmpty || ordinal != 0
        else { throw ComponentFault("RRULE BYDAY", found: item, expected: "days such as MO, 1MO or -1SU") }
        return Day(Int8(ordinal), weekday)
    }

    private static func number(
        _ name: String, _ item: ArraySlice<UInt8>, _ range: ClosedRange<Int>, signed: Bool = false
    ) throws(ComponentFault) -> Int {
        guard let n = item.integer(digits: 10, signed: signed), range.contains(n) else {
            throw ComponentFault("RRULE \(name)", found: item, expected: "\(range.lowerBound) to \(range.upperBound)")
        }
        return n
    }

    /// A list with commas between, ascending, each once.
    private static func numbers(
        _ name: String, _ value: ArraySlice<UInt8>, _ range: ClosedRange<Int>, signed: Bool = false
    ) throws(ComponentFault) -> [Int] {
        var found: Set<Int> = []
        for item in value.split(separator: .comma, omittingEmptySubsequences: false) {
            found.insert(try number(name, item.trimmed, range, signed: signed))
        }
        return found.sorted()
    }

    private static func signedNumbers(
        _ name: String, _ value: ArraySlice<UInt8>, upTo limit: Int
    ) throws(ComponentFault) -> [Int] {
        let list = try numbers(name, value, -limit...limit, signed: true)
        if list.contains(0) {
            throw ComponentFault("RRULE \(name)", found: value, expected: "1 to \(limit) or -\(limit) to -1")
        }
        return list
    }

    /// Numbers of 0…63 as a set of bits.
    private static func bits(_ numbers: [Int]) -> UInt64 { numbers.reduce(0) { $0 | 1 << UInt64($1) } }
}

extension Weekday {
    /// `MO` … `SU`.
    init?(iCalendar bytes: ArraySlice<UInt8>) {
        switch String(decoding: bytes, as: UTF8.self).uppercased() {
        case "MO": self = .mon
        case "TU": self = .tue
        case "WE": self = .wed
        case "TH": self = .thu
        case "FR": self = .fri
        case "SA": self = .sat
        case "SU": self = .sun
        default: return nil
        }
    }
}

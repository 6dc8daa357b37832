extension PosixTZ {
    /// Reads a POSIX `TZ` string with the extensions of RFC 9636, section 3.3.1: names in `<…>`, times of −167 to
    /// 167 hours. Nil if it is not one. A daylight name without a rule is refused: its meaning is the system's own.
    package init?(_ text: some Sequence<UInt8>) {
        var parser = PosixTZParser(rest: Array(text)[...])
        guard parser.name(), let west = parser.time(hours: 24) else { return nil }
        let standard = -west
        if parser.rest.isEmpty {
            self.init(standard: standard)
            return
        }
        guard parser.name() else { return nil }
        var offset = standard + 3600
        if parser.rest.first != UInt8(ascii: ",") {
            guard let west = parser.time(hours: 24) else { return nil }
            offset = -west
        }
        guard let start = parser.change(), let end = parser.change(), parser.rest.isEmpty else { return nil }
        self.init(standard: standard, daylight: Daylight(offset: offset, start: start, end: end))
    }
}

/// Takes its parts off the front.
private struct PosixTZParser {
    var rest: ArraySlice<UInt8>

    mutating func take(_ character: Character) -> Bool {
        guard let byte = character.asciiValue, rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// A name of the clock, of three characters or more: `CET`, or `<+03>`.
    mutating func name() -> Bool {
        if take("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")), end - rest.startIndex >= 3,
                rest[..<end].allSatisfy({
                    $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
                })
            else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let letters = rest.prefix(while: \.isLetter).count
        rest.removeFirst(letters)
        return letters >= 3
    }

    /// At most three digits.
    mutating func number(upTo limit: Int) -> Int? {
        let digits = rest.prefix(3).prefix(while: \.isDigit)
        guard !digits.isEmpty else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        rest.removeFirst(digits.count)
        return value <= limit ? value : nil
    }

    /// `[+-]h[hh][:mm[:ss]]` in seconds.
    mutating func time(hours limit: Int) -> Int? {
        let sign = take("-") ? -1 : 1
        if sign == 1 { _ = take("+") }
        guard let hours = number(upTo: limit) else { return nil }
        var seconds = hours * 3600
        if take(":") {
            guard let minutes = number(upTo: 59) else { return nil }
            seconds += minutes * 60
            if take(":") {
                guard let rest = number(upTo: 59) else { return nil }
                seconds += rest
            }
        }
        return sign * seconds
    }

    /// `,date[/time]`; the time is 02:00 where none is given.
    mutating func change() -> PosixTZ.Change? {
        guard take(","), let day = day() else { return nil }
        guard take("/") else { return PosixTZ.Change(day: day) }
        guard let time = time(hours: 167) else { return nil }
        return PosixTZ.Change(day: day, time: time)
    }

    /// `Jn`, `n` or `Mm.w.d`. Whether the numbers are in range is for `PosixTZ` to say.
    private mutating func day() -> PosixTZ.Day? {
        if take("J") { return number(upTo: 365).map { .julian($0) } }
        if take("M") {
            guard let month = number(upTo: 12), take("."), let week = number(upTo: 5), take("."),
                let weekday = number(upTo: 6)
            else { return nil }
            return .monthly(month: month, week: week, weekday: weekday)
        }
        return number(upTo: 365).map { .zeroBased($0) }
    }
}

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
    var isLetter: Bool { UInt8(ascii: "a") <= self | 0x20 && self | 0x20 <= UInt8(ascii: "z") }
}

import TactCore

/// Everything after the equals sign.
extension TOMLParser {
    mutating func value(_ path: String, depth: Int) throws(TOMLFault) -> TOMLNode {
        guard depth < Self.greatestDepth else {
            throw TOMLFault(
                line: line,
                message: "found values nested deeper than expected, at most \(Self.greatestDepth) times; "
                    + "correct this line")
        }
        try skipBlank(lineEnds: false)
        let line = line
        let value: TOMLNode.Value =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): .string(try string())
            case UInt8(ascii: "["): .array(try elements(path, depth: depth))
            case UInt8(ascii: "{"): try members(path, depth: depth)
            default: try scalar()
            }
        return TOMLNode(value: value, path: path, line: line)
    }

    /// `[a, b, c]`, over as many lines as there are.
    private mutating func elements(_ path: String, depth: Int) throws(TOMLFault) -> [TOMLNode] {
        skip(1)
        var elements: [TOMLNode] = []
        while true {
            try skipBlank(lineEnds: true)
            if take("]") { return elements }
            elements.append(try value("\(path)[\(elements.count)]", depth: depth + 1))
            try skipBlank(lineEnds: true)
            guard take(",") || sees("]") else { throw fault(expected: "a comma or ] in the list") }
        }
    }

    /// `{ a = 1, b = 2 }`, on one line.
    private mutating func members(_ path: String, depth: Int) throws(TOMLFault) -> TOMLNode.Value {
        skip(1)
        let table = TOMLTableBuilder(path: path, line: line, origin: .header)
        try skipBlank(lineEnds: false)
        if take("}") { return table.node.value }
        while true {
            guard !isAtLineEnd else { throw fault(expected: "a key: what is in { } stands on one line") }
            try assignment(in: table, depth: depth + 1)
            try skipBlank(lineEnds: false)
            if take("}") { return table.node.value }
            guard take(",") else { throw fault(expected: "a comma, or } on the line of the {") }
            try skipBlank(lineEnds: false)
        }
    }

    /// A truth, a number, or a time.
    private mutating func scalar() throws(TOMLFault) -> TOMLNode.Value {
        var word = rest.prefix(while: \.isOfScalar)
        // A date and a time may have a blank between them.
        let next = rest.dropFirst(word.count)
        if word.count == 10, word.dropFirst(4).first == UInt8(ascii: "-"), next.first == UInt8(ascii: " "),
            next.dropFirst().first?.isFigure == true
        {
            word = rest.prefix(11 + next.dropFirst().prefix(while: \.isOfScalar).count)
        }
        let text = String(decoding: word, as: UTF8.self)
        guard let value = TOMLScalar.value(of: text) else {
            throw fault(expected: "a value: text in quotes, a number, true, false, a time such as 22:00:00, [ or {")
        }
        skip(word.count)
        return value
    }
}

extension UInt8 {
    /// May stand in a truth, a number or a time.
    fileprivate var isOfScalar: Bool {
        isBareKey || self == UInt8(ascii: "+") || self == UInt8(ascii: ".") || self == UInt8(ascii: ":")
    }
}

/// The values that are written as one word.
enum TOMLScalar {
    /// Nil if `word` is none.
    static func value(of word: String) -> TOMLNode.Value? {
        switch word {
        case "true": .boolean(true)
        case "false": .boolean(false)
        case "inf", "+inf": .float(.infinity)
        case "-inf": .float(-.infinity)
        case "nan", "+nan", "-nan": .float(.nan)
        default: integer(word) ?? float(word) ?? moment(word)
        }
    }

    private static func integer(_ word: String) -> TOMLNode.Value? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
            let figures = word.dropFirst(2)
            guard isSpaced(figures, by: \.isHexFigure) else { return nil }
            return Int(figures.filter { $0 != "_" }, radix: radix).map { .integer($0) }
        }
        guard isWhole(unsigned(word)) else { return nil }
        return Int(word.filter { $0 != "_" }).map { .integer($0) }
    }

    private static func float(_ word: String) -> TOMLNode.Value? {
        let parts = unsigned(word).split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count + mantissa.count > 2, isWhole(mantissa[0]),
            mantissa.dropFirst().allSatisfy({ isSpaced($0, by: \.isFigure) }),
            parts.dropFirst().allSatisfy({ isSpaced(unsigned($0), by: \.isFigure) })
        else { return nil }
        return Double(word.filter { $0 != "_" }).map { .float($0) }
    }

    private static func unsigned(_ word: some StringProtocol) -> Substring {
        word.hasPrefix("+") || word.hasPrefix("-") ? Substring(word.dropFirst()) : Substring(word)
    }

    /// Figures without a zero in front.
    private static func isWhole(_ word: Substring) -> Bool {
        isSpaced(word, by: \.isFigure) && (word.count == 1 || !word.hasPrefix("0"))
    }

    /// Figures, perhaps with single underscores between them.
    private static func isSpaced(_ word: Substring, by isFigure: (UInt8) -> Bool) -> Bool {
        word.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isFigure) }
    }

    /// A local time, a date, or both, with or without a distance from UTC.
    private static func moment(_ word: String) -> TOMLNode.Value? {
        if let time = time(word) { return time }
        let bytes = Array(word.utf8)
        guard bytes.count >= 10, isDate(bytes[..<10]) else { return nil }
        if bytes.count == 10 { return .moment(word) }
        guard "Tt ".utf8.contains(bytes[10]) else { return nil }
        var clock = String(decoding: bytes[11...], as: UTF8.self)
        if clock.hasSuffix("Z") || clock.hasSuffix("z") {
            clock.removeLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard time(clock[clock.index(after: sign)...] + ":00") != nil else { return nil }
            clock = String(clock[..<sign])
        }
        return time(clock) == nil ? nil : .moment(word)
    }

    /// `HH:MM:SS`, perhaps with a fraction.
    private static func time(_ word: some StringProtocol) -> TOMLNode.Value? {
        let parts = word.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.count == 8, !parts[0].hasPrefix("24"), let time = try? CivilTime(parts[0]) else {
            return nil
        }
        guard let fraction = parts.dropFirst().first else { return .time(time) }
        return !fraction.isEmpty && fraction.utf8.allSatisfy(\.isFigure) ? .moment(String(word)) : nil
    }

    /// `YYYY-MM-DD`.
    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(\.isFigure) }) else { return false }
        let numbers = parts.compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
        return numbers.count == 3 && CivilDate.isValid(year: numbers[0], month: numbers[1], day: numbers[2])
    }
}

/// One unfolded line of an iCalendar file: `NAME;PARAM=value;…:value` (RFC 5545, section 3.1).
struct ContentLine: Sendable {
    /// In upper case.
    var name: String
    /// Where it begins in the file, counted from 1.
    var line: Int
    private var bytes: [UInt8]
    private var parametersStart: Int
    private var valueStart: Int

    /// Nil for what is not a content line: no colon, or a name with other characters than letters, digits, `-`.
    init?(_ bytes: [UInt8], line: Int) {
        guard let nameEnd = bytes.firstIndex(where: { $0 == .semicolon || $0 == .colon }), nameEnd > 0,
            bytes[..<nameEnd].allSatisfy({ $0.isASCIIAlphanumeric || $0 == .hyphen }),
            let colon = Self.valueSeparator(in: bytes, from: nameEnd)
        else { return nil }
        name = String(decoding: bytes[..<nameEnd], as: UTF8.self).uppercased()
        self.line = line
        self.bytes = bytes
        parametersStart = nameEnd
        valueStart = colon + 1
    }

    /// The first colon outside quotes; where a quote is never closed, the first colon of all.
    private static func valueSeparator(in bytes: [UInt8], from start: Int) -> Int? {
        var quoted = false
        for i in start..<bytes.count {
            if bytes[i] == .quote { quoted.toggle() }
            if bytes[i] == .colon, !quoted { return i }
        }
        return bytes[start...].firstIndex(of: .colon)
    }

    /// The bytes after the colon, without surrounding blanks.
    var value: ArraySlice<UInt8> { bytes[valueStart...].trimmed }

    /// `value` as text, for words and messages.
    var text: String { String(decoding: value, as: UTF8.self) }

    /// What this line costs to keep.
    var size: Int { 2 * MemoryLayout<ContentLine>.stride + bytes.count + 48 }

    /// The first value of a parameter, without its quotes. `name` in upper case.
    func parameter(_ name: String) -> String? {
        var rest = bytes[parametersStart..<(valueStart - 1)]
        while rest.first == .semicolon {
            rest = rest.dropFirst()
            var quoted = false
            let end =
                rest.firstIndex {
                    if $0 == .quote { quoted.toggle() }
                    return $0 == .semicolon && !quoted
                } ?? rest.endIndex
            let parameter = rest[..<end]
            rest = rest[end...]
            guard let equals = parameter.firstIndex(of: .equals) else { continue }
            if String(decoding: parameter[..<equals], as: UTF8.self).uppercased() == name {
                let value = parameter[(equals + 1)...].trimmed.filter { $0 != .quote }
                return String(decoding: value, as: UTF8.self)
            }
        }
        return nil
    }

    /// The same line split at its last colon, for a zone name with a colon and no quotes such as
    /// `TZID=(UTC+01:00) Paris:20260101T090000`.
    var splitAtLastColon: ContentLine? {
        guard let colon = bytes.lastIndex(of: .colon), colon >= valueStart else { return nil }
        var line = self
        line.valueStart = colon + 1
        return line
    }
}

/// The content lines of a file, unfolded. CRLF, LF and a lone CR all end a line.
struct ContentLines {
    private let bytes: [UInt8]
    private var position: Int
    private var lineNumber = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next line that is not empty, with its number; nil at the end of the file.
    mutating func next() -> (bytes: [UInt8], line: Int)? {
        while position < bytes.count {
            let first = lineNumber
            var line: [UInt8] = []
            appendPhysicalLine(to: &line)
            while position < bytes.count, bytes[position] == .space || bytes[position] == .tab {
                position += 1
                appendPhysicalLine(to: &line)
            }
            if !line.isEmpty { return (line, first) }
        }
        return nil
    }

    private mutating func appendPhysicalLine(to line: inout [UInt8]) {
        let start = position
        let end = bytes.withUnsafeBufferPointer { all in
            var i = start
            while i < all.count, all[i] != .lineFeed, all[i] != .carriageReturn { i += 1 }
            return i
        }
        line.append(contentsOf: bytes[start..<end])
        position = end
        if position < bytes.count {
            let isCRLF =
                bytes[position] == .carriageReturn && position + 1 < bytes.count && bytes[position + 1] == .lineFeed
            position += isCRLF ? 2 : 1
            lineNumber += 1
        }
    }
}

extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let hyphen = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")
    static let semicolon = UInt8(ascii: ";")
    static let equals = UInt8(ascii: "=")

    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIIAlphanumeric: Bool {
        isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}

extension ArraySlice<UInt8> {
    /// Without blanks at either end.
    var trimmed: ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == .space || $0 == .tab }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }

    /// The number they spell: an optional sign if `signed`, then one to `digits` digits and nothing else.
    func integer(digits: Int, signed: Bool = false) -> Int? {
        var rest = self
        var sign = 1
        if signed, let first = rest.first, first == .plus || first == .hyphen {
            sign = first == .hyphen ? -1 : 1
            rest = rest.dropFirst()
        }
        guard (1...digits).contains(rest.count), rest.allSatisfy(\.isASCIIDigit) else { return nil }
        return sign * rest.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

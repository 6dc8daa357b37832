/// The four kinds of strings.
extension TOMLParser {
    /// From the first quote to after the last.
    mutating func string() throws(TOMLFault) -> String {
        let line = line
        let quote: StaticString = byte == UInt8(ascii: "'") ? "'" : "\""
        let longQuote: StaticString = byte == UInt8(ascii: "'") ? "'''" : "\"\"\""
        let hasEscapes = byte == UInt8(ascii: "\"")
        let isLong = take(longQuote)
        if isLong { _ = takeLineEnd() } else { _ = take(quote) }
        var bytes: [UInt8] = []
        while let byte {
            if isLong, take(longQuote) {
                // One or two more quotes belong to the text.
                for _ in 0..<2 where take(quote) { bytes.append(byte) }
                return String(decoding: bytes, as: UTF8.self)
            } else if !isLong, take(quote) {
                return String(decoding: bytes, as: UTF8.self)
            } else if isLong, takeLineEnd() {
                bytes.append(UInt8(ascii: "\n"))
            } else if hasEscapes, take("\\") {
                try escape(isLong: isLong, into: &bytes)
            } else {
                guard !byte.isControl else {
                    throw fault(expected: isLong ? "text" : "the closing quote of the text on the same line")
                }
                bytes.append(byte)
                skip(1)
            }
        }
        throw TOMLFault(
            line: line, message: "found no end of the text that begins here, expected a closing quote; add it")
    }

    /// What comes after a backslash.
    private mutating func escape(isLong: Bool, into bytes: inout [UInt8]) throws(TOMLFault) {
        let simple: [(StaticString, UInt8)] = [
            ("b", 0x08), ("t", 0x09), ("n", 0x0A), ("f", 0x0C), ("r", 0x0D), ("\"", 0x22), ("\\", 0x5C),
        ]
        for (letter, meaning) in simple where take(letter) {
            bytes.append(meaning)
            return
        }
        if take("u") { return try scalar(digits: 4, into: &bytes) }
        if take("U") { return try scalar(digits: 8, into: &bytes) }
        guard isLong, try skipLineEnds() else {
            throw fault(expected: "one of b, t, n, f, r, u, U, \\ or a quote after a backslash")
        }
    }

    private mutating func scalar(digits: Int, into bytes: inout [UInt8]) throws(TOMLFault) {
        let figures = rest.prefix(digits)
        guard figures.count == digits, figures.allSatisfy(\.isHexFigure),
            let number = UInt32(String(decoding: figures, as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(number)
        else { throw fault(expected: "\(digits) hexadecimal figures of a Unicode character") }
        skip(digits)
        bytes += UTF8.encode(scalar).map(Array.init) ?? []
    }

    /// A backslash at the end of a line: passes everything blank; false if there is no end of line.
    private mutating func skipLineEnds() throws(TOMLFault) -> Bool {
        while take(" ") || take("\t") {}
        guard takeLineEnd() else { return false }
        while take(" ") || take("\t") || takeLineEnd() {}
        return true
    }
}

extension UInt8 {
    var isHexFigure: Bool { isFigure || UInt8(ascii: "a") <= self | 0x20 && self | 0x20 <= UInt8(ascii: "f") }
}

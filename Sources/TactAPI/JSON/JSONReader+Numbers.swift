extension JSONReader {
    /// Reads a number (RFC 8259, section 6). One without fraction and exponent is an integer if it fits.
    mutating func number() throws(JSON.Malformed) -> JSON {
        let start = at
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { at += 1 }
        let integer = try wholePart(isNegative: isNegative)
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            try digits(after: "“.”")
        }
        if next | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            try digits(after: "“e”")
        }
        if isWhole, let integer { return .integer(integer) }
        guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), value.isFinite else {
            throw JSON.Malformed(offset: start, reason: "found a number that is too large")
        }
        return .number(value)
    }

    /// Nil where the digits are more than `Int64` can hold.
    private mutating func wholePart(isNegative: Bool) throws(JSON.Malformed) -> Int64? {
        let start = at
        var value: Int64 = 0
        var fits = true
        while next.isASCIIDigit {
            let digit = Int64(next & 15)
            let (shifted, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) =
                isNegative
                ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            fits = fits && !tooLarge && !overflow
            value = sum
            at += 1
        }
        guard at > start else { throw malformed("expected a digit after “-”, found \(found)") }
        guard bytes[start] != UInt8(ascii: "0") || at == start + 1 else {
            throw JSON.Malformed(offset: start, reason: "found a number with a leading zero")
        }
        return fits ? value : nil
    }

    private mutating func digits(after what: StaticString) throws(JSON.Malformed) {
        guard next.isASCIIDigit else { throw malformed("expected a digit after \(what), found \(found)") }
        while next.isASCIIDigit { at += 1 }
    }
}

extension UInt8 {
    fileprivate var isASCIIDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
}

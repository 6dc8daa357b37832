extension JSONReader {
    /// Reads a string; the quote stands at `at`. Without escapes its bytes are taken as they are.
    mutating func string() throws(JSON.Malformed) -> String {
        let start = at + 1
        at = start
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                let text = try decoded(bytes[start..<at], at: start)
                at += 1
                return text
            case UInt8(ascii: "\\"): return try stringWithEscapes(from: start)
            case 0..<0x20: throw malformed("found a bare control character in a string, expected it escaped")
            default: at += 1
            }
        }
        throw malformed("expected “\"” at the end of the string, found the end of the text")
    }

    private func decoded(_ slice: Slice<UnsafeBufferPointer<UInt8>>, at offset: Int) throws(JSON.Malformed) -> String {
        guard let text = String(validating: UnsafeBufferPointer(rebasing: slice), as: UTF8.self) else {
            throw JSON.Malformed(offset: offset, reason: "the string that begins here is not valid UTF-8")
        }
        return text
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSON.Malformed) -> String {
        var unescaped = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                guard let text = String(validating: unescaped, as: UTF8.self) else {
                    throw JSON.Malformed(offset: start, reason: "the string that begins here is not valid UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw malformed("found a bare control character in a string, expected it escaped")
            default:
                unescaped.append(byte)
                at += 1
            }
        }
        throw malformed("expected “\"” at the end of the string, found the end of the text")
    }

    /// Reads one escape; the backslash stands at `at`.
    private mutating func escape(into unescaped: inout [UInt8]) throws(JSON.Malformed) {
        at += 1
        let letter = next
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try unicodeEscape()
            unescaped.append(contentsOf: String(Character(scalar)).utf8)
            return
        default: throw malformed("expected one of \" \\ / b f n r t u after “\\”, found \(found)")
        }
        at += 1
    }

    /// Reads `uXXXX`, and its second half where it is a surrogate (RFC 8259, section 7).
    private mutating func unicodeEscape() throws(JSON.Malformed) -> Unicode.Scalar {
        let start = at - 1
        let unit = try fourHexDigits()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, next == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u") else {
            throw JSON.Malformed(offset: start, reason: "found one half of a surrogate pair, expected both")
        }
        at += 1
        let low = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        else { throw JSON.Malformed(offset: start, reason: "found one half of a surrogate pair, expected both") }
        return scalar
    }

    /// The `u` stands at `at`.
    private mutating func fourHexDigits() throws(JSON.Malformed) -> UInt32 {
        at += 1
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch next {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = next - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = next - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = next - UInt8(ascii: "A") + 10
            default: throw malformed("expected four hexadecimal digits after “\\u”, found \(found)")
            }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }
}

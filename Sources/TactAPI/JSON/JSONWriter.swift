import TactCore

/// Appends JSON to bytes, without making a tree first. Sees to commas; names and nesting are the caller's.
package struct JSONWriter: Sendable {
    /// What has been written.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(reserving capacity: Int = 512) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    // MARK: Structure

    /// Writes an object; `members` writes what is in it.
    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes an array; `elements` writes what is in it.
    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        elements(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes a member's name; its value must follow. `name` is taken as it is.
    package mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member's name that comes from outside; its value must follow.
    package mutating func name(_ name: String) {
        value(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A line feed between the texts of an NDJSON stream.
    package mutating func newline() {
        bytes.append(0x0A)
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    // MARK: Values

    package mutating func null() { word("null") }

    package mutating func value(_ value: Bool) { word(value ? "true" : "false") }

    package mutating func value(_ value: Int64) {
        separate()
        if 0 <= value, value < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
        needsComma = true
    }

    package mutating func value(_ value: Int) { self.value(Int64(value)) }

    /// What is not finite is written as null.
    package mutating func value(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
        needsComma = true
    }

    package mutating func value(_ value: Timestamp) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        value.appendRFC3339(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func value(_ value: Duration) { self.value(value.text) }

    package mutating func value(_ value: String) {
        separate()
        var text = value
        text.withUTF8 { quote($0) }
        needsComma = true
    }

    /// Writes bytes that are one JSON text already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    private mutating func word(_ word: StaticString) {
        separate()
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        needsComma = true
    }

    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for (index, byte) in text.enumerated() where byte.needsEscape {
            bytes.append(contentsOf: text[start..<index])
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: text[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: (digits.utf8.count == 1 ? "u000" : "u00").utf8)
            bytes.append(contentsOf: digits.utf8)
        }
    }
}

extension UInt8 {
    fileprivate var needsEscape: Bool { self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\") }
}

/// Members: a name with its value.
extension JSONWriter {
    package mutating func member(_ name: StaticString, _ value: String) { self.name(name); self.value(value) }
    package mutating func member(_ name: StaticString, _ value: Bool) { self.name(name); self.value(value) }
    package mutating func member(_ name: StaticString, _ value: Int) { self.name(name); self.value(value) }
    package mutating func member(_ name: StaticString, _ value: Int64) { self.name(name); self.value(value) }
    package mutating func member(_ name: StaticString, _ value: Double) { self.name(name); self.value(value) }
    package mutating func member(_ name: StaticString, _ value: Timestamp) { self.name(name); self.value(value) }
    package mutating func member(_ name: StaticString, _ value: Duration) { self.name(name); self.value(value) }
    package mutating func member(_ name: StaticString, _ value: JSON) { self.name(name); self.value(value) }
    package mutating func member(_ name: StaticString, _ value: some Answer) { self.name(name); value.write(to: &self) }

    package mutating func member(_ name: StaticString, _ values: [String]) {
        self.name(name)
        array { for value in values { $0.value(value) } }
    }

    package mutating func member(_ name: StaticString, _ values: [some Answer]) {
        self.name(name)
        array { for value in values { value.write(to: &$0) } }
    }

    // Left out where there is no value.
    package mutating func member(ifAny name: StaticString, _ value: String?) { if let value { member(name, value) } }
    package mutating func member(ifAny name: StaticString, _ value: Int?) { if let value { member(name, value) } }
    package mutating func member(ifAny name: StaticString, _ value: Timestamp?) { if let value { member(name, value) } }
    package mutating func member(ifAny name: StaticString, _ value: Duration?) { if let value { member(name, value) } }
    package mutating func member(ifAny name: StaticString, _ value: (some Answer)?) {
        if let value { member(name, value) }
    }

    // Null where there is no value.
    package mutating func member(orNull name: StaticString, _ value: String?) {
        if let value { member(name, value) } else { self.name(name); null() }
    }
    package mutating func member(orNull name: StaticString, _ value: Timestamp?) {
        if let value { member(name, value) } else { self.name(name); null() }
    }
    package mutating func member(orNull name: StaticString, _ value: (some Answer)?) {
        if let value { member(name, value) } else { self.name(name); null() }
    }
}

/// What the daemon answers with: it writes itself as one JSON value.
package protocol Answer: Sendable {
    func write(to out: inout JSONWriter)
}

extension Answer {
    /// The answer as a body.
    package func encoded() -> [UInt8] {
        var out = JSONWriter()
        write(to: &out)
        return out.bytes
    }
}

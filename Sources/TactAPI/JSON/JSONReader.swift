extension JSON {
    /// Why bytes are not one JSON text.
    package struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
        /// Counted from 0.
        package let offset: Int
        /// "expected …" or "found …", in plain words.
        package let reason: String

        package init(offset: Int, reason: String) {
            self.offset = offset
            self.reason = reason
        }

        package var description: String { "at byte \(offset): \(reason)" }
    }

    /// How deep arrays and objects may lie within each other.
    package static let deepest = 64
    /// For what the daemon says: what it has accepted, it wraps in some levels of its own.
    package static let deepestAnswer = deepest + 8

    /// Reads exactly one JSON text (RFC 8259). Refuses invalid UTF-8, lone surrogates, names that come twice, numbers
    /// no double can hold, nesting deeper than told and anything but white space around the text.
    package init(parsing bytes: some Collection<UInt8>, deepest: Int = JSON.deepest) throws(Malformed) {
        // Typed throws do not pass through the closure, so the outcome does.
        let outcome =
            bytes.withContiguousStorageIfAvailable { Self.read($0, deepest) }
            ?? Array(bytes).withUnsafeBufferPointer { Self.read($0, deepest) }
        self = try outcome.get()
    }

    /// As above, from text.
    package init(parsing text: String) throws(Malformed) { try self.init(parsing: text.utf8) }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ deepest: Int) -> Result<JSON, Malformed> {
        do throws(Malformed) {
            var reader = JSONReader(bytes, deepest: deepest)
            return .success(try reader.text())
        } catch {
            return .failure(error)
        }
    }
}

/// Walks over the bytes of a JSON text and makes values of them. Never looks at a byte twice, except in numbers with
/// fraction or exponent and in strings with escapes.
struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0
    private var depth = 0
    private let deepest: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, deepest: Int) {
        self.bytes = bytes
        self.deepest = deepest
    }

    /// The next byte, or 0 at the end: no value and no separator begins with NUL.
    var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

    mutating func text() throws(JSON.Malformed) -> JSON {
        skipSpace()
        let value = try value()
        skipSpace()
        guard at == bytes.count else { throw malformed("expected the end of the text, found \(found)") }
        return value
    }

    private mutating func value() throws(JSON.Malformed) -> JSON {
        switch next {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw malformed("expected a value, found \(found)")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSON.Malformed) -> JSON {
        let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[at...].starts(with: letters) else {
            let found = bytes[at...].prefix(20).prefix { 0x21 <= $0 && $0 < 0x7F && $0 != UInt8(ascii: ",") }
            throw malformed("expected a value, found “\(String(decoding: found, as: UTF8.self))”")
        }
        at += letters.count
        return value
    }

    private mutating func array() throws(JSON.Malformed) -> [JSON] {
        try enter()
        var elements: [JSON] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            leave()
            return elements
        }
        while true {
            skipSpace()
            elements.append(try value())
            skipSpace()
            switch next {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"):
                leave()
                return elements
            default: throw malformed("expected “,” or “]” after an element, found \(found)")
            }
        }
    }

    private mutating func object() throws(JSON.Malformed) -> JSONObject {
        try enter()
        var members: [JSONObject.Member] = []
        var names = DistinctNames()
        skipSpace()
        if next == UInt8(ascii: "}") {
            leave()
            return JSONObject(unique: members)
        }
        members.reserveCapacity(8)
        while true {
            skipSpace()
            let start = at
            guard next == UInt8(ascii: "\"") else { throw malformed("expected a name in quotes, found \(found)") }
            let name = try string()
            guard names.insert(name, after: members) else {
                throw JSON.Malformed(offset: start, reason: "the name “\(name.prefix(64))” comes twice in one object")
            }
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw malformed("expected “:” after a name, found \(found)") }
            at += 1
            skipSpace()
            members.append(JSONObject.Member(name: name, value: try value()))
            skipSpace()
            switch next {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "}"):
                leave()
                return JSONObject(unique: members)
            default: throw malformed("expected “,” or “}” after a member, found \(found)")
            }
        }
    }

    private mutating func enter() throws(JSON.Malformed) {
        guard depth < deepest else { throw malformed("found nesting deeper than \(deepest) levels") }
        depth += 1
        at += 1
    }

    private mutating func leave() {
        depth -= 1
        at += 1
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    func malformed(_ reason: String) -> JSON.Malformed { JSON.Malformed(offset: at, reason: reason) }

    /// What stands here, for error texts.
    var found: String {
        guard at < bytes.count else { return "the end of the text" }
        switch bytes[at] {
        case 0x21...0x7E: return "“\(Character(Unicode.Scalar(bytes[at])))”"
        case 0x20: return "a space"
        default: return "byte 0x" + String(bytes[at], radix: 16, uppercase: true)
        }
    }
}

/// The names of one object so far. Few are compared one by one, many by their hash. Names are the same if their
/// bytes are: Swift's `==` would take different spellings of “é” for one.
private struct DistinctNames {
    private struct Name: Hashable {
        let text: String

        static func == (a: Name, b: Name) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    private static let few = 16
    private var many: Set<Name> = []

    /// False if `members` has the name already. Must be asked for every member.
    mutating func insert(_ name: String, after members: [JSONObject.Member]) -> Bool {
        if members.count < Self.few {
            return !members.contains { $0.name == name && $0.name.utf8.elementsEqual(name.utf8) }
        }
        if many.isEmpty { many = Set(members.map { Name(text: $0.name) }) }
        return many.insert(Name(text: name)).inserted
    }
}

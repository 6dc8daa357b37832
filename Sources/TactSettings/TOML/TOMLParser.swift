import TactCore

/// Reads TOML 1.0 (https://toml.io/en/v1.0.0) and remembers the line of everything.
///
/// A text that is not TOML gives one fault per section: after a fault, reading goes on at the next header.
struct TOMLParser {
    private let text: [UInt8]
    private(set) var at = 0
    private(set) var line = 1
    private var section = 0

    /// Parts of one key, and values in values. Nothing that is configured here comes near.
    static let greatestDepth = 16

    /// The root table of `text`, or what is wrong with it.
    static func parse(_ text: String) -> Result<TOMLNode, Faults> {
        var parser = TOMLParser(text: Array(text.utf8))
        let root = TOMLTableBuilder(path: "", line: 1, origin: .header)
        let faults = parser.document(root)
        return faults.isEmpty ? .success(root.node) : .failure(Faults(faults: faults))
    }

    struct Faults: Error {
        /// Never empty; in the order of the lines.
        var faults: [TOMLFault]
    }

    private init(text: [UInt8]) {
        self.text = text
        // A mark that some editors put in front.
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    private mutating func document(_ root: TOMLTableBuilder) -> [TOMLFault] {
        var faults: [TOMLFault] = []
        var table = root
        while true {
            do throws(TOMLFault) {
                try skipBlank(lineEnds: true)
                guard byte != nil else { return faults }
                if byte == UInt8(ascii: "[") {
                    table = try header(root)
                } else {
                    try assignment(in: table, depth: 0)
                }
                try endOfLine()
            } catch {
                faults.append(error)
                skipToHeader()
            }
        }
    }

    /// `[a.b]` or `[[a.b]]`.
    private mutating func header(_ root: TOMLTableBuilder) throws(TOMLFault) -> TOMLTableBuilder {
        section += 1
        let line = line
        at += 1
        let isArray = take("[")
        let key = try key()
        guard take("]"), !isArray || take("]") else {
            throw fault(expected: isArray ? "]] at the end of the header" : "] at the end of the header")
        }
        return isArray ? try root.append(key, line: line) : try root.open(key, line: line)
    }

    /// `a.b = value`.
    mutating func assignment(in table: TOMLTableBuilder, depth: Int) throws(TOMLFault) {
        let line = line
        let key = try key()
        guard take("=") else { throw fault(expected: "= and a value after the key") }
        try table.set(key, section: section, line: line) { path throws(TOMLFault) in
            try value(path, depth: depth)
        }
    }

    /// Parts with dots between them, and blanks around.
    private mutating func key() throws(TOMLFault) -> [String] {
        var parts: [String] = []
        repeat {
            try skipBlank(lineEnds: false)
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard !sees("\"\"\""), !sees("'''") else { throw fault(expected: "a key in single quotes") }
                parts.append(try string())
            default:
                let bytes = text[at...].prefix(while: \.isBareKey)
                guard !bytes.isEmpty else { throw fault(expected: "a key") }
                at += bytes.count
                parts.append(String(decoding: bytes, as: UTF8.self))
            }
            try skipBlank(lineEnds: false)
        } while take(".")
        guard parts.count <= Self.greatestDepth else {
            throw TOMLFault(
                line: line,
                message:
                    "found a key of \(parts.count) parts, expected at most \(Self.greatestDepth); correct this line")
        }
        return parts
    }

    private mutating func endOfLine() throws(TOMLFault) {
        try skipBlank(lineEnds: false)
        guard byte == nil || isAtLineEnd || byte == UInt8(ascii: "#") else {
            throw fault(expected: "the end of the line")
        }
    }

    /// After a fault: to the next line that begins with a bracket.
    private mutating func skipToHeader() {
        while let byte {
            at += 1
            guard byte == UInt8(ascii: "\n") else { continue }
            line += 1
            if self.byte == UInt8(ascii: "[") { return }
        }
    }
}

// MARK: - Bytes

extension TOMLParser {
    /// The next byte; nil at the end.
    var byte: UInt8? { at < text.count ? text[at] : nil }

    var rest: ArraySlice<UInt8> { text[at...] }

    var isAtLineEnd: Bool { sees("\n") || sees("\r\n") }

    func sees(_ string: StaticString) -> Bool {
        string.withUTF8Buffer { rest.starts(with: $0) }
    }

    mutating func take(_ string: StaticString) -> Bool {
        guard sees(string) else { return false }
        at += string.utf8CodeUnitCount
        return true
    }

    mutating func skip(_ count: Int) { at = min(at + count, text.count) }

    /// Takes one end of line, of either kind.
    mutating func takeLineEnd() -> Bool {
        guard take("\n") || take("\r\n") else { return false }
        line += 1
        return true
    }

    /// Passes blanks; with `lineEnds` also ends of lines and comments.
    mutating func skipBlank(lineEnds: Bool) throws(TOMLFault) {
        while true {
            if take(" ") || take("\t") || lineEnds && takeLineEnd() { continue }
            guard lineEnds, byte == UInt8(ascii: "#") else { return }
            while let byte, !isAtLineEnd {
                guard !byte.isControl else { throw fault(expected: "no control character in a comment") }
                at += 1
            }
        }
    }

    /// “found …, expected …”, of what comes next.
    func fault(expected: String) -> TOMLFault {
        let found: String
        if let byte {
            if isAtLineEnd {
                found = "the end of the line"
            } else if byte.isControl {
                found = "a control character"
            } else {
                // At least one whole character, if there is one.
                let start = String(decoding: rest.prefix(32), as: UTF8.self)
                found = "“\(start.prefix { !$0.isWhitespace }.prefix(16))”"
            }
        } else {
            found = "the end of the file"
        }
        return TOMLFault(line: line, message: "found \(found), expected \(expected); correct this line")
    }
}

extension UInt8 {
    /// Other than a tab. TOML has none of them anywhere but at the ends of lines.
    var isControl: Bool { self < 0x20 && self != UInt8(ascii: "\t") || self == 0x7F }
}

/// Which line of a TOML text each key stands in. The parser tells no lines, people need them.
///
/// The text is scanned, not checked: of one that is not TOML it knows as much as could be made out, and the parser
/// says what is wrong. Paths are written as in messages: `cap[1].windows[0].start`.
struct SourceLines {
    private(set) var lines: [String: Int] = [:]
    /// The most parts that any one key or header has.
    private(set) var greatestKeyLength = 0

    init(_ text: [UInt8]) {
        var scanner = Scanner(text: text)
        scanner.scan()
        lines = scanner.lines
        greatestKeyLength = scanner.greatestKeyLength
    }

    /// One part of a path: as it is where TOML lets it stand bare, else in quotes.
    static func part(_ key: String) -> String {
        let isBare = !key.isEmpty && key.utf8.allSatisfy(isBareKey)
        return isBare ? key : "\"\(key)\""
    }

    static func path(_ parent: String, _ key: String) -> String {
        parent.isEmpty ? part(key) : parent + "." + part(key)
    }

    fileprivate static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

private struct Scanner {
    let text: [UInt8]
    var at = 0
    var line = 1
    var lines: [String: Int] = [:]
    var greatestKeyLength = 0
    /// How many elements each array of tables has so far.
    private var arraysOfTables: [String: Int] = [:]
    private static let greatestDepth = 256

    init(text: [UInt8]) { self.text = text }

    private var byte: UInt8? { at < text.count ? text[at] : nil }

    private func sees(_ string: StaticString) -> Bool {
        at + string.utf8CodeUnitCount <= text.count
            && string.withUTF8Buffer { text[at..<(at + $0.count)].elementsEqual($0) }
    }

    private mutating func advance() {
        if byte == UInt8(ascii: "\n") { line += 1 }
        at += 1
    }

    mutating func scan() {
        var table = ""
        while true {
            skipBlank(lineEnds: true)
            guard let byte else { return }
            if byte == UInt8(ascii: "[") {
                table = header()
            } else {
                guard assignment(in: table, depth: 0) else { return }
            }
        }
    }

    /// Spaces and comments; with `lineEnds` also these.
    private mutating func skipBlank(lineEnds: Bool) {
        while let byte {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
            case UInt8(ascii: "\n") where lineEnds: advance()
            case UInt8(ascii: "#") where lineEnds: while let byte = self.byte, byte != UInt8(ascii: "\n") { at += 1 }
            default: return
            }
        }
    }

    private mutating func note(_ path: String) {
        if lines[path] == nil { lines[path] = line }
    }

    /// `[a.b]` or `[[a.b]]`; gives the path of the table it opens.
    private mutating func header() -> String {
        let isArray = sees("[[")
        at += isArray ? 2 : 1
        let parts = key()
        var path = ""
        for (index, part) in parts.enumerated() {
            path = SourceLines.path(path, part)
            note(path)
            if isArray, index == parts.count - 1 {
                let count = arraysOfTables[path, default: 0]
                arraysOfTables[path] = count + 1
                path += "[\(count)]"
                note(path)
            } else if let count = arraysOfTables[path] {
                path += "[\(count - 1)]"
            }
        }
        while byte == UInt8(ascii: "]") { at += 1 }
        return path
    }

    /// `a.b = value`; false if it is none.
    private mutating func assignment(in table: String, depth: Int) -> Bool {
        let parts = key()
        guard !parts.isEmpty else { return false }
        var path = table
        for part in parts {
            path = SourceLines.path(path, part)
            note(path)
        }
        skipBlank(lineEnds: false)
        guard byte == UInt8(ascii: "=") else { return false }
        at += 1
        return value(path, depth: depth)
    }

    /// Parts with dots between them.
    private mutating func key() -> [String] {
        var parts: [String] = []
        while true {
            skipBlank(lineEnds: false)
            let start = at
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                skipString()
                guard at - start >= 2 else { return parts }
                parts.append(String(decoding: text[(start + 1)..<(at - 1)], as: UTF8.self))
            } else {
                while let byte, SourceLines.isBareKey(byte) { at += 1 }
                guard at > start else { return parts }
                parts.append(String(decoding: text[start..<at], as: UTF8.self))
            }
            greatestKeyLength = max(greatestKeyLength, parts.count)
            skipBlank(lineEnds: false)
            guard byte == UInt8(ascii: ".") else { return parts }
            at += 1
        }
    }

    /// Passes over a value and notes what is in it; false if there is none.
    private mutating func value(_ path: String, depth: Int) -> Bool {
        guard depth < Self.greatestDepth else { return false }
        skipBlank(lineEnds: false)
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
        case UInt8(ascii: "["): return elements(path, depth: depth)
        case UInt8(ascii: "{"): return members(path, depth: depth)
        default:
            let start = at
            while let byte, !",]}#\r\n".utf8.contains(byte) { at += 1 }
            return at > start
        }
        return true
    }

    private mutating func elements(_ path: String, depth: Int) -> Bool {
        at += 1
        var index = 0
        while true {
            skipBlank(lineEnds: true)
            guard byte != UInt8(ascii: "]") else { break }
            note("\(path)[\(index)]")
            guard value("\(path)[\(index)]", depth: depth + 1) else { return false }
            index += 1
            skipBlank(lineEnds: true)
            if byte == UInt8(ascii: ",") { at += 1 } else { break }
        }
        skipBlank(lineEnds: true)
        guard byte == UInt8(ascii: "]") else { return false }
        at += 1
        return true
    }

    private mutating func members(_ path: String, depth: Int) -> Bool {
        at += 1
        while true {
            skipBlank(lineEnds: true)
            guard byte != UInt8(ascii: "}") else { break }
            guard assignment(in: path, depth: depth + 1) else { return false }
            skipBlank(lineEnds: true)
            if byte == UInt8(ascii: ",") { at += 1 } else { break }
        }
        guard byte == UInt8(ascii: "}") else { return false }
        at += 1
        return true
    }

    /// One of the four kinds of strings, from its first quote to after its last.
    private mutating func skipString() {
        guard let quote = byte else { return }
        let isLong = sees("\"\"\"") || sees("'''")
        at += isLong ? 3 : 1
        while let byte {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                advance()
            } else if byte == UInt8(ascii: "\n"), !isLong {
                return
            } else if byte == quote, !isLong {
                at += 1
                return
            } else if isLong, sees("\"\"\"") && quote == UInt8(ascii: "\"") || sees("'''") && quote == UInt8(ascii: "'") {
                at += 3
                // One or two more quotes belong to the string itself.
                for _ in 0..<2 where self.byte == quote { at += 1 }
                return
            }
            advance()
        }
    }
}

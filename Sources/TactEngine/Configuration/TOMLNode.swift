import TOMLKit
import TactCore

/// A value of a configuration file, with the key and the line it stands at.
struct TOMLNode {
    enum Value {
        case string(String)
        case integer(Int)
        case float(Double)
        case boolean(Bool)
        /// A local time with no fraction of a second.
        case time(CivilTime)
        /// A date, a date with a time, or a time with a fraction: as it is written. Nothing here wants one.
        case moment(String)
        case array([TOMLNode])
        case table([String: TOMLNode])
    }

    var value: Value
    /// As written in messages: `cap[1].per`. Empty for the file as a whole.
    var path: String
    var line: Int

    /// For messages: what was found, in a few words.
    var found: String {
        switch value {
        case .string(let text): "“\(text.prefix(64))”"
        case .integer(let number): "the number \(number)"
        case .float(let number): "the number \(number)"
        case .boolean(let flag): "\(flag)"
        case .time(let time): "the time \(time)"
        case .moment(let text): "the time \(text)"
        case .array(let elements): elements.isEmpty ? "an empty list" : "a list"
        case .table: "a table"
        }
    }
}

// MARK: - From text

extension TOMLNode {
    /// What is refused before a parser sees it.
    enum Unparsable: Error {
        /// `what` is a sentence of the form “found …, expected …; …”.
        case refused(line: Int?, what: String)
    }

    /// Parts of a key, and levels of values in values. Nothing here needs more than four.
    private static let greatestDepth = 16

    /// Parses a whole file.
    init(parsing text: String) throws(Unparsable) {
        let bytes = Array(text.utf8)
        // The parser would take a zero byte for the end of the file.
        if let zero = bytes.firstIndex(of: 0) {
            let line = bytes[..<zero].count { $0 == UInt8(ascii: "\n") } + 1
            throw .refused(line: line, what: "found a zero byte, expected text; is this the right file?")
        }
        let source = SourceLines(bytes)
        guard source.greatestKeyLength <= Self.greatestDepth else {
            throw .refused(
                line: nil, what: "found a key of \(source.greatestKeyLength) parts, expected at most "
                    + "\(Self.greatestDepth); compare with the example file")
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw .refused(
                line: error.source.begin.line,
                what: "not TOML: \(error.description) (column \(error.source.begin.column)); correct this line")
        } catch {
            throw .refused(line: nil, what: "not TOML: \(error); compare with the example file")
        }
        self = Self.node(table.tomlValue, path: "", line: 1, source: source, depth: 0)
    }

    private static func node(
        _ toml: TOMLValue, path: String, line: Int, source: SourceLines, depth: Int
    ) -> TOMLNode {
        // What lies deeper is not read by anyone: it is reported as unknown, or as of the wrong type.
        guard depth < greatestDepth else { return TOMLNode(value: .table([:]), path: path, line: line) }
        func child(_ toml: TOMLValue, _ path: String) -> TOMLNode {
            node(toml, path: path, line: source.lines[path] ?? line, source: source, depth: depth + 1)
        }
        return TOMLNode(value: value(of: toml, path: path, child: child), path: path, line: line)
    }

    private static func value(
        of toml: TOMLValue, path: String, child: (TOMLValue, String) -> TOMLNode
    ) -> Value {
        switch toml.type {
        case .string: return .string(toml.string ?? "")
        case .int: return .integer(toml.int ?? 0)
        case .double: return .float(toml.double ?? 0)
        case .bool: return .boolean(toml.bool ?? false)
        case .date: return .moment(toml.date?.debugDescription ?? "")
        case .dateTime: return .moment(toml.dateTime?.debugDescription ?? "")
        case .time:
            guard let time = toml.time, time.nanoSecond == 0,
                let reading = CivilTime(hour: time.hour, minute: time.minute, second: time.second)
            else { return .moment(toml.time?.debugDescription ?? "") }
            return .time(reading)
        case .array:
            guard let array = toml.array else { return .array([]) }
            return .array((0..<array.count).map { child(array[$0].tomlValue, "\(path)[\($0)]") })
        case .table:
            var entries: [String: TOMLNode] = [:]
            for key in toml.table?.keys ?? [] {
                // A key with a zero byte in it is not found again.
                guard let value = toml.table?[key]?.tomlValue else { continue }
                entries[key] = child(value, SourceLines.path(path, key))
            }
            return .table(entries)
        }
    }
}

import Glibc
import TactAPI
import TactCore

/// Writes answers to stdout in the format that was asked for.
struct Printer {
    let format: OutputFormat
    let style = Console.stdout.style
    /// nil: lines may be as long as they are, for nobody looks at them on a screen.
    let width = Console.stdout.isTerminal ? Console.stdout.width : nil

    init(_ options: GlobalOptions) { format = options.output }

    /// One answer.
    func show(_ answer: JSON, table: () -> String) {
        switch format {
        case .table: Console.stdout.write(table())
        case .json: Console.stdout.write(TerminalText.safe(json: answer.indented()))
        case .ndjson: Console.stdout.write(TerminalText.safe(json: answer.encoded()) + [0x0A])
        }
    }

    /// A list: with `ndjson` an item a line.
    func show(list: JSON, table: ([JSON]) -> String) {
        let items = list["items"]?.arrayValue ?? []
        switch format {
        case .table: Console.stdout.write(table(items))
        case .json: Console.stdout.write(TerminalText.safe(json: list.indented()))
        case .ndjson: for item in items { Console.stdout.write(TerminalText.safe(json: item.encoded()) + [0x0A]) }
        }
    }
}

extension JSON {
    /// The value on lines of its own, for people who read JSON; ends with a line feed.
    func indented() -> [UInt8] {
        var out: [UInt8] = []
        indent(into: &out, "\n")
        return out + [0x0A]
    }

    private func indent(into out: inout [UInt8], _ margin: String) {
        switch self {
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                out += ((index == 0 ? "[" : ",") + margin + "  ").utf8
                element.indent(into: &out, margin + "  ")
            }
            out += (margin + "]").utf8
        case .object(let object) where !object.isEmpty:
            for (index, member) in object.members.enumerated() {
                out += ((index == 0 ? "{" : ",") + margin + "  ").utf8
                out += JSON.string(member.name).encoded() + Array(": ".utf8)
                member.value.indent(into: &out, margin + "  ")
            }
            out += (margin + "}").utf8
        case .null, .bool, .integer, .number, .string, .array, .object: out += encoded()
        }
    }
}

/// Reading answers.
extension JSON {
    /// The text of a member, fit for a terminal.
    func text(_ name: String) -> String? { self[name]?.stringValue.map { TerminalText.safe($0) } }

    func integer(_ name: String) -> Int64? { self[name]?.integerValue }

    func instant(_ name: String) -> Timestamp? { self[name]?.stringValue.flatMap { try? Timestamp(rfc3339: $0) } }

    func list(_ name: String) -> [JSON] { self[name]?.arrayValue ?? [] }

    func texts(_ name: String) -> [String] { list(name).compactMap { $0.stringValue.map { TerminalText.safe($0) } } }
}

extension Timestamp {
    /// Of the machine's clock.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

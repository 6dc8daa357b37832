import TactAPI
import TactCore

/// A value is not what is expected.
package struct Mismatch: Error {
    /// “found …, expected …”, and what to do.
    package var message: String

    package init(_ message: String) { self.message = message }
}

/// How one kind of value is read.
package struct Reader<T> {
    /// In a few words, for messages: `a duration such as "90s"`.
    package var expected: String
    /// As it is written in the file.
    package var example: String
    package var read: (TOMLNode) throws(Mismatch) -> T

    package init(expected: String, example: String, read: @escaping (TOMLNode) throws(Mismatch) -> T) {
        self.expected = expected
        self.example = example
        self.read = read
    }

    /// From a string; `convert` gives nil for what is not of the kind.
    package static func text(
        _ expected: String, example: String, _ convert: @escaping (String) throws(Mismatch) -> T?
    ) -> Reader {
        Reader(expected: expected, example: example) { node throws(Mismatch) in
            guard case .string(let text) = node.value, let value = try convert(text) else {
                throw Mismatch("found \(node.found), expected \(expected)")
            }
            return value
        }
    }
}

// MARK: - Words

extension Reader where T == String {
    /// A name of a topic, channel, cap or send window: it stands in URLs, logs and metrics as it is.
    package static var name: Reader {
        .text(
            "a name of 1 to 64 letters a–z and A–Z, digits, dots, dashes or underscores that starts with a letter or "
                + "digit", example: "\"offers\""
        ) { text in
            let bytes = text.utf8
            let isName =
                (1...64).contains(bytes.count) && bytes.allSatisfy { $0.isNameLetter || "._-".utf8.contains($0) }
            return isName && bytes.first?.isNameLetter == true ? text : nil
        }
    }

    /// One line of text for people.
    package static func line(atMost length: Int) -> Reader {
        .text("one line of 1 to \(length) characters", example: "\"Offers for you\"") { text in
            (1...length).contains(text.count)
                && !text.unicodeScalars.contains { $0.properties.generalCategory == .control } ? text : nil
        }
    }

    /// A file by its absolute path. `limit` in bytes.
    package static func path(_ example: String, atMost limit: Int) -> Reader {
        .text("an absolute path of at most \(limit) bytes such as \"\(example)\"", example: "\"\(example)\"") { text in
            text.hasPrefix("/") && !text.hasSuffix("/") && text.utf8.count <= limit
                && !text.utf8.contains(where: { $0 < 0x20 }) ? text : nil
        }
    }

    /// A user's or group's name, or a sender: the user's name, else the decimal number.
    package static var account: Reader {
        .text("the name of a user", example: "\"shop\"") { $0.isAccountName ? $0 : nil }
    }

    /// A name that must be one of `known`; `kind` says of what. With `mayBeNew` also any name that is not like one
    /// of them.
    package static func reference(to kind: String, among known: [String], mayBeNew: Bool = false) -> Reader {
        Reader(expected: "the name of a \(kind)", example: "\"\(known.first ?? "name")\"") { node throws(Mismatch) in
            let name = try Reader.name.read(node)
            guard !known.contains(name) else { return name }
            let similar = Suggestion.nearest(to: name, among: known)
            if mayBeNew, similar == nil { return name }
            let some = known.prefix(10).joined(separator: ", ") + (known.count > 10 ? ", …" : "")
            throw Mismatch(
                "found “\(name)”, expected the name of a \(kind) (\(known.isEmpty ? "there is none" : "known: " + some)); "
                    + (similar.map { "did you mean “\($0)”?" } ?? "add a [[\(kind)]] of that name, or remove it here"))
        }
    }
}

extension Reader where T: RawRepresentable & CaseIterable, T.RawValue == String {
    /// One of an enum's words.
    package static var choice: Reader {
        let words = T.allCases.map(\.rawValue)
        let expected = "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
        return .text(expected, example: "\"\(words.first ?? "")\"") { text throws(Mismatch) in
            if let value = T(rawValue: text) { return value }
            guard let similar = Suggestion.nearest(to: text, among: words) else { return nil }
            throw Mismatch("found “\(text.prefix(64))”, expected \(expected); did you mean “\(similar)”?")
        }
    }
}

extension Reader where T == Bool {
    package static var flag: Reader {
        Reader(expected: "true or false", example: "true") { node throws(Mismatch) in
            guard case .boolean(let value) = node.value else {
                throw Mismatch("found \(node.found), expected true or false, without quotes")
            }
            return value
        }
    }
}

// MARK: - Figures

extension Reader where T == Int {
    package static func integer(_ range: ClosedRange<Int>) -> Reader {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Reader(expected: expected, example: "\(range.lowerBound)") { node throws(Mismatch) in
            guard case .integer(let number) = node.value, range.contains(number) else {
                throw Mismatch("found \(node.found), expected \(expected)")
            }
            return number
        }
    }
}

extension Reader where T == Duration {
    package static func duration(_ range: ClosedRange<Duration>) -> Reader {
        Reader(expected: "a duration such as \"90s\", \"15m\", \"24h\" or \"7d\"", example: "\"24h\"") {
            node throws(Mismatch) in
            guard case .string(let text) = node.value else {
                throw Mismatch(
                    "found \(node.found), expected a duration in quotes such as \"90s\", \"15m\", \"24h\" or \"7d\"")
            }
            let duration: Duration
            do throws(Duration.Unreadable) {
                duration = try Duration(text)
            } catch {
                throw Mismatch(error.description)
            }
            guard range.contains(duration) else {
                throw Mismatch("found “\(text)”, expected from \(range.lowerBound) to \(range.upperBound)")
            }
            return duration
        }
    }
}

// MARK: - Times of day

extension Reader where T == CivilTime {
    /// A TOML local time (`22:00:00`), or a string of the form `HH:MM`.
    package static var timeOfDay: Reader {
        Reader(expected: "a time of day such as 22:00:00 or \"22:00\"", example: "22:00:00") { node throws(Mismatch) in
            switch node.value {
            case .time(let time): return time
            case .string(let text):
                do throws(CivilTime.Unreadable) {
                    return try CivilTime(text)
                } catch {
                    throw Mismatch(error.description)
                }
            case .integer, .float, .boolean, .moment, .array, .table:
                throw Mismatch("found \(node.found), expected a time of day such as 22:00:00 or \"22:00\"")
            }
        }
    }
}

extension UInt8 {
    fileprivate var isNameLetter: Bool {
        isFigure || UInt8(ascii: "a") <= self | 0x20 && self | 0x20 <= UInt8(ascii: "z")
    }
}

extension String {
    /// What may be a user's or a group's name here: 1 to 64 letters, digits, and `._-@$`.
    package var isAccountName: Bool {
        let bytes = utf8
        return (1...64).contains(bytes.count) && bytes.first != UInt8(ascii: "-")
            && bytes.allSatisfy { $0.isNameLetter || "._-@$".utf8.contains($0) }
    }
}

extension Reader where T == Channel.Rate {
    /// `"50/s"`, `"50/m"` or `"50/h"`.
    package static var rate: Reader {
        let greatest = 1_000_000
        return .text(
            "a rate of 1 to \(greatest) per second, minute or hour such as \"50/s\", \"600/m\" or \"1000/h\"",
            example: "\"50/s\""
        ) { text in
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.allSatisfy(\.isFigure), let count = Int(parts[0]),
                (1...greatest).contains(count)
            else { return nil }
            switch parts[1] {
            case "s": return Channel.Rate(count: count, per: .seconds(1))
            case "m": return Channel.Rate(count: count, per: .minutes(1))
            case "h": return Channel.Rate(count: count, per: .hours(1))
            default: return nil
            }
        }
    }
}

import TactAPI
import TactCore
import TactSettings

// What only the daemon's configuration speaks of.

extension Reader where T == String {
    /// A time zone that the tz database has.
    static func zone(_ zones: ZoneDatabase) -> Reader {
        Reader(expected: "an IANA time zone such as \"Europe/Paris\"", example: "\"Europe/Paris\"") {
            node throws(Mismatch) in
            guard case .string(let text) = node.value else {
                throw Mismatch("found \(node.found), expected an IANA time zone such as \"Europe/Paris\"")
            }
            guard !zones.isKnown(text) else { return text }
            var similar = zones.suggestions(for: text)
            if let first = similar.first, first.lowercased() == text.lowercased() { similar = [first] }
            throw Mismatch(
                "found “\(text.prefix(64))”, expected a time zone of the system's tz database (\(zones.version)); "
                    + (similar.isEmpty
                        ? "see “timedatectl list-timezones”" : "did you mean \(similar.joined(separator: " or "))?"))
        }
    }

    /// A country's ISO 3166-1 code.
    static var country: Reader {
        .text("two capital letters of a country (ISO 3166-1) such as \"US\"", example: "\"US\"") { text in
            let bytes = text.utf8
            return bytes.count == 2 && bytes.allSatisfy { UInt8(ascii: "A") <= $0 && $0 <= UInt8(ascii: "Z") }
                ? text : nil
        }
    }
}

extension Reader where T == String {
    /// A text of at most 4096 characters that may have lines.
    static var prose: Reader {
        .text("a text of 1 to 4096 characters", example: "\"There is something new for you.\"") { text in
            (1...4096).contains(text.count) && text.contains(where: { !$0.isWhitespace })
                && text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
                ? text : nil
        }
    }
}

extension Reader where T == Cap.Period {
    /// A duration of at most `longest`, or the name of a calendar period.
    static func period(atMost longest: Duration) -> Reader {
        let sliding = Reader<Duration>.duration(.seconds(1)...longest)
        return Reader(expected: "a duration such as \"24h\", or \"day\", \"week\" or \"month\"", example: "\"24h\"") {
            node throws(Mismatch) in
            guard case .string(let text) = node.value else {
                throw Mismatch(
                    "found \(node.found), expected a duration such as \"24h\", or \"day\", \"week\" or \"month\"")
            }
            switch text {
            case "day": return .calendar(.day)
            case "week": return .calendar(.isoWeek)
            case "month": return .calendar(.month)
            default:
                do throws(Mismatch) {
                    return .sliding(try sliding.read(node))
                } catch {
                    throw Mismatch(error.message + "; or write \"day\", \"week\" or \"month\" for a calendar period")
                }
            }
        }
    }
}

extension Reader where T == Weekday {
    static var weekday: Reader {
        let words = Weekday.allCases.map(\.name)
        let expected = "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
        return .text(expected, example: "\"mon\"") { Weekday(name: $0) }
    }
}

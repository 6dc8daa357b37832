/// A time of day: seconds since midnight by the wall clock, 0…86,400. 86,400 is `24:00`, the end of the day.
package struct CivilTime: Hashable, Comparable, Sendable {
    package let seconds: Int

    package static let midnight = CivilTime(unchecked: 0)
    package static let endOfDay = CivilTime(unchecked: 86_400)

    /// Nil outside 0…86,400.
    package init?(seconds: Int) {
        guard (0...86_400).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    private init(unchecked seconds: Int) { self.seconds = seconds }

    /// Nil if the clock has no such reading; 24:00:00 it has. TOML local times come this way.
    package init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
        self.init(seconds: hour * 3600 + minute * 60 + second)
    }

    package static func < (a: CivilTime, b: CivilTime) -> Bool { a.seconds < b.seconds }
}

extension CivilTime: CustomStringConvertible {
    /// A text that is not a time of day. Carries what was found, cut to 64 bytes.
    package struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        package let found: String

        package init(found: String) { self.found = found }

        package var description: String {
            "found “\(found)”, expected a time of day such as 22:00, 07:30:15, or 24:00 for the end of the day"
        }
    }

    /// Reads `HH:MM` or `HH:MM:SS`, from `00:00` to `24:00`.
    package init(_ text: some StringProtocol) throws(Unreadable) {
        let bytes = Array(text.utf8.prefix(65))
        func number(_ at: Int) -> Int? {
            guard at + 2 <= bytes.count, bytes[at].isDigit, bytes[at + 1].isDigit else { return nil }
            return Int(bytes[at] & 15) * 10 + Int(bytes[at + 1] & 15)
        }
        let colon = UInt8(ascii: ":")
        guard bytes.count == 5 || bytes.count == 8 && bytes[5] == colon, bytes[2] == colon,
            let hour = number(0), let minute = number(3), let second = bytes.count == 5 ? 0 : number(6),
            let time = CivilTime(hour: hour, minute: minute, second: second)
        else { throw Unreadable(found: String(decoding: bytes.prefix(64), as: UTF8.self)) }
        self = time
    }

    /// `22:00`; `22:00:30` where there are seconds.
    package var description: String {
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let text = two(seconds / 3600) + ":" + two(seconds / 60 % 60)
        return seconds % 60 == 0 ? text : text + ":" + two(seconds % 60)
    }
}

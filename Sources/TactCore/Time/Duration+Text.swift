/// Durations as text: `90s`, `15m`, `24h`, `7d`, or a sum in descending units such as `1h30m`.
extension Duration {
    /// Why a text is not a duration. Carries what was found, cut to 64 bytes.
    package enum Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        /// Not a sum of whole numbers with units.
        case notADuration(found: String)
        /// The units do not descend, or one comes twice.
        case unitsOutOfOrder(found: String)
        /// More than can be counted in milliseconds: some 292 million years.
        case tooLong(found: String)

        package var description: String {
            switch self {
            case .notADuration(let found):
                "found “\(found)”, expected a duration such as 90s, 15m, 24h, 7d or 1h30m"
            case .unitsOutOfOrder(let found):
                "found “\(found)”, expected each unit at most once, the longer first, such as 1d12h or 1h30m"
            case .tooLong(let found):
                "found “\(found)”, expected a shorter duration"
            }
        }
    }

    /// In the order in which a sum has them.
    private static let units: [(letter: UInt8, milliseconds: Int64)] = [
        (UInt8(ascii: "d"), 86_400_000), (UInt8(ascii: "h"), 3_600_000), (UInt8(ascii: "m"), 60_000),
        (UInt8(ascii: "s"), 1000),
    ]

    /// Reads a sum of whole numbers, each with its unit.
    package init(_ text: some StringProtocol) throws(Unreadable) {
        try self.init(utf8: text.utf8)
    }

    /// As above, from UTF-8.
    package init(utf8: some Collection<UInt8>) throws(Unreadable) {
        var found: String { String(decoding: utf8.prefix(64), as: UTF8.self) }
        var rest = utf8[...]
        var total: Int64 = 0
        var nextUnit = 0
        repeat {
            let digits = rest.prefix(while: \.isDigit)
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty, let letter = rest.popFirst(),
                let unit = Self.units.firstIndex(where: { $0.letter == letter })
            else { throw .notADuration(found: found) }
            guard unit >= nextUnit else { throw .unitsOutOfOrder(found: found) }
            nextUnit = unit + 1
            var count: Int64 = 0
            for digit in digits { count = count.saturatingMultiply(by: 10).saturatingAdd(Int64(digit & 15)) }
            total = total.saturatingAdd(count.saturatingMultiply(by: Self.units[unit].milliseconds))
        } while !rest.isEmpty
        guard total < .max else { throw .tooLong(found: found) }
        milliseconds = total
    }

    /// The one way to write it: every unit as large as it can be, `1h30m` and not `90m`. Less than a second counts
    /// as one; what is negative gets a minus sign, which `init` does not read.
    package var text: String {
        var rest = milliseconds.magnitude
        rest = rest / 1000 + (rest % 1000 > 0 ? 1 : 0)
        guard rest > 0 else { return "0s" }
        var text = milliseconds < 0 ? "-" : ""
        for unit in Self.units {
            let length = UInt64(unit.milliseconds / 1000)
            if rest >= length { text += "\(rest / length)\(Character(Unicode.Scalar(unit.letter)))" }
            rest %= length
        }
        return text
    }
}

extension Duration: CustomStringConvertible {
    package var description: String { text }
}

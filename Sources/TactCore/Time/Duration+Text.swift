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

    /// Reads a sum of whole numbers, each with its unit.
    package init(_ text: some StringProtocol) throws(Unreadable) {
        try self.init(utf8: text.utf8)
    }

    /// As above, from UTF-8.
    package init(utf8: some Collection<UInt8>) throws(Unreadable) {
        var found: String { String(decoding: utf8.prefix(64), as: UTF8.self) }
        var total: Int64 = 0
        var lastUnit = Int64.max
        var count: Int64?
        for byte in utf8 {
            if byte.isDigit {
                count = (count ?? 0).saturatingMultiply(by: 10).saturatingAdd(Int64(byte & 15))
                continue
            }
            guard let number = count, let unit = Self.milliseconds(of: byte) else { throw .notADuration(found: found) }
            guard unit < lastUnit else { throw .unitsOutOfOrder(found: found) }
            total = total.saturatingAdd(number.saturatingMultiply(by: unit))
            (lastUnit, count) = (unit, nil)
        }
        guard count == nil, lastUnit < .max else { throw .notADuration(found: found) }
        guard total < .max else { throw .tooLong(found: found) }
        milliseconds = total
    }

    private static func milliseconds(of unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "d"): 86_400_000
        case UInt8(ascii: "h"): 3_600_000
        case UInt8(ascii: "m"): 60_000
        case UInt8(ascii: "s"): 1000
        default: nil
        }
    }

    /// The one way to write it: every unit as large as it can be, `1h30m` and not `90m`. Less than a second counts
    /// as one; what is negative gets a minus sign, which `init` does not read.
    package var text: String {
        var rest = milliseconds.magnitude
        rest = rest / 1000 + (rest % 1000 > 0 ? 1 : 0)
        guard rest > 0 else { return "0s" }
        var text = milliseconds < 0 ? "-" : ""
        for (length, letter) in [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")] as [(UInt64, String)] {
            if rest >= length { text += "\(rest / length)\(letter)" }
            rest %= length
        }
        return text
    }
}

extension Duration: CustomStringConvertible {
    package var description: String { text }
}

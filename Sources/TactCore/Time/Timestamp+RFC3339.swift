/// Instants as text (RFC 3339, section 5.6).
extension Timestamp {
    /// Why a text is not an instant. Every case carries what was found, cut to 64 bytes.
    package enum Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        /// Not of the form `YYYY-MM-DDTHH:MM:SS[.sss](Z|±HH:MM)`.
        case notRFC3339(found: String)
        /// Of the right form, but the calendar or the clock has no such reading.
        case noSuchTime(found: String)
        /// More than three decimals.
        case finerThanMillisecond(found: String)
        /// Second 60. UTC as computers count it has none.
        case leapSecond(found: String)
        /// Before the year 0001 or after 9999, in UTC.
        case outOfRange(found: String)

        package var description: String {
            switch self {
            case .notRFC3339(let found):
                "found “\(found)”, expected an RFC 3339 instant such as 2026-11-22T09:00:00Z"
            case .noSuchTime(let found):
                "found “\(found)”, expected a date and a time that exist, such as 2026-11-22T09:00:00Z"
            case .finerThanMillisecond(let found):
                "found “\(found)”, expected at most three decimals: times are kept to the millisecond"
            case .leapSecond(let found):
                "found “\(found)”, expected a second from 00 to 59: leap seconds are not counted, write 59 or the next minute"
            case .outOfRange(let found):
                "found “\(found)”, expected an instant from the year 0001 to the year 9999 in UTC"
            }
        }
    }

    /// 0001-01-01T00:00:00.000Z.
    package static let earliestWritable = Timestamp(milliseconds: -62_135_596_800_000)
    /// 9999-12-31T23:59:59.999Z.
    package static let latestWritable = Timestamp(milliseconds: 253_402_300_799_999)

    /// Reads an RFC 3339 instant: any offset, `t` and `z` in either case, one to three decimals or none.
    package init(rfc3339 text: some StringProtocol) throws(Unreadable) {
        try self.init(rfc3339: text.utf8)
    }

    /// As above, from UTF-8.
    package init(rfc3339 utf8: some Collection<UInt8>) throws(Unreadable) {
        // Typed throws do not pass through the closure, so the outcome does.
        let outcome =
            utf8.withContiguousStorageIfAvailable(Self.read)
            ?? Array(utf8.prefix(65)).withUnsafeBufferPointer(Self.read)
        self = try outcome.get()
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Timestamp, Unreadable> {
        guard let fields = RFC3339Fields(bytes) else { return .failure(.notRFC3339(found: quoted(bytes))) }
        guard fields.decimals <= 3 else { return .failure(.finerThanMillisecond(found: quoted(bytes))) }
        guard fields.second != 60 else { return .failure(.leapSecond(found: quoted(bytes))) }
        guard CivilDate.isValid(year: fields.year, month: fields.month, day: fields.day), fields.hour < 24,
            fields.minute < 60, fields.second < 60, fields.offsetHour < 24, fields.offsetMinute < 60
        else { return .failure(.noSuchTime(found: quoted(bytes))) }
        let date = CivilDate(year: fields.year, month: fields.month, day: fields.day)
        let offset = (fields.offsetHour * 60 + fields.offsetMinute) * (fields.isWest ? -1 : 1)
        let minutes = date.days * 1440 + fields.hour * 60 + fields.minute - offset
        let t = Timestamp(milliseconds: (minutes * 60 + fields.second) * 1000 + fields.millisecond)
        guard earliestWritable <= t, t <= latestWritable, fields.year > 0 else {
            return .failure(.outOfRange(found: quoted(bytes)))
        }
        return .success(t)
    }

    private static func quoted(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: bytes.prefix(64), as: UTF8.self)
    }

    /// `2026-11-22T09:00:00.000Z`, always of this form. What lies outside the writable years is cut to their ends.
    package var rfc3339: String {
        String(unsafeUninitializedCapacity: Self.writtenLength) { bytes in
            write(into: bytes)
            return Self.writtenLength
        }
    }

    /// Appends what `rfc3339` is, as UTF-8.
    package func appendRFC3339(to out: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.writtenLength) { bytes in
            write(into: bytes)
            out.append(contentsOf: bytes)
        }
    }

    private static let writtenLength = 24

    /// Fills the first 24 bytes, which must be there.
    private func write(into bytes: UnsafeMutableBufferPointer<UInt8>) {
        let t = min(max(self, Self.earliestWritable), Self.latestWritable).milliseconds
        let day = t.flooredQuotient(by: 86_400_000)
        let ofDay = t - day * 86_400_000
        let (year, month, dayOfMonth) = CivilDate(days: day).parts
        func put(_ value: Int64, at index: Int, digits: Int, then separator: Unicode.Scalar) {
            var rest = UInt32(truncatingIfNeeded: value)
            for place in (index..<(index + digits)).reversed() {
                bytes[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            bytes[index + digits] = UInt8(ascii: separator)
        }
        put(year, at: 0, digits: 4, then: "-")
        put(month, at: 5, digits: 2, then: "-")
        put(dayOfMonth, at: 8, digits: 2, then: "T")
        put(ofDay / 3_600_000, at: 11, digits: 2, then: ":")
        put(ofDay / 60_000 % 60, at: 14, digits: 2, then: ":")
        put(ofDay / 1000 % 60, at: 17, digits: 2, then: ".")
        put(ofDay % 1000, at: 20, digits: 3, then: "Z")
    }
}

extension Timestamp: CustomStringConvertible {
    package var description: String { rfc3339 }
}

/// The numbers of an RFC 3339 date-time, as they stand: only the form is checked.
private struct RFC3339Fields {
    var year: Int64
    var month: Int64
    var day: Int64
    var hour: Int64
    var minute: Int64
    var second: Int64
    var decimals = 0
    var millisecond: Int64 = 0
    var isWest = false
    var offsetHour: Int64 = 0
    var offsetMinute: Int64 = 0

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var isDigits = true
        func number(_ start: Int, _ count: Int) -> Int64 {
            var value: Int64 = 0
            for index in start..<(start + count) {
                isDigits = isDigits && bytes[index].isDigit
                value = value * 10 + Int64(bytes[index] & 15)
            }
            return value
        }
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        year = number(0, 4)
        month = number(5, 2)
        day = number(8, 2)
        hour = number(11, 2)
        minute = number(14, 2)
        second = number(17, 2)
        var at = 19
        if bytes[at] == UInt8(ascii: ".") {
            at += 1
            decimals = bytes[at...].prefix(while: \.isDigit).count
            guard decimals > 0 else { return nil }
            millisecond = number(at, min(decimals, 3))
            if decimals < 3 { millisecond *= decimals == 1 ? 100 : 10 }
            at += decimals
        }
        guard isDigits, at < bytes.count else { return nil }
        switch bytes[at] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            guard at + 1 == bytes.count else { return nil }
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard at + 6 == bytes.count, bytes[at + 3] == UInt8(ascii: ":") else { return nil }
            isWest = bytes[at] == UInt8(ascii: "-")
            offsetHour = number(at + 1, 2)
            offsetMinute = number(at + 4, 2)
            guard isDigits else { return nil }
        default:
            return nil
        }
    }
}

/// TZif, the format of the system's tz database (RFC 9636; older versions: RFC 8536).
extension ZoneRules {
    /// Why bytes are not the rules of a zone.
    package enum Malformed: Error, Equatable, Sendable, CustomStringConvertible {
        /// More bytes than any zone needs.
        case tooLong(bytes: Int, limit: Int)
        /// The first four bytes are not `TZif`.
        case notTZif
        /// A version other than 1 … 4: the byte at offset 4.
        case unknownVersion(UInt8)
        /// The bytes end before what the header announces.
        case truncated(at: Int)
        /// The counts in the header contradict each other or the format.
        case badHeader
        /// Transition times do not ascend.
        case unorderedTransitions(index: Int)
        /// A transition names a local time type that is not there.
        case badTypeIndex(UInt8)
        /// A clock further from UTC than 26 hours.
        case offsetOutOfRange(seconds: Int)
        /// The times count leap seconds (a `right/` file); ours do not.
        case leapSeconds
        /// The `TZ` string at the end is not one.
        case badFooter(String)

        package var description: String {
            switch self {
            case .tooLong(let bytes, let limit): "found \(bytes) bytes of zone data, expected at most \(limit)"
            case .notTZif: "found no TZif mark at the beginning, expected a compiled zone of the tz database"
            case .unknownVersion(let byte): "found TZif version byte \(byte), expected version 1 to 4"
            case .truncated(let offset): "zone data ends at byte \(offset), expected more"
            case .badHeader: "found a TZif header whose counts contradict each other"
            case .unorderedTransitions(let index): "transition \(index) is not after the one before it"
            case .badTypeIndex(let index): "a transition names local time type \(index), which does not exist"
            case .offsetOutOfRange(let seconds): "found a UTC offset of \(seconds) s, expected at most 26 hours"
            case .leapSeconds: "the zone data counts leap seconds; install the tz database without them"
            case .badFooter(let text): "found the footer “\(text)”, expected a POSIX TZ string"
            }
        }
    }

    /// Sixty times the largest zone of tzdata 2026f.
    private static let longestFile = 256 * 1024

    /// The rules in a compiled zone of the tz database, of any version from 1 to 4. Linear in the bytes.
    package init(tzif bytes: [UInt8]) throws(Malformed) {
        guard bytes.count <= Self.longestFile else { throw .tooLong(bytes: bytes.count, limit: Self.longestFile) }
        var reader = TZifReader(bytes: bytes)
        let first = try reader.header()
        guard first.version > 1 else {
            self = try reader.rules(first, timeSize: 4, footer: nil)
            return
        }
        // Newer files repeat their data with 64-bit times: the first block is for old readers.
        try reader.skip(first.length(timeSize: 4))
        let second = try reader.header()
        var footerReader = reader
        try footerReader.skip(second.length(timeSize: 8))
        self = try reader.rules(second, timeSize: 8, footer: try footerReader.footer())
    }
}

/// Reads on and never past the end.
private struct TZifReader {
    struct Header {
        var version: Int
        var utIndicators: Int
        var standardIndicators: Int
        var leapSeconds: Int
        var transitions: Int
        var types: Int
        var characters: Int

        /// Of the data block, in bytes. No overflow: seven counts of 32 bits.
        func length(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4)
                + standardIndicators + utIndicators
        }
    }

    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func skip(_ count: Int) throws(ZoneRules.Malformed) {
        guard count <= bytes.count - at else { throw .truncated(at: bytes.count) }
        at += count
    }

    mutating func byte() throws(ZoneRules.Malformed) -> UInt8 {
        guard at < bytes.count else { throw .truncated(at: at) }
        defer { at += 1 }
        return bytes[at]
    }

    /// A big-endian two's-complement number of `size` bytes.
    mutating func number(size: Int) throws(ZoneRules.Malformed) -> Int64 {
        var value = Int64(Int8(bitPattern: try byte()))
        for _ in 1..<size { value = value << 8 | Int64(try byte()) }
        return value
    }

    mutating func header() throws(ZoneRules.Malformed) -> Header {
        guard bytes[at...].starts(with: "TZif".utf8) else { throw .notTZif }
        at += 4
        let version =
            switch try byte() {
            case 0: 1
            case UInt8(ascii: "2"): 2
            case UInt8(ascii: "3"): 3
            case UInt8(ascii: "4"): 4
            case let other: throw ZoneRules.Malformed.unknownVersion(other)
            }
        try skip(15)
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(UInt32(truncatingIfNeeded: try number(size: 4)))) }
        return Header(
            version: version, utIndicators: counts[0], standardIndicators: counts[1], leapSeconds: counts[2],
            transitions: counts[3], types: counts[4], characters: counts[5])
    }

    /// Reads a data block and makes rules of it.
    mutating func rules(_ header: Header, timeSize: Int, footer: PosixTZ?) throws(ZoneRules.Malformed) -> ZoneRules {
        guard header.length(timeSize: timeSize) <= bytes.count - at else { throw .truncated(at: bytes.count) }
        guard (1...256).contains(header.types), header.characters > 0,
            header.utIndicators == 0 || header.utIndicators == header.types,
            header.standardIndicators == 0 || header.standardIndicators == header.types
        else { throw .badHeader }
        guard header.leapSeconds == 0 else { throw .leapSeconds }
        var times: [Int64] = []
        times.reserveCapacity(header.transitions)
        for index in 0..<header.transitions {
            let time = try number(size: timeSize)
            if let last = times.last, time <= last { throw .unorderedTransitions(index: index) }
            times.append(time)
        }
        var indices: [UInt8] = []
        indices.reserveCapacity(header.transitions)
        for _ in 0..<header.transitions { indices.append(try byte()) }
        var offsets: [Int32] = []
        for _ in 0..<header.types {
            let offset = try number(size: 4)
            guard abs(offset) <= Int64(ZoneRules.greatestOffset) else { throw .offsetOutOfRange(seconds: Int(offset)) }
            offsets.append(Int32(offset))
            // Whether it is summer time, and its abbreviation, matter to nobody here.
            try skip(2)
        }
        var transitions: [ZoneRules.Transition] = []
        transitions.reserveCapacity(times.count)
        for (time, index) in zip(times, indices) {
            guard Int(index) < offsets.count else { throw .badTypeIndex(index) }
            transitions.append(
                ZoneRules.Transition(at: Timestamp(seconds: time).milliseconds, offset: offsets[Int(index)]))
        }
        return ZoneRules(sorted: transitions, initialOffset: offsets[0], footer: footer)
    }

    /// The `TZ` string between two newlines; nil where it is empty, so that nothing is known of the future.
    mutating func footer() throws(ZoneRules.Malformed) -> PosixTZ? {
        let newline = UInt8(ascii: "\n")
        guard try byte() == newline else { throw .badFooter("") }
        guard let end = bytes[at...].firstIndex(of: newline) else { throw .truncated(at: bytes.count) }
        let text = bytes[at..<end]
        guard !text.isEmpty else { return nil }
        guard let rule = PosixTZ(text) else { throw .badFooter(String(decoding: text.prefix(80), as: UTF8.self)) }
        return rule
    }
}

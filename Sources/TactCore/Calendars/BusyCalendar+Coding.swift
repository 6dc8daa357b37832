/// The form in which a calendar is kept on disk: compact, versioned, and with nothing in it but times, rules and
/// the names of zones.
extension BusyCalendar {
    private static let version: UInt8 = 1

    /// For the disk.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.version)
        writer.write(zones) { $0.write($1) }
        writer.write(series) { $0.write($1) }
        writer.write(periods) {
            $0.write($1.start)
            $0.write($1.end - $1.start)
            $0.write($1.type.rawValue)
        }
        writer.write(availabilities) {
            $0.write($1.start.map { [$0] } ?? []) { $0.write($1) }
            $0.write($1.end.map { [$0] } ?? []) { $0.write($1) }
            $0.write($1.type.rawValue)
            $0.write($1.priority)
            $0.write($1.available) { $0.write($1) }
        }
        return writer.bytes
    }

    /// Bytes that `encoded` did not write throw or give some calendar; they never trap.
    package init(decoding bytes: [UInt8]) throws(DecodingProblem) {
        var reader = ByteReader(bytes)
        let version = try reader.byte()
        guard version == Self.version else { throw .unknownVersion(version) }
        zones = try reader.list { r throws(DecodingProblem) in try r.zone() }
        series = try reader.list { r throws(DecodingProblem) in try r.series() }
        periods = try reader.list { r throws(DecodingProblem) in
            let start = try r.second()
            return Period(start: start, end: start + (try r.length()), type: try r.type())
        }
        availabilities = try reader.list { r throws(DecodingProblem) in
            Availability(
                start: try r.list { r throws(DecodingProblem) in try r.time() }.first,
                end: try r.list { r throws(DecodingProblem) in try r.time() }.first,
                type: try r.type(), priority: try r.byte(),
                available: try r.list { r throws(DecodingProblem) in try r.series() })
        }
        guard reader.isAtEnd else { throw .malformed }
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ zone: BusyCalendar.Zone) {
        switch zone {
        case .named(let name):
            write(UInt8(0))
            write(name)
        case .defined(let own):
            write(UInt8(1))
            write(own.observances) { writer, observance in
                writer.write(observance.start.seconds)
                writer.write(observance.offsetBefore)
                writer.write(observance.offsetAfter)
                writer.write(observance.rules) { $0.write($1) }
                writer.write(observance.extras) { $0.write($1.seconds) }
            }
        }
    }

    fileprivate mutating func write(_ time: CalendarTime) {
        switch time.zone {
        case .floating: write(UInt8(time.isDate ? 1 : 0))
        case .utc: write(UInt8(2))
        case .unknown: write(UInt8(3))
        case .listed(let index):
            write(UInt8(4))
            write(UInt64(index))
        }
        write(time.isDate ? time.civil.date.days : time.civil.seconds)
    }

    fileprivate mutating func write(_ length: OccurrenceLength) {
        switch length {
        case .until(let end):
            write(UInt8(0))
            write(end)
        case .lasting(let days, let seconds):
            write(UInt8(1))
            write(days)
            write(seconds)
        }
    }

    fileprivate mutating func write(_ series: BusySeries) {
        write(series.start)
        write(series.length)
        write(series.type.rawValue)
        write(series.rules) { $0.write($1) }
        write(series.extras) {
            $0.write($1.start)
            $0.write($1.length.map { [$0] } ?? []) { $0.write($1) }
        }
        write(series.exclusions) { $0.write($1) }
        write(series.overrides) {
            $0.write($1.replaces)
            $0.write(UInt8($1.andFuture ? 1 : 0))
            $0.write($1.start)
            $0.write($1.length)
            $0.write($1.type.rawValue)
        }
    }

    fileprivate mutating func write(_ rule: RecurrenceRule) {
        write(rule.frequency.rawValue)
        write(rule.interval)
        switch rule.end {
        case .never: write(UInt8(0))
        case .count(let count):
            write(UInt8(1))
            write(UInt64(count))
        case .until(let until):
            write(UInt8(2))
            write(until)
        }
        write(UInt8(rule.weekStart.rawValue))
        for bits in [
            rule.seconds, rule.minutes, rule.hours, rule.months, rule.monthDays, rule.weeks, rule.weeksFromEnd,
        ] {
            write(bits)
        }
        write(rule.days) {
            $0.write(Int64($1.ordinal))
            $0.write(UInt8($1.weekday.rawValue))
        }
        write(rule.yearDays) { $0.write(Int64($1)) }
        write(rule.positions) { $0.write(Int64($1)) }
    }
}

extension ByteReader {
    /// Within the years 1 to 9999 and what a duration can add; keeps all arithmetic far from overflow.
    fileprivate mutating func second() throws(DecodingProblem) -> Int64 {
        try integer(-70_000_000_000...300_000_000_000)
    }

    fileprivate mutating func length() throws(DecodingProblem) -> Int64 {
        try integer(-OccurrenceLength.longest...(2 * OccurrenceLength.longest))
    }

    fileprivate mutating func type() throws(DecodingProblem) -> BusyType {
        guard let type = BusyType(rawValue: try byte()) else { throw .malformed }
        return type
    }

    fileprivate mutating func weekday() throws(DecodingProblem) -> Weekday {
        guard let day = Weekday(rawValue: Int(try byte())) else { throw .malformed }
        return day
    }

    fileprivate mutating func zone() throws(DecodingProblem) -> BusyCalendar.Zone {
        switch try byte() {
        case 0: return .named(try text())
        case 1:
            let greatest = Int64(ZoneRules.greatestOffset)
            return .defined(
                CustomZone(
                    observances: try list { r throws(DecodingProblem) in
                        CustomZone.Observance(
                            start: CivilDateTime(seconds: try r.second()),
                            offsetBefore: try r.integer(-greatest...greatest),
                            offsetAfter: try r.integer(-greatest...greatest),
                            rules: try r.list { r throws(DecodingProblem) in try r.rule() },
                            extras: try r.list { r throws(DecodingProblem) in CivilDateTime(seconds: try r.second()) })
                    }))
        default: throw .malformed
        }
    }

    fileprivate mutating func time() throws(DecodingProblem) -> CalendarTime {
        switch try byte() {
        case 0: return CalendarTime(CivilDateTime(seconds: try second()), zone: .floating)
        case 1:
            let day = CivilDate(days: try integer(-1_000_000...4_000_000))
            return CalendarTime(CivilDateTime(day), zone: .floating, isDate: true)
        case 2: return CalendarTime(CivilDateTime(seconds: try second()), zone: .utc)
        case 3: return CalendarTime(CivilDateTime(seconds: try second()), zone: .unknown)
        case 4:
            let index = try unsigned()
            guard index < 1 << 31 else { throw .malformed }
            return CalendarTime(CivilDateTime(seconds: try second()), zone: .listed(Int(index)))
        default: throw .malformed
        }
    }

    fileprivate mutating func occurrenceLength() throws(DecodingProblem) -> OccurrenceLength {
        switch try byte() {
        case 0: return .until(try time())
        case 1:
            return .lasting(
                days: try integer(0...(OccurrenceLength.longest / 86_400)),
                seconds: try integer(0...OccurrenceLength.longest))
        default: throw .malformed
        }
    }

    fileprivate mutating func series() throws(DecodingProblem) -> BusySeries {
        var series = BusySeries(start: try time(), length: try occurrenceLength(), type: try type())
        series.rules = try list { r throws(DecodingProblem) in try r.rule() }
        series.extras = try list { r throws(DecodingProblem) in
            BusySeries.Extra(
                start: try r.time(), length: try r.list { r throws(DecodingProblem) in try r.occurrenceLength() }.first)
        }
        series.exclusions = try list { r throws(DecodingProblem) in try r.time() }
        series.overrides = try list { r throws(DecodingProblem) in
            BusySeries.Override(
                replaces: try r.time(), andFuture: try r.byte() != 0, start: try r.time(),
                length: try r.occurrenceLength(), type: try r.type())
        }
        return series
    }

    fileprivate mutating func rule() throws(DecodingProblem) -> RecurrenceRule {
        guard let frequency = RecurrenceRule.Frequency(rawValue: try byte()) else { throw .malformed }
        var rule = RecurrenceRule(frequency)
        rule.interval = try integer(1...1_000_000_000)
        switch try byte() {
        case 0: rule.end = .never
        case 2: rule.end = .until(try time())
        default: throw .malformed
        }
        rule.weekStart = try weekday()
        rule.seconds = try bits(0, 59)
        rule.minutes = try bits(0, 59)
        rule.hours = try bits(0, 23)
        rule.months = try bits(1, 12)
        rule.monthDays = try bits(1, 63)
        rule.weeks = try bits(1, 53)
        rule.weeksFromEnd = try bits(1, 53)
        rule.days = try list { r throws(DecodingProblem) in
            RecurrenceRule.Day(Int8(try r.integer(-53...53)), try r.weekday())
        }
        rule.yearDays = try list { r throws(DecodingProblem) in Int16(try r.integer(-366...366)) }
        rule.positions = try list { r throws(DecodingProblem) in Int16(try r.integer(-366...366)) }
        return rule
    }

    /// A set of bits within `first`…`last`.
    private mutating func bits(_ first: UInt64, _ last: UInt64) throws(DecodingProblem) -> UInt64 {
        let bits = try unsigned()
        let allowed = (UInt64.max >> (63 - last)) & (UInt64.max << first)
        guard bits & ~allowed == 0 else { throw .malformed }
        return bits
    }
}

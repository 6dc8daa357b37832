/// A property whose value is a time, or a list of times or periods: its parameters, read once for all values.
struct TimeProperty {
    private let line: ContentLine
    private let zone: ZoneReference
    private let isDate: Bool

    init(_ line: ContentLine, _ zones: inout CalendarZones) {
        self.line = line
        isDate = line.parameter("VALUE")?.uppercased() == "DATE"
        zone = isDate ? .floating : line.parameter("TZID").map { zones.zone($0, line: line.line) } ?? .floating
    }

    /// Its one value.
    func only(_ zones: inout CalendarZones) throws(ComponentFault) -> CalendarTime {
        do {
            return try time(line.value)
        } catch {
            guard let split = line.splitAtLastColon else { throw error }
            return try TimeProperty(split, &zones).time(split.value)
        }
    }

    /// One value of its list.
    func time(_ item: ArraySlice<UInt8>) throws(ComponentFault) -> CalendarTime {
        guard let time = CalendarTime(item, zone: zone) else {
            throw ComponentFault(line.name, found: item, expected: CalendarTime.expected)
        }
        return isDate ? time.wholeDay : time
    }

    /// One PERIOD of its list: a start, then an end or a duration (RFC 5545, section 3.3.9).
    func period(
        _ item: ArraySlice<UInt8>, slash: Int
    ) throws(ComponentFault) -> (start: CalendarTime, length: OccurrenceLength) {
        let start = try time(item[..<slash])
        let rest = item[(slash + 1)...]
        if let duration = OccurrenceLength(duration: rest) { return (start, duration) }
        let end = try time(rest)
        guard end.zone != start.zone || end.civil > start.civil else {
            throw ComponentFault(line.name, found: item, expected: "a period that ends after it begins")
        }
        guard end.civil.seconds - start.civil.seconds <= OccurrenceLength.longest else {
            throw ComponentFault(line.name, found: item, expected: "a period of at most 100 years")
        }
        return (start, .until(end))
    }
}

extension ContentLine {
    /// The values of a list with commas between; empty ones are left out.
    func forEachItem<Failure: Error>(
        _ body: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = value
        while !rest.isEmpty {
            let end = rest.firstIndex(of: .comma) ?? rest.endIndex
            let item = rest[..<end].trimmed
            if !item.isEmpty { try body(item) }
            rest = rest[min(end + 1, rest.endIndex)...]
        }
    }
}

/// One VEVENT or AVAILABLE, read on its own: which event it belongs to, and when it takes place.
struct EventComponent {
    var line: Int
    /// Nil for an event without an identity; never kept on disk.
    var uid: String?
    var sequence: Int
    /// RECURRENCE-ID: this is an override.
    var replaces: CalendarTime?
    var andFuture = false
    /// Rules may still have a COUNT.
    var series: BusySeries

    /// `method`: METHOD of the calendar, in upper case.
    init(_ component: CalendarComponent, method: String?, zones: inout CalendarZones) throws(ComponentFault) {
        if let fault = component.fault { throw fault }
        line = component.line
        uid = component.first("UID")?.text
        if uid?.isEmpty == true { uid = nil }
        sequence = component.first("SEQUENCE")?.value.integer(digits: 10) ?? 0
        guard let startLine = try component.only("DTSTART") else { throw ComponentFault("DTSTART is missing") }
        var start = try CalendarTime(startLine, zones: &zones)
        var end: CalendarTime?
        if let line = try component.only("DTEND") { end = try CalendarTime(line, zones: &zones) }
        Self.reconcile(component, &start, &end)
        let length = try Self.length(component, start, end)
        series = BusySeries(start: start, length: length, type: Self.type(component, method: method))
        try readRecurrence(component, &zones)
        if let line = try component.only("RECURRENCE-ID") {
            replaces = try CalendarTime(line, zones: &zones)
            andFuture = line.parameter("RANGE")?.uppercased() == "THISANDFUTURE"
        }
    }

    /// Brings start and end to one kind. Exchange marks whole days given as midnights; others mix kinds.
    private static func reconcile(
        _ component: CalendarComponent, _ start: inout CalendarTime, _ end: inout CalendarTime?
    ) {
        let isWholeDays = component.word("X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE"
        let onMidnights = start.civil.secondOfDay == 0 && (end?.civil.secondOfDay ?? 0) == 0
        if start.isDate, let time = end, !time.isDate {
            if time.civil.secondOfDay == 0 { end = time.wholeDay } else { start.isDate = false }
        } else if isWholeDays, onMidnights, start.zone != .utc {
            start = start.wholeDay
            end = end?.wholeDay
        } else if !start.isDate, let date = end, date.isDate {
            end = CalendarTime(date.civil, zone: start.zone)
        }
    }

    private static func length(
        _ component: CalendarComponent, _ start: CalendarTime, _ end: CalendarTime?
    ) throws(ComponentFault) -> OccurrenceLength {
        if let end {
            let length = end.civil.seconds - start.civil.seconds
            // Two zones: a flight to the west may arrive, on the clock, before it leaves.
            guard length >= 0 || start.zone != end.zone && length > -LocalClock.greatestDifference else {
                throw ComponentFault("DTEND is before DTSTART")
            }
            guard length <= OccurrenceLength.longest else { throw ComponentFault("longer than 100 years") }
            return start.isDate && length == 0 ? .lasting(days: 1, seconds: 0) : .until(end)
        }
        guard let line = try component.only("DURATION") else {
            return .lasting(days: start.isDate ? 1 : 0, seconds: 0)
        }
        guard let length = OccurrenceLength(duration: line.value) else {
            throw ComponentFault("DURATION", found: line.value, expected: OccurrenceLength.expected)
        }
        return length
    }

    /// STATUS:CANCELLED frees; then Exchange's own word counts, then TRANSP, then STATUS.
    private static func type(_ component: CalendarComponent, method: String?) -> BusyType {
        let status = component.word("STATUS")
        if status == "CANCELLED" || method == "CANCEL" { return .free }
        switch component.word("X-MICROSOFT-CDO-BUSYSTATUS") {
        case "FREE": return .free
        case "TENTATIVE": return .tentative
        case "BUSY": return .busy
        case "OOF": return .unavailable
        case _ where component.word("TRANSP") == "TRANSPARENT": return .free
        default: return status == "TENTATIVE" ? .tentative : .busy
        }
    }

    private mutating func readRecurrence(
        _ component: CalendarComponent, _ zones: inout CalendarZones
    ) throws(ComponentFault) {
        for line in component.all("RRULE") {
            var rule = try RecurrenceRule(line.value)
            if series.start.isDate {
                guard rule.frequency >= .daily else {
                    throw ComponentFault("RRULE: FREQ=\(rule.frequency.name) does not go with a DTSTART that is a date")
                }
                // RFC 5545, section 3.3.10: to be ignored.
                (rule.hours, rule.minutes, rule.seconds) = (0, 0, 0)
            }
            rule.end.settle(on: series.start)
            if !series.rules.contains(rule) { series.rules.append(rule) }
        }
        for line in component.all("RDATE") {
            for item in line.items { series.extras.append(try extra(item, line, &zones)) }
        }
        for line in component.all("EXDATE") {
            for item in line.items { series.exclusions.append(try CalendarTime(item, of: line, zones: &zones)) }
        }
    }

    private func extra(
        _ item: ArraySlice<UInt8>, _ line: ContentLine, _ zones: inout CalendarZones
    ) throws(ComponentFault) -> BusySeries.Extra {
        guard let slash = item.firstIndex(of: .slash) else {
            var start = try CalendarTime(item, of: line, zones: &zones)
            if start.isDate, !series.start.isDate {
                // The day is given, the time is that of the event.
                start = CalendarTime(
                    CivilDateTime(start.civil.date, secondOfDay: series.start.civil.secondOfDay),
                    zone: series.start.zone)
            } else if !start.isDate, series.start.isDate {
                start = start.wholeDay
            }
            return BusySeries.Extra(start: start)
        }
        let start = try CalendarTime(item[..<slash], of: line, zones: &zones)
        return BusySeries.Extra(
            start: start, length: try OccurrenceLength(item[(slash + 1)...], of: line, from: start, zones: &zones))
    }
}

extension RecurrenceRule.End {
    /// UNTIL of an event whose times are in UTC is compared on its own clock. For whole days, an UNTIL at the edge of
    /// a day of UTC names that day; any other is an instant, which is on some day in the recipient's zone.
    fileprivate mutating func settle(on start: CalendarTime) {
        guard case .until(var until) = self, until.zone == .utc else { return }
        if start.zone == .utc {
            until.zone = .floating
        } else if start.isDate, [0, 86_399].contains(until.civil.secondOfDay) {
            until = until.wholeDay
        }
        self = .until(until)
    }
}

extension ContentLine {
    /// The values of a list with commas between; empty ones are left out.
    var items: [ArraySlice<UInt8>] { value.split(separator: .comma).map(\.trimmed).filter { !$0.isEmpty } }
}

extension CalendarTime {
    /// The value of a property that has one.
    init(_ line: ContentLine, zones: inout CalendarZones) throws(ComponentFault) {
        do {
            try self.init(line.value, of: line, zones: &zones)
        } catch {
            guard let split = line.splitAtLastColon, let time = CalendarTime(split.value, zone: .floating) else {
                throw error
            }
            guard time.zone == .floating, !time.isDate, let name = split.parameter("TZID") else {
                self = time
                return
            }
            self.init(time.civil, zone: zones.zone(name, line: line.line))
        }
    }

    /// One value of `line`, in the zone that its TZID names.
    init(_ item: ArraySlice<UInt8>, of line: ContentLine, zones: inout CalendarZones) throws(ComponentFault) {
        guard var time = CalendarTime(item, zone: .floating) else {
            throw ComponentFault(line.name, found: item, expected: CalendarTime.expected)
        }
        if line.parameter("VALUE")?.uppercased() == "DATE" { time = time.wholeDay }
        if !time.isDate, time.zone == .floating, let name = line.parameter("TZID") {
            time.zone = zones.zone(name, line: line.line)
        }
        self = time
    }
}

extension OccurrenceLength {
    /// The second half of a PERIOD: an end or a duration.
    init(
        _ item: ArraySlice<UInt8>, of line: ContentLine, from start: CalendarTime, zones: inout CalendarZones
    ) throws(ComponentFault) {
        if let duration = OccurrenceLength(duration: item) {
            self = duration
            return
        }
        let end = try CalendarTime(item, of: line, zones: &zones)
        guard end.zone != start.zone || end.civil > start.civil else {
            throw ComponentFault("\(line.name): a period ends before it begins")
        }
        self = .until(end)
    }
}

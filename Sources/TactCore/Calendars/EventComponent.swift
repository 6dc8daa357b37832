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
        var start = try TimeProperty(startLine, &zones).only(&zones)
        var end: CalendarTime?
        if let line = try component.only("DTEND") { end = try TimeProperty(line, &zones).only(&zones) }
        Self.reconcile(component, &start, &end)
        let length = try Self.length(component, start, end)
        series = BusySeries(start: start, length: length, type: Self.type(component, method: method))
        try readRecurrence(component, &zones)
        if let line = try component.only("RECURRENCE-ID") {
            replaces = try TimeProperty(line, &zones).only(&zones)
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
        let ruleLines = component.all("RRULE")
        guard ruleLines.count <= Self.mostRules else {
            throw ComponentFault("RRULE is given \(ruleLines.count) times, expected at most \(Self.mostRules)")
        }
        for line in ruleLines {
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
            let times = TimeProperty(line, &zones)
            try line.forEachItem { item throws(ComponentFault) in series.extras.append(try extra(item, times)) }
        }
        for line in component.all("EXDATE") {
            let times = TimeProperty(line, &zones)
            try line.forEachItem { item throws(ComponentFault) in series.exclusions.append(try times.time(item)) }
        }
    }

    /// RFC 5545 has one in mind.
    private static let mostRules = 32

    private func extra(_ item: ArraySlice<UInt8>, _ times: TimeProperty) throws(ComponentFault) -> BusySeries.Extra {
        guard let slash = item.firstIndex(of: .slash) else {
            var start = try times.time(item)
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
        let (start, length) = try times.period(item, slash: slash)
        return BusySeries.Extra(start: start, length: length)
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

/// From an iCalendar file (RFC 5545, RFC 7953) to what is kept of it.
extension BusyCalendar {
    /// Reads a file in UTF-8. A broken component is left out and reported; the rest is kept. Throws only what makes
    /// the file useless as a whole.
    ///
    /// `knownZone` says whether a name is in the tz database. `outOfTime` is asked now and then.
    package static func parse(
        _ bytes: [UInt8], limits: CalendarLimits = .standard, knownZone: @escaping (String) -> Bool,
        outOfTime: @escaping () -> Bool = { false }
    ) throws(CalendarProblem) -> ParsedCalendar {
        if bytes.count > limits.bytes { throw .tooLarge(bytes: bytes.count, limit: limits.bytes) }
        var budget = ExpansionBudget(limits, outOfTime: outOfTime)
        var reader = CalendarReader(bytes, limits: limits)
        var builder = CalendarBuilder(knownZone: knownZone)
        for calendar in try reader.read(&budget) { try builder.add(calendar, &budget) }
        return try builder.finish(reader.warnings, &budget)
    }
}

/// Puts the components of a file together.
private struct CalendarBuilder {
    private var calendar = BusyCalendar()
    private var zones: CalendarZones
    private var skipped: [SkippedComponent] = []
    private var warnings: [CalendarWarning] = []

    init(knownZone: @escaping (String) -> Bool) { zones = CalendarZones(isKnown: knownZone) }

    mutating func add(_ component: CalendarComponent, _ budget: inout ExpansionBudget) throws(CalendarProblem) {
        zones.enter(component)
        let method = component.word("METHOD")
        var events: [CalendarComponent] = []
        for child in component.children {
            try budget.work(8)
            switch child.name {
            case "VEVENT": events.append(child)
            case "VFREEBUSY": add(freeBusy: child)
            case "VAVAILABILITY": try add(availability: child, &budget)
            default: break
            }
        }
        calendar.series += try series(of: events, method: method, &budget)
    }

    mutating func finish(
        _ more: [CalendarWarning], _ budget: inout ExpansionBudget
    ) throws(CalendarProblem) -> ParsedCalendar {
        for zone in zones.list {
            switch zone {
            case .named: calendar.zones.append(zone)
            case .defined(let own): calendar.zones.append(.defined(try own.counted(&budget)))
            }
        }
        return ParsedCalendar(
            calendar: calendar,
            skipped: (skipped + zones.skipped).sorted { $0.line < $1.line },
            warnings: (warnings + zones.warnings + more).sorted { $0.line < $1.line })
    }

    /// Components of one UID belong together, wherever they stand.
    private mutating func series(
        of components: [CalendarComponent], method: String?, _ budget: inout ExpansionBudget
    ) throws(CalendarProblem) -> [BusySeries] {
        var groups: [[EventComponent]] = []
        var places: [String: Int] = [:]
        for component in components {
            try budget.work(8 + component.properties.count)
            do {
                let event = try EventComponent(component, method: method, zones: &zones)
                note(component, event)
                if let uid = event.uid, let place = places[uid] {
                    groups[place].append(event)
                } else {
                    if let uid = event.uid { places[uid] = groups.count }
                    groups.append([event])
                }
            } catch {
                skipped.append(SkippedComponent(component, error))
            }
        }
        var all: [BusySeries] = []
        for group in groups { all += try EventGroup(group).series(&budget) }
        for series in all {
            try budget.keep(bytes: MemoryLayout<BusySeries>.size + 64 * (series.extras.count + series.exclusions.count))
        }
        return all
    }

    private mutating func note(_ component: CalendarComponent, _ event: EventComponent) {
        if component.first("DTEND") != nil, let line = component.first("DURATION") {
            warnings.note(line.line, "DURATION beside DTEND, ignored")
        }
        if let line = component.first("EXRULE") {
            warnings.note(line.line, "EXRULE is no longer part of iCalendar, ignored")
        }
        if event.replaces != nil, event.series.recurs {
            warnings.note(component.line, "RRULE or RDATE beside RECURRENCE-ID, ignored")
        }
    }

    private mutating func add(freeBusy component: CalendarComponent) {
        let read = FreeBusyComponent(component, zones: &zones)
        calendar.periods += read.periods
        calendar.series += read.series
        skipped += read.faults.map { SkippedComponent(component, $0) }
    }

    private mutating func add(
        availability component: CalendarComponent, _ budget: inout ExpansionBudget
    ) throws(CalendarProblem) {
        do {
            calendar.availabilities.append(try BusyCalendar.Availability(component, zones: &zones))
        } catch {
            skipped.append(SkippedComponent(component, error))
            return
        }
        let hours = component.children.filter { $0.name == "AVAILABLE" }
        calendar.availabilities[calendar.availabilities.count - 1].available =
            try series(of: hours, method: nil, &budget)
    }
}

/// The busy periods of a VFREEBUSY (RFC 5545, section 3.6.4).
struct FreeBusyComponent {
    var periods: [BusyCalendar.Period] = []
    /// Periods that are not in UTC, as they have to be.
    var series: [BusySeries] = []
    /// For the first periods that cannot be read; the others are kept.
    var faults: [ComponentFault] = []

    private static let mostFaults = 10

    init(_ component: CalendarComponent, zones: inout CalendarZones) {
        if let fault = component.fault {
            faults = [fault]
            return
        }
        for line in component.all("FREEBUSY") {
            let type = BusyType(name: line.parameter("FBTYPE") ?? "BUSY")
            guard type.blocks else { continue }
            let times = TimeProperty(line, &zones)
            line.forEachItem { item in
                // A million of bad periods is not worth a million of reasons.
                if faults.count >= Self.mostFaults, !item.contains(.slash) { return }
                do throws(ComponentFault) {
                    try add(item, times, type)
                } catch {
                    if faults.count < Self.mostFaults { faults.append(error) }
                }
            }
        }
    }

    private mutating func add(
        _ item: ArraySlice<UInt8>, _ times: TimeProperty, _ type: BusyType
    ) throws(ComponentFault) {
        guard let slash = item.firstIndex(of: .slash) else {
            throw ComponentFault("FREEBUSY", found: item, expected: "a period such as 20261122T090000Z/PT1H")
        }
        let (start, length) = try times.period(item, slash: slash)
        let begin = start.civil.seconds
        switch length {
        case .until(let end) where start.zone == .utc && end.zone == .utc:
            periods.append(BusyCalendar.Period(start: begin, end: end.civil.seconds, type: type))
        case .lasting(let days, let seconds) where start.zone == .utc:
            periods.append(BusyCalendar.Period(start: begin, end: begin + days * 86_400 + seconds, type: type))
        case .until, .lasting:
            series.append(BusySeries(start: start, length: length, type: type))
        }
    }
}

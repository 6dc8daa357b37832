/// The frame of a VAVAILABILITY (RFC 7953, section 3.1), without its AVAILABLE parts.
extension BusyCalendar.Availability {
    init(_ component: CalendarComponent, zones: inout CalendarZones) throws(ComponentFault) {
        if let fault = component.fault { throw fault }
        if let line = try component.only("DTSTART") { start = try TimeProperty(line, &zones).only(&zones) }
        if let line = try component.only("DTEND") {
            end = try TimeProperty(line, &zones).only(&zones)
        } else if let line = try component.only("DURATION") {
            guard let start, case .lasting(let days, let seconds) = OccurrenceLength(duration: line.value) else {
                throw ComponentFault(
                    "DURATION", found: line.value, expected: "\(OccurrenceLength.expected), and a DTSTART")
            }
            end = CalendarTime(
                CivilDateTime(seconds: start.civil.seconds + days * 86_400 + seconds), zone: start.zone,
                isDate: start.isDate && seconds == 0)
        }
        if let start, let end, start.zone == end.zone, end.civil <= start.civil {
            throw ComponentFault("DTEND is not after DTSTART")
        }
        type = component.first("BUSYTYPE").map { BusyType(name: $0.text) } ?? .unavailable
        if let line = try component.only("PRIORITY") {
            guard let number = line.value.integer(digits: 1) else {
                throw ComponentFault("PRIORITY", found: line.value, expected: "0 to 9")
            }
            priority = UInt8(number)
        } else {
            priority = 0
        }
        available = []
    }
}

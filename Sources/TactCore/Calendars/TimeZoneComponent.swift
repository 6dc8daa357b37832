/// From a VTIMEZONE to a zone of the calendar's own (RFC 5545, section 3.6.5).
extension CustomZone {
    init(_ component: CalendarComponent) throws(ComponentFault) {
        if let fault = component.fault { throw fault }
        observances = []
        for child in component.children { observances.append(try Observance(child)) }
        if observances.isEmpty { throw ComponentFault("expected at least one STANDARD or DAYLIGHT") }
    }
}

extension CustomZone {
    /// The same zone with rules that need no counting.
    func counted(_ budget: inout ExpansionBudget) throws(CalendarProblem) -> CustomZone {
        var zone = self
        for i in zone.observances.indices {
            for j in zone.observances[i].rules.indices {
                let rule = zone.observances[i].rules[j]
                zone.observances[i].rules[j] = try rule.counted(from: zone.observances[i].start, budget: &budget)
            }
        }
        return zone
    }
}

extension CustomZone.Observance {
    init(_ component: CalendarComponent) throws(ComponentFault) {
        if let fault = component.fault { throw fault }
        guard let line = try component.only("DTSTART") else { throw ComponentFault("DTSTART is missing") }
        guard let start = CalendarTime(line.value, zone: .floating) else {
            throw ComponentFault("DTSTART", found: line.value, expected: CalendarTime.expected)
        }
        self.start = start.civil
        offsetBefore = try Self.offset("TZOFFSETFROM", component)
        offsetAfter = try Self.offset("TZOFFSETTO", component)
        rules = []
        for line in component.all("RRULE") {
            let rule = try RecurrenceRule(line.value)
            guard rule.frequency >= .monthly else {
                throw ComponentFault("RRULE of a \(component.name): FREQ=\(rule.frequency.name), expected YEARLY")
            }
            rules.append(rule)
        }
        extras = []
        for line in component.all("RDATE") {
            try line.forEachItem { item throws(ComponentFault) in
                guard let time = CalendarTime(item, zone: .floating) else {
                    throw ComponentFault("RDATE", found: item, expected: CalendarTime.expected)
                }
                extras.append(time.civil)
            }
        }
    }

    /// `+0100`, `-053000`; in seconds.
    private static func offset(_ name: String, _ component: CalendarComponent) throws(ComponentFault) -> Int64 {
        guard let line = try component.only(name) else { throw ComponentFault("\(name) is missing") }
        let value = line.value
        let digits = value.dropFirst()
        guard let sign = value.first, sign == .plus || sign == .hyphen, digits.count == 4 || digits.count == 6,
            let hours = digits.prefix(2).integer(digits: 2), hours <= 23,
            let minutes = digits.dropFirst(2).prefix(2).integer(digits: 2), minutes <= 59,
            let seconds = digits.count == 4 ? 0 : digits.suffix(2).integer(digits: 2), seconds <= 59
        else { throw ComponentFault(name, found: value, expected: "an offset such as +0100 or -0530") }
        return Int64(hours * 3600 + minutes * 60 + seconds) * (sign == .hyphen ? -1 : 1)
    }
}

/// Reads a file into components: unfolds lines, keeps track of BEGIN and END, drops what is not about time.
///
/// Where BEGIN and END do not match, the component that was left open is marked with a fault and reading goes on.
struct CalendarReader {
    /// A component that is being read; nil `component` is one that is passed over.
    private struct Open {
        var name: String
        var line: Int
        var component: CalendarComponent?
    }

    private var lines: ContentLines
    private let limits: CalendarLimits
    private var open: [Open] = []
    private var calendars: [CalendarComponent] = []
    private var events = 0
    private(set) var warnings: [CalendarWarning] = []

    init(_ bytes: [UInt8], limits: CalendarLimits) {
        lines = ContentLines(bytes)
        self.limits = limits
    }

    /// The VCALENDARs of the file, at least one.
    mutating func read(_ budget: inout ExpansionBudget) throws(CalendarProblem) -> [CalendarComponent] {
        while let (bytes, number) = lines.next() {
            try budget.work(1 + bytes.count / 64)
            guard let line = ContentLine(bytes, line: number) else {
                if open.last?.component != nil { warn(number, "not a content line (NAME:VALUE), ignored") }
                continue
            }
            switch line.name {
            case "BEGIN": try begin(line.text.uppercased(), number, &budget)
            case "END": end(line.text.uppercased(), number)
            default:
                guard open.last?.component != nil, CalendarComponent.kept.contains(line.name) else { continue }
                try budget.keep(bytes: line.size)
                open[open.count - 1].component?.properties.append(line)
            }
        }
        if let last = open.last(where: { $0.component != nil }) ?? open.last {
            throw .unfinished(component: String(last.name.prefix(40)), line: last.line)
        }
        if calendars.isEmpty { throw .notACalendar }
        return calendars
    }

    private mutating func begin(
        _ name: String, _ line: Int, _ budget: inout ExpansionBudget
    ) throws(CalendarProblem) {
        if CalendarComponent.topLevel.contains(name), let calendar = lastOpen("VCALENDAR") {
            while open.count > calendar + 1 { close(fault: "has no END:\(open[open.count - 1].name)") }
        }
        guard open.count < Self.deepest else { throw .nestedTooDeeply(line: line, limit: Self.deepest) }
        try budget.keep(bytes: 2 * MemoryLayout<CalendarComponent>.stride)
        let isRead =
            CalendarComponent.reads(name, in: open.last?.name) && (open.isEmpty || open.last?.component != nil)
        if isRead, CalendarComponent.counted.contains(name) {
            events += 1
            if events > limits.events { throw .tooManyEvents(limit: limits.events) }
        }
        open.append(Open(name: name, line: line, component: isRead ? CalendarComponent(name, line: line) : nil))
    }

    private mutating func end(_ name: String, _ line: Int) {
        guard let match = lastOpen(name) else {
            if !open.isEmpty { warn(line, "END:\(name.prefix(40)) without its BEGIN, ignored") }
            return
        }
        while open.count > match + 1 { close(fault: "has no END:\(open[open.count - 1].name)") }
        close(fault: nil)
    }

    private func lastOpen(_ name: String) -> Int? { open.lastIndex { $0.name == name } }

    private mutating func close(fault: String?) {
        guard let last = open.popLast(), var component = last.component else { return }
        if let fault { component.fault = ComponentFault(fault) }
        if last.name == "VCALENDAR" {
            calendars.append(component)
        } else if !open.isEmpty {
            open[open.count - 1].component?.children.append(component)
        }
    }

    private mutating func warn(_ line: Int, _ text: String) { warnings.note(line, text) }

    /// A VALARM in a VEVENT in a VCALENDAR is 3 deep.
    private static let deepest = 16
}

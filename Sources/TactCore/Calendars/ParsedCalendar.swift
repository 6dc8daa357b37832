/// What came of reading a file.
package struct ParsedCalendar: Sendable {
    /// What is kept.
    package var calendar: BusyCalendar
    /// Broken components, by line. The rest of the file is in `calendar`.
    package var skipped: [SkippedComponent]
    /// What was read in spite of a flaw, by line.
    package var warnings: [CalendarWarning]
}

/// A component, or a part of one, that was left out.
package struct SkippedComponent: Hashable, Sendable {
    /// Of its BEGIN, counted from 1.
    package var line: Int
    /// `"VEVENT"`, …
    package var component: String
    /// What was found and what is expected; quotes times and rules, never titles, places or people.
    package var reason: String

    init(_ component: CalendarComponent, _ fault: ComponentFault) {
        line = component.line
        self.component = component.name
        reason = fault.reason
    }
}

extension [CalendarWarning] {
    /// Adds a warning, unless there are very many: nobody reads them, and they take memory.
    mutating func note(_ line: Int, _ text: String) {
        if count < 100 { append(CalendarWarning(line: line, text: text)) }
    }
}

/// A flaw that did not stop anything from being read.
package struct CalendarWarning: Hashable, Sendable {
    /// Counted from 1.
    package var line: Int
    /// One sentence without a full stop.
    package var text: String
}

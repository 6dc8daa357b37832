/// Why a whole calendar is refused; what was in force before stays in force.
package enum CalendarProblem: Error, Hashable, Sendable {
    /// The file has more bytes than the limit.
    case tooLarge(bytes: Int, limit: Int)
    /// More than `limit` VEVENT, VFREEBUSY, VAVAILABILITY and AVAILABLE components.
    case tooManyEvents(limit: Int)
    /// The recurrence rules need more than `limit` steps.
    case tooManySteps(limit: Int)
    /// What has to be kept or expanded needs more than `limit` bytes.
    case tooMuchMemory(limit: Int)
    /// The caller's clock ran out.
    case outOfTime
    /// There is no `BEGIN:VCALENDAR`.
    case notACalendar
    /// Components stand in each other more than `limit` deep.
    case nestedTooDeeply(line: Int, limit: Int)
    /// The file ends inside `component`, which begins on `line`: it was cut off.
    case unfinished(component: String, line: Int)

    /// A stable word for interfaces: `"calendar-too-large"` and so on.
    package var code: String {
        switch self {
        case .tooLarge: "calendar-too-large"
        case .tooManyEvents: "calendar-too-many-events"
        case .tooManySteps: "calendar-too-many-steps"
        case .tooMuchMemory: "calendar-too-much-memory"
        case .outOfTime: "calendar-out-of-time"
        case .notACalendar: "not-a-calendar"
        case .nestedTooDeeply: "calendar-nested-too-deeply"
        case .unfinished: "calendar-unfinished"
        }
    }
}

extension CalendarProblem: CustomStringConvertible {
    /// One sentence: what was found, what is expected, what to do.
    package var description: String {
        switch self {
        case .tooLarge(let bytes, let limit):
            "The calendar has \(bytes) bytes, at most \(limit) are read; export a shorter stretch of time."
        case .tooManyEvents(let limit):
            "The calendar has more than \(limit) events; export a shorter stretch of time."
        case .tooManySteps(let limit):
            "The calendar's recurrence rules need more than \(limit) steps; "
                + "look for an event that recurs every few seconds or minutes, or with a very large COUNT."
        case .tooMuchMemory(let limit):
            "The calendar needs more than \(limit) bytes of memory; export a shorter stretch of time."
        case .outOfTime:
            "Reading the calendar took too long; export a shorter stretch of time."
        case .notACalendar:
            "There is no BEGIN:VCALENDAR; expected an iCalendar file (RFC 5545) in UTF-8."
        case .nestedTooDeeply(let line, let limit):
            "On line \(line) components stand in each other more than \(limit) deep; this is no calendar that people keep."
        case .unfinished(let component, let line):
            "The file ends inside the \(component) that begins on line \(line); it was cut off, send it whole."
        }
    }
}

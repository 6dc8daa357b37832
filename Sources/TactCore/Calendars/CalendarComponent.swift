/// A component as it stands in the file, with only those properties that say when its owner is busy.
struct CalendarComponent {
    /// `"VEVENT"`, …
    var name: String
    /// Of its BEGIN.
    var line: Int
    var properties: [ContentLine] = []
    var children: [CalendarComponent] = []
    /// Why it cannot be used although it was read to its end.
    var fault: ComponentFault?

    init(_ name: String, line: Int) {
        self.name = name
        self.line = line
    }

    /// Properties that are kept while reading; all others are dropped unread.
    static let kept: Set<String> = [
        "BUSYTYPE", "DTEND", "DTSTAMP", "DTSTART", "DURATION", "EXDATE", "EXRULE", "FREEBUSY", "LAST-MODIFIED",
        "METHOD", "PRIORITY", "RDATE", "RECURRENCE-ID", "RRULE", "SEQUENCE", "STATUS", "TRANSP", "TZID",
        "TZOFFSETFROM", "TZOFFSETTO", "UID", "X-LIC-LOCATION", "X-MICROSOFT-CDO-ALLDAYEVENT",
        "X-MICROSOFT-CDO-BUSYSTATUS",
    ]

    /// Whether `child` is read inside `parent`; nil stands for the file.
    static func reads(_ child: String, in parent: String?) -> Bool {
        switch (parent, child) {
        case (nil, "VCALENDAR"), ("VCALENDAR", "VCALENDAR"): true
        case ("VCALENDAR", _): ["VEVENT", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"].contains(child)
        case ("VTIMEZONE", "STANDARD"), ("VTIMEZONE", "DAYLIGHT"), ("VAVAILABILITY", "AVAILABLE"): true
        default: false
        }
    }

    /// Components that can only stand directly in a VCALENDAR.
    static let topLevel: Set<String> = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"]
    /// Components that count against the limit of events.
    static let counted: Set<String> = ["VEVENT", "VFREEBUSY", "VAVAILABILITY", "AVAILABLE"]

    func all(_ name: String) -> [ContentLine] { properties.filter { $0.name == name } }

    func first(_ name: String) -> ContentLine? { properties.first { $0.name == name } }

    /// A property that may stand only once.
    func only(_ name: String) throws(ComponentFault) -> ContentLine? {
        let found = all(name)
        if found.count > 1 { throw ComponentFault("\(name) is given \(found.count) times, expected once") }
        return found.first
    }

    /// The value of `name` in upper case.
    func word(_ name: String) -> String? { first(name)?.text.uppercased() }
}

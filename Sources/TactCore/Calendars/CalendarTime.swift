/// What a wall-clock reading in a calendar refers to.
enum ZoneReference: Hashable, Sendable {
    case utc
    /// The recipient's own zone, whichever that is when the calendar is expanded.
    case floating
    /// One of `BusyCalendar.zones`, by its index.
    case listed(Int)
    /// A name nobody could explain: read as any zone there is.
    case unknown
}

/// A date, or a wall-clock reading in some zone, as a calendar writes it (RFC 5545, sections 3.3.4 and 3.3.5).
struct CalendarTime: Hashable, Sendable {
    /// Midnight for a date.
    var civil: CivilDateTime
    /// `.floating` for a date.
    var zone: ZoneReference
    /// A DATE: the whole day in the recipient's zone.
    var isDate: Bool

    init(_ civil: CivilDateTime, zone: ZoneReference, isDate: Bool = false) {
        self.civil = civil
        self.zone = isDate ? .floating : zone
        self.isDate = isDate
    }

    /// The date on which this reading lies, as a DATE.
    var wholeDay: CalendarTime { CalendarTime(CivilDateTime(civil.date), zone: .floating, isDate: true) }
}

/// How long an occurrence lasts.
enum OccurrenceLength: Hashable, Sendable {
    /// DTEND of the first occurrence; later ones end as much later on the wall clock as they start later.
    case until(CalendarTime)
    /// DURATION: days on the wall clock, then exact seconds (RFC 5545, section 3.3.6).
    case lasting(days: Int64, seconds: Int64)
}

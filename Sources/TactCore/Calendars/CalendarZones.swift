/// Finds out what the TZIDs of a file mean.
///
/// In this order: UTC by one of its names; a name of the tz database; a path that ends in such a name, as libical,
/// Mozilla and Evolution write it; a Windows name; the file's own VTIMEZONE; and if all fails, a zone nobody knows.
struct CalendarZones {
    /// In the order in which they were first used; `ZoneReference.listed` counts in it.
    private(set) var list: [BusyCalendar.Zone] = []
    private var places: [BusyCalendar.Zone: Int] = [:]
    private let isKnown: (String) -> Bool
    /// Of the VCALENDAR that is being read.
    private var definitions: [String: CalendarComponent] = [:]
    private var found: [String: ZoneReference] = [:]
    private(set) var skipped: [SkippedComponent] = []
    private(set) var warnings: [CalendarWarning] = []

    init(isKnown: @escaping (String) -> Bool) { self.isKnown = isKnown }

    /// A VTIMEZONE serves only the VCALENDAR it stands in.
    mutating func enter(_ calendar: CalendarComponent) {
        found = [:]
        definitions = [:]
        for zone in calendar.children where zone.name == "VTIMEZONE" {
            if let name = zone.first("TZID") { definitions[Self.plain(name.text)] = zone }
        }
    }

    mutating func zone(_ tzid: String, line: Int) -> ZoneReference {
        let name = Self.plain(tzid)
        if let known = found[name] { return known }
        let zone = resolve(name, line)
        found[name] = zone
        return zone
    }

    private mutating func resolve(_ name: String, _ line: Int) -> ZoneReference {
        if Self.namesOfUTC.contains(name.lowercased()) { return .utc }
        if let iana = ianaName(name) { return listed(.named(iana)) }
        if let definition = definitions[name] {
            if let place = definition.first("X-LIC-LOCATION")?.text, let iana = ianaName(place) {
                return listed(.named(iana))
            }
            do {
                return listed(.defined(try CustomZone(definition)))
            } catch {
                skipped.append(SkippedComponent(definition, error))
            }
        }
        warnings.note(
            line,
            "TZID \"\(name.prefix(60))\" is neither a name of the tz database nor a Windows name nor a usable VTIMEZONE; "
                + "its times are read as of any zone")
        return .unknown
    }

    private func ianaName(_ name: String) -> String? {
        guard name.utf8.count <= Self.longestName else { return nil }
        if isKnown(name) { return name }
        if let iana = WindowsZones.iana(name), isKnown(iana) { return iana }
        var rest = name[...]
        while let slash = rest.firstIndex(of: "/") {
            rest = rest[rest.index(after: slash)...]
            if rest.contains("/"), isKnown(String(rest)) { return String(rest) }
        }
        let underscored = String(name.map { $0 == " " ? "_" : $0 })
        return underscored != name && underscored.contains("/") && isKnown(underscored) ? underscored : nil
    }

    private mutating func listed(_ zone: BusyCalendar.Zone) -> ZoneReference {
        if let place = places[zone] { return .listed(place) }
        list.append(zone)
        places[zone] = list.count - 1
        return .listed(list.count - 1)
    }

    /// Without quotes and surrounding blanks.
    private static func plain(_ name: String) -> String {
        String(decoding: Array(name.utf8.filter { $0 != .quote })[...].trimmed, as: UTF8.self)
    }

    /// Of a TZID that is looked into, in bytes.
    private static let longestName = 200

    private static let namesOfUTC: Set<String> = [
        "utc", "z", "gmt", "etc/utc", "etc/gmt", "tzone://microsoft/utc", "coordinated universal time",
    ]
}

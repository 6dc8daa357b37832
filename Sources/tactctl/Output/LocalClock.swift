import TactCore
import TactEngine
import TactSettings

/// Tells times to people: in one zone, or in UTC.
struct LocalClock: Sendable {
    /// nil: UTC.
    var zone: Situation.Zone?
    /// The year of which needs not be told; nil: every year is told.
    var now: Timestamp?

    init(zone: Situation.Zone? = nil, now: Timestamp? = nil) {
        self.zone = zone
        self.now = now
    }

    /// `Mon 23 Nov 08:00 (Europe/Paris)`.
    func told(_ t: Timestamp) -> String { localTime(t, zone: zone, now: now) }

    /// `Mon 23 Nov 08:00 +01:00`, for tables.
    func short(_ t: Timestamp) -> String {
        let offset = rules.offset(at: t)
        let distance = CivilTime(seconds: abs(offset)) ?? .midnight
        return day(t) + " " + time(t) + " " + (zone == nil ? "UTC" : (offset < 0 ? "-" : "+") + distance.description)
    }

    /// `Mon 23 Nov`, with the year where it is not this one.
    func day(_ t: Timestamp) -> String { day(rules.local(t).date) }

    func day(_ date: CivilDate) -> String {
        let (year, month, day) = date.parts
        let weekday = date.weekday.name
        let text = weekday.prefix(1).uppercased() + weekday.dropFirst() + " \(day) " + Self.month(month)
        let thisYear = now.map { rules.local($0).date.parts.year }
        return year == thisYear ? text : text + " \(year)"
    }

    /// `08:00`, with seconds where there are any.
    func time(_ t: Timestamp) -> String {
        (CivilTime(seconds: Int(rules.local(t).secondOfDay)) ?? .midnight).description
    }

    var rules: ZoneRules { zone?.rules ?? .utc }
    var zoneName: String { zone?.name ?? "UTC" }

    private static func month(_ month: Int64) -> String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let index = Int(month) - 1
        return names.indices.contains(index) ? names[index] : ""
    }
}

extension Situation.Zone {
    /// A zone of the system's tz database; nil where it has none of that name.
    static func system(_ name: String) -> Situation.Zone? {
        guard (try? ZoneName.check(name)) != nil,
            let bytes = try? SmallFile.read(ZoneDatabase.systemDirectory + "/" + name, limit: 256 * 1024),
            let rules = try? ZoneRules(tzif: bytes)
        else { return nil }
        return Situation.Zone(name: name, rules: rules)
    }
}

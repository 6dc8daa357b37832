import TactCore
import TactSettings

/// Tells times to a person, in their zone and language.
struct LocalTimes: Sendable {
    private static let folder = "/usr/share/zoneinfo"
    private static let largestFile = 256 * 1024

    let language: Language
    let zone: String
    let rules: ZoneRules

    /// In UTC, where the zone is not known.
    init(_ language: Language, zone: String?) {
        self.language = language
        guard let zone, (try? ZoneName.check(zone)) != nil,
            let bytes = try? SmallFile.read(LocalTimes.folder + "/" + zone, limit: LocalTimes.largestFile),
            let rules = try? ZoneRules(tzif: bytes)
        else {
            (self.zone, self.rules) = ("UTC", .utc)
            return
        }
        (self.zone, self.rules) = (zone, rules)
    }

    func date(_ t: Timestamp) -> String { date(rules.local(t).date) }

    func date(_ date: CivilDate) -> String {
        let (year, month, day) = date.parts
        return language(
            "date",
            [
                "weekday": weekday(date), "day": String(day), "year": String(year),
                "month": language.phrases.element("months", Int(month) - 1),
            ])
    }

    /// Monday, as this language writes it.
    func weekday(_ date: CivilDate) -> String {
        let place = Weekday.allCases.firstIndex(of: date.weekday) ?? 0
        return language.phrases.element("weekdays", place)
    }

    func time(_ t: Timestamp) -> String {
        // Seconds are of no use to people.
        let minute = rules.local(t).secondOfDay / 60
        return (CivilTime(seconds: Int(minute * 60)) ?? .midnight).description
    }

    func told(_ t: Timestamp) -> String { language("date_time", ["date": date(t), "time": time(t)]) }

    /// The same for RFC 3339 text; as it is, where it is none.
    func told(_ text: String?) -> String {
        guard let text, let t = try? Timestamp(rfc3339: text) else { return text ?? "" }
        return told(t)
    }

    /// Of all zones that people live in, by their names.
    static let zones: [String] = {
        guard let bytes = try? SmallFile.read(folder + "/zone1970.tab", limit: largestFile) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            if line.hasPrefix("#") { return nil }
            let fields = line.split(separator: "\t")
            return fields.count > 2 ? String(fields[2]) : nil
        }.sorted()
    }()

    /// They as options of a list: a template without places, for filled in one by one they would take longer than all
    /// else on their page. Names that hold what HTML would take for its own are left out; there are none.
    static let options = zones.filter { zone in
        !zone.utf8.contains { [UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "{")].contains($0) }
    }.map { "<option>\($0)</option>" }.joined()
}

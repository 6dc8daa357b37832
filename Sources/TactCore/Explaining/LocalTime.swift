/// An instant for people: `Mon 23 Nov 08:00 (Europe/Paris)`; without a zone `Mon 23 Nov 07:00 (UTC)`.
///
/// Seconds are written where there are any, the year where `now` is given and lies in another. A reading that the
/// clock shows twice gets its distance from UTC: `Sun 25 Oct 02:30 (Europe/Paris, UTC+01:00)`. Milliseconds are cut.
package func localTime(
    _ t: Timestamp, zone: Situation.Zone?, now: Timestamp? = nil, in language: SentenceLanguage = .english
) -> String {
    language.phrases.localTime(t, zone: zone, now: now)
}

extension Phrases {
    func localTime(_ t: Timestamp, zone: Situation.Zone?, now: Timestamp?) -> String {
        self(
            "reading_zone",
            ["reading": clockReading(t, zone?.rules ?? .utc, now: now), "zone": zoneNote(t, zone)])
    }

    /// For somebody whose zone is not known, and who is told so.
    func timeInUTC(_ t: Timestamp, now: Timestamp) -> String {
        self("reading_unknown_zone", ["reading": clockReading(t, .utc, now: now)])
    }

    /// `Mon 23 Nov 08:00`.
    private func clockReading(_ t: Timestamp, _ rules: ZoneRules, now: Timestamp?) -> String {
        let local = rules.local(writable(t))
        let isFar = now.map { rules.local(writable($0)).date.parts.year != local.date.parts.year } ?? false
        // A reading never lies outside the day.
        let time = CivilTime(seconds: Int(local.secondOfDay)) ?? .midnight
        return self("reading", ["date": date(local.date, isFar ? "date_year" : "date"), "time": time.description])
    }

    /// `20 Nov 2026`, by itself.
    func day(_ t: Timestamp, _ rules: ZoneRules) -> String { date(rules.local(writable(t)).date, "day") }

    private func date(_ date: CivilDate, _ form: String) -> String {
        let (year, month, day) = date.parts
        return self(
            form,
            [
                "weekday": weekday(date.weekday), "day": day == 1 ? self("first_day") : String(day),
                "month": element("months", Int(month) - 1), "year": String(year),
            ])
    }

    func weekday(_ day: Weekday) -> String {
        element("weekdays", Weekday.allCases.firstIndex(of: day) ?? 0)
    }

    /// `Europe/Paris`, with the distance from UTC where the reading alone would be ambiguous; `UTC` without a zone.
    private func zoneNote(_ t: Timestamp, _ zone: Situation.Zone?) -> String {
        guard let zone else { return "UTC" }
        let t = writable(t)
        switch zone.rules.reading(zone.rules.local(t)) {
        case .one, .gap: return zone.name
        case .fold: return self("zone_fold", ["zone": zone.name, "offset": distanceFromUTC(zone.rules.offset(at: t))])
        }
    }
}

/// `UTC+05:30`, of seconds east of it.
private func distanceFromUTC(_ offset: Int) -> String {
    // A CivilTime, because it is written in the same form; no clock is a day away.
    let time = CivilTime(seconds: abs(offset)) ?? .endOfDay
    return (offset < 0 ? "UTC-" : "UTC+") + time.description
}

private func writable(_ t: Timestamp) -> Timestamp {
    min(max(t, .earliestWritable), .latestWritable)
}

/// An instant for people: `Mon 23 Nov 08:00 (Europe/Paris)`; without a zone `Mon 23 Nov 07:00 (UTC)`.
///
/// Seconds are written where there are any, the year where `now` is given and lies in another. A reading that the
/// clock shows twice gets its distance from UTC: `Sun 25 Oct 02:30 (Europe/Paris, UTC+01:00)`. Milliseconds are cut.
package func localTime(_ t: Timestamp, zone: Situation.Zone?, now: Timestamp? = nil) -> String {
    clockReading(t, zone?.rules ?? .utc, now: now) + " (" + zoneNote(t, zone) + ")"
}

/// `Mon 23 Nov 08:00`.
func clockReading(_ t: Timestamp, _ rules: ZoneRules, now: Timestamp?) -> String {
    let local = rules.local(writable(t))
    let date = local.date
    let (year, month, day) = date.parts
    let weekday = date.weekday.name
    var text = weekday.prefix(1).uppercased() + weekday.dropFirst() + " \(day) \(monthName(month))"
    if let now, rules.local(writable(now)).date.parts.year != year { text += " \(year)" }
    // A reading never lies outside the day.
    let time = CivilTime(seconds: Int(local.secondOfDay)) ?? .midnight
    return text + " \(time)"
}

/// `Europe/Paris`, with the distance from UTC where the reading alone would be ambiguous; `UTC` without a zone.
func zoneNote(_ t: Timestamp, _ zone: Situation.Zone?) -> String {
    guard let zone else { return "UTC" }
    let t = writable(t)
    switch zone.rules.reading(zone.rules.local(t)) {
    case .one, .gap: return zone.name
    case .fold: return "\(zone.name), \(distanceFromUTC(zone.rules.offset(at: t)))"
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

private func monthName(_ month: Int64) -> String {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let index = Int(month) - 1
    return names.indices.contains(index) ? names[index] : ""
}

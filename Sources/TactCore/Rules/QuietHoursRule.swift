/// Weekly local windows in which the recipient wants no interruption. With several plausible zones, it is quiet
/// where it is quiet in any of them.
enum QuietHoursRule {
    static func verdict(_ c: borrowing Case, at t: Timestamp) -> Verdict {
        guard c.respectsQuietHours, let quiet = c.situation.quietHours, !quiet.isEmpty else {
            return .notApplicable
        }
        guard !c.situation.zones.isEmpty else { return .holds(.timeZoneUnknown, until: nil) }
        for zone in c.situation.zones {
            guard quiet.interval(containing: t, in: zone.rules, as: .blocked) != nil else { continue }
            let until = quiet.firstOutside(from: t, anyOf: c.situation.zones)
            return .holds(.quietHours, until: until, isEdge: true, detail: detail(of: quiet, at: t, in: zone.rules))
        }
        return .permits
    }

    /// The hours as the recipient knows them, which a clock change does not touch. A week that is quiet throughout has
    /// none to tell.
    private static func detail(of quiet: WeeklyWindows, at t: Timestamp, in zone: ZoneRules) -> Finding.Detail? {
        guard let (start, end) = quiet.stretch(blocking: t, in: zone) else { return nil }
        let day: Int64 = 86_400
        let declared = quiet.windows.first { window in
            end - start == Int64(window.length) && end - start < day && start % day == Int64(window.start.seconds)
        }
        return declared == nil ? .stretch(start: start, end: end) : .window(start: start % day, end: end % day)
    }
}

extension WeeklyWindows {
    /// The first instant at or after `t` that lies outside in every one of the zones; nil: there is none.
    func firstOutside(from t: Timestamp, anyOf zones: [Situation.Zone]) -> Timestamp? {
        if zones.count == 1 { return firstOutside(from: t, in: zones[0].rules) }
        return firstOutside(from: t, anyOf: zones.map(\.rules))
    }

    /// The first instant at or after `t` that lies inside in all of the zones; nil: there is none in reach.
    func firstInside(from t: Timestamp, allOf zones: [Situation.Zone]) -> Timestamp? {
        if zones.count == 1 { return firstInside(from: t, in: zones[0].rules) }
        return firstInside(from: t, allOf: zones.map(\.rules))
    }
}

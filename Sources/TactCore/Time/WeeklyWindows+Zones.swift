/// The pattern where the zone is one of several and nobody knows which.
extension WeeklyWindows {
    /// How far ahead an instant is sought that suits all zones.
    private static let lookAhead = Duration.days(400)

    /// The first instant at or after `t` that is blocked in none of `zones`; nil if there is none within 400 days.
    package func firstOutside(from t: Timestamp, anyOf zones: [ZoneRules]) -> Timestamp? {
        leapfrog(from: t, zones) { firstOutside(from: $0, in: $1) }
    }

    /// The first instant at or after `t` that is permitted in every one of `zones`; nil if there is none within 400
    /// days.
    package func firstInside(from t: Timestamp, allOf zones: [ZoneRules]) -> Timestamp? {
        leapfrog(from: t, zones) { firstInside(from: $0, in: $1) }
    }

    /// Moves to the latest answer until all zones agree. Every move passes an edge of a stretch, so this ends.
    private func leapfrog(
        from t: Timestamp, _ zones: [ZoneRules], _ first: (Timestamp, ZoneRules) -> Timestamp?
    ) -> Timestamp? {
        var candidate = t
        var agreeing = 0
        while agreeing < zones.count {
            for zone in zones {
                guard let answer = first(candidate, zone), answer <= t + Self.lookAhead else { return nil }
                agreeing = answer == candidate ? agreeing + 1 : 1
                candidate = answer
                if agreeing == zones.count { break }
            }
        }
        return candidate
    }
}

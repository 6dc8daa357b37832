/// Outside its windows, policy or law forbids sending. With several plausible zones, only what is inside in all of
/// them may go.
enum SendWindowRule {
    static func verdict(_ window: SendWindow, _ c: borrowing Case, at t: Timestamp) -> Verdict {
        guard binds(window, c) else { return .notApplicable }
        guard !c.situation.zones.isEmpty else {
            return .holds(.timeZoneUnknown, until: nil, name: window.name)
        }
        let inside = window.windows.firstInside(from: t, allOf: c.situation.zones)
        return inside == t ? .permits : .holds(.sendWindow, until: inside, isEdge: true, name: window.name)
    }

    /// Whether the window's filters take in the case. Where the country is not known, it binds if it may.
    static func binds(_ window: SendWindow, _ c: borrowing Case) -> Bool {
        if !window.channels.isEmpty, !window.channels.contains(c.channel.name) { return false }
        if !window.kinds.isEmpty, !window.kinds.contains(c.topic.kind) { return false }
        if !window.topics.isEmpty, !window.topics.contains(c.topic.name) { return false }
        guard !window.countries.isEmpty, let countries = c.situation.countries else { return true }
        return !window.countries.isDisjoint(with: countries)
    }
}

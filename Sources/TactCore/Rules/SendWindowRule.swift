/// Outside its windows, policy or law forbids sending. With several plausible zones, only what is inside in all of
/// them may go.
enum SendWindowRule {
    static func verdict(_ window: borrowing BoundWindow, _ c: borrowing Case, at t: Timestamp) -> Verdict {
        guard !c.situation.zones.isEmpty else {
            return .holds(.timeZoneUnknown, until: nil, name: window.name)
        }
        let inside = window.windows.firstInside(from: t, allOf: c.situation.zones)
        return inside == t ? .permits : .holds(.sendWindow, until: inside, isEdge: true, name: window.name)
    }
}

/// A send window that binds a case.
struct BoundWindow {
    let name: String
    let windows: WeeklyWindows
    /// It binds this channel and perhaps no other.
    let isOfChannel: Bool
}

extension [SendWindow] {
    /// Those that bind a message of the topic on the channel.
    func bound(_ topic: borrowing Topic, _ channel: borrowing Channel, _ situation: borrowing Situation)
        -> [BoundWindow]
    {
        var bound: [BoundWindow] = []
        for index in indices where self[index].binds(topic, channel, situation) {
            bound.append(
                BoundWindow(
                    name: self[index].name, windows: self[index].windows, isOfChannel: !self[index].channels.isEmpty))
        }
        return bound
    }
}

extension SendWindow {
    /// Whether the filters take in such a message. Where the country is not known, it binds if it may.
    fileprivate func binds(
        _ topic: borrowing Topic, _ channel: borrowing Channel, _ situation: borrowing Situation
    ) -> Bool {
        if !channels.isEmpty, !channels.contains(channel.name) { return false }
        if !kinds.isEmpty, !kinds.contains(topic.kind) { return false }
        if !topics.isEmpty, !topics.contains(topic.name) { return false }
        guard !countries.isEmpty, let known = situation.countries else { return true }
        return !countries.isDisjoint(with: known)
    }
}

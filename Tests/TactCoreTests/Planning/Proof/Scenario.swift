import TactCore

/// A recipient, a policy, what has been delivered and what is pending: all that the planner and the reference are told.
struct Scenario: Sendable {
    var policy = Policy(version: "proof")
    /// What a zone that is not known may be; one, if it is known.
    var zones: [ProofZone] = []
    var zoneIsKnown = false
    var countries: Set<String>?
    var quietHours: [LocalWindow]?
    var pausedUntil: Timestamp?
    var addresses: Set<String> = []
    var busy: [Interval] = []
    var heldChannels: Set<String> = []
    var completedSubjects: [String: Timestamp] = [:]
    var deliveries: [Delivery] = []
    var pending: [Message] = []
    var now = Timestamp(milliseconds: 0)

    static let recipient = "ann"

    var attributes: [String: AttributeFact] = [:]

    var situation: Situation {
        Situation(
            recipient: Self.recipient, zones: zones.map(\.zone), zoneIsKnown: zoneIsKnown, countries: countries,
            quietHours: quietHours.map(WeeklyWindows.init), pausedUntil: pausedUntil, addresses: addresses,
            attributes: attributes,
            busy: BusyIntervals(merging: busy.map { BusyInterval(start: $0.start, end: $0.end, type: .busy) }),
            heldChannels: heldChannels, completedSubjects: completedSubjects)
    }

    var agenda: Agenda {
        Agenda(situation: situation, policy: policy, deliveries: deliveries, pending: pending)
    }
}

extension Scenario {
    /// Scenarios with a little less in them, for finding what a failure needs.
    var simpler: [Scenario] {
        var all: [Scenario] = []
        func without<T>(_ path: WritableKeyPath<Scenario, [T]>) {
            for index in self[keyPath: path].indices {
                var less = self
                less[keyPath: path].remove(at: index)
                all.append(less)
            }
        }
        func with(_ change: (inout Scenario) -> Void) {
            var less = self
            change(&less)
            all.append(less)
        }
        without(\.pending)
        without(\.deliveries)
        without(\.busy)
        without(\.policy.caps)
        without(\.policy.sendWindows)
        if quietHours != nil { with { $0.quietHours = nil } }
        if pausedUntil != nil { with { $0.pausedUntil = nil } }
        if zones.count > 1 { without(\.zones) }
        for index in pending.indices {
            for channel in pending[index].channels.indices where pending[index].channels.count > 1 {
                with { $0.pending[index].channels.remove(at: channel) }
            }
            if pending[index].plan != nil { with { $0.pending[index].plan = nil } }
            if pending[index].edge != nil { with { $0.pending[index].edge = nil } }
            if pending[index].notBefore != nil { with { $0.pending[index].notBefore = nil } }
        }
        return all
    }
}

extension Scenario: CustomStringConvertible {
    var description: String {
        var lines = ["now \(now)"]
        lines.append(
            "zones \(zones.map(\.zone.name))\(zoneIsKnown ? "" : "?"), countries \(countries.map { $0.sorted() } ?? ["?"])"
        )
        if let quietHours { lines.append("quiet \(quietHours.map(\.description))") }
        if let pausedUntil { lines.append("paused until \(pausedUntil)") }
        lines.append("addresses \(addresses.sorted()), held \(heldChannels.sorted()), completed \(completedSubjects)")
        lines += busy.map { "busy \($0.start) – \($0.end)" }
        for topic in policy.topics {
            let respects = topic.respects.map(\.rawValue).sorted()
            lines.append("topic \(topic.name) \(topic.kind) respects \(respects) max_wait \(text(topic.maxWait))")
        }
        for channel in policy.channels {
            lines.append("channel \(channel.name) address \(channel.address) spread \(channel.spread.milliseconds) ms")
        }
        for window in policy.sendWindows {
            lines.append(
                "send window \(window.name) countries \(window.countries) channels \(window.channels) kinds "
                    + "\(window.kinds) topics \(window.topics): \(window.windows)")
        }
        for cap in policy.caps {
            lines.append(
                "cap \(cap.name) \(cap.limit) per \(cap.period) topics \(cap.topics) kinds \(cap.kinds) channels "
                    + "\(cap.channels) senders \(cap.senders) each \(cap.each.map(\.rawValue).sorted()) over \(cap.over)"
            )
        }
        lines += deliveries.map { "delivered \($0.at) \($0.topic) by \($0.channel) from \($0.sender) (\($0.message))" }
        for m in pending {
            lines.append(
                "message \(m.number) \(m.topic) by \(m.channels) from \(m.sender) \(m.urgency) \(m.relevance) submitted "
                    + "\(m.submittedAt) not before \(text(m.notBefore)) retry \(text(m.retryAt)) expires "
                    + "\(text(m.expiresAt)) waits from \(m.waitsFrom) subject \(m.subject ?? "-") plan "
                    + "\(text(m.plan?.at)) \(m.plan?.channel ?? "") edge \(text(m.edge))")
        }
        return lines.joined(separator: "\n")
    }

    private func text(_ t: Timestamp?) -> String { t.map { "\($0)" } ?? "-" }
    private func text(_ d: Duration?) -> String { d.map { "\($0.milliseconds) ms" } ?? "-" }
}

extension Scenario {
    /// Whether some cap suppresses.
    var suppresses: Bool { policy.caps.contains { $0.over == .suppress } }

    /// Takes out what planning again at a later instant may decide otherwise though nothing has happened. One edge is
    /// remembered for a message: where two of its channels are spread, another may win. A channel that a cap
    /// suppresses while another is left may come back when that cap has room again. Where a sliding cap ends just
    /// when quiet hours do, it depends on when the search begins which of them it meets.
    mutating func keepWhatTimeLeaves() {
        let spread = policy.channels.firstIndex { $0.spread > .zero }
        for index in policy.channels.indices where index != spread { policy.channels[index].spread = .zero }
        for index in policy.caps.indices { keepOffEdges(&policy.caps[index]) }
        guard suppresses else { return }
        for index in pending.indices { pending[index].channels = Array(pending[index].channels.prefix(1)) }
    }

    private func keepOffEdges(_ cap: inout Cap) {
        switch cap.period {
        case .sliding(let length): cap.period = .sliding(length + Duration(milliseconds: 1237))
        case .calendar(let period) where !zoneIsKnown:
            cap.period = .sliding(period.longest + Duration(milliseconds: 1237))
        case .calendar: break
        }
    }
}

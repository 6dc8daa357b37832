import TactCore

/// What counts under caps.
struct Taken {
    var at: Timestamp
    var topic: String
    var channel: String
    var sender: String
}

/// A message, a channel, and what is reserved for the messages ranked above.
struct Asked {
    var scenario: Scenario
    var message: Message
    var topic: Topic
    var channel: Channel
    var slots: [Taken]
    var hours: AllHours

    /// All that may hold, in the order of the rules.
    var holders: [Holder] { [pause, held, quiet, busy].compactMap { $0 } + sendWindows + caps(judging: false) }

    private var pause: Holder? {
        guard topic.respects.contains(.pause), let until = scenario.pausedUntil else { return nil }
        return Holder(rule: .pause, code: .paused, beginnings: [until], isEdge: { _ in true }) { t, _ in t >= until }
    }

    private var held: Holder? {
        guard scenario.heldChannels.contains(channel.name) else { return nil }
        return Holder(rule: .channel, code: .channelHeld) { _, _ in false }
    }

    private var quiet: Holder? {
        guard topic.respects.contains(.quietHours), let windows = scenario.quietHours, !windows.isEmpty else {
            return nil
        }
        guard !scenario.zones.isEmpty else {
            return Holder(rule: .quietHours, code: .timeZoneUnknown) { _, _ in false }
        }
        let hours = hours.quiet
        return Holder(rule: .quietHours, code: .quietHours, hours: hours, isEdge: { _ in true }) { t, _ in
            hours.isOpen(t)
        }
    }

    private var busy: Holder? {
        let busy = scenario.busy
        guard topic.respects.contains(.busy), !busy.isEmpty else { return nil }
        let bound = topic.maxWait.map { message.waitsFrom + $0 } ?? .distantFuture
        func isFree(_ t: Timestamp) -> Bool { !busy.contains { $0.contains(t) } }
        return Holder(rule: .busy, code: .busy, beginnings: busy.map(\.end) + [bound], isEdge: isFree) { t, _ in
            isFree(t) || t >= bound
        }
    }

    private var sendWindows: [Holder] {
        zip(scenario.policy.sendWindows, hours.send).filter { binds($0.0) }.map { window, hours in
            guard !scenario.zones.isEmpty else {
                return Holder(rule: .sendWindow, code: .timeZoneUnknown, name: window.name) { _, _ in false }
            }
            return Holder(
                rule: .sendWindow, code: .sendWindow, name: window.name, hours: hours, isEdge: { _ in true }
            ) { t, _ in hours.isOpen(t) }
        }
    }

    private func binds(_ window: SendWindow) -> Bool {
        let inCountry =
            window.countries.isEmpty || (scenario.countries.map { !$0.intersection(window.countries).isEmpty } ?? true)
        return inCountry && (window.channels.isEmpty || window.channels.contains(channel.name))
            && (window.kinds.isEmpty || window.kinds.contains(topic.kind))
            && (window.topics.isEmpty || window.topics.contains(topic.name))
    }

    // MARK: Caps

    /// The caps that bind: those that suppress, or those that hold.
    func caps(judging: Bool) -> [Holder] {
        guard topic.respects.contains(.caps) else { return [] }
        let me = Taken(at: scenario.now, topic: topic.name, channel: channel.name, sender: message.sender)
        return scenario.policy.caps.filter { ($0.over == .suppress) == judging && counts(me, $0) }.map {
            holder($0, me)
        }
    }

    private func holder(_ cap: Cap, _ me: Taken) -> Holder {
        let delivered = scenario.deliveries.filter { $0.message != message.number }
            .map { Taken(at: $0.at, topic: $0.topic, channel: $0.channel, sender: $0.sender) }
            .filter { counts($0, cap) && isCounted($0, with: me, cap) }.map(\.at)
        let reserved = slots.filter { counts($0, cap) && isCounted($0, with: me, cap) }.map(\.at)
        let all = delivered + reserved
        func length(_ period: Duration) -> Holder {
            Holder(rule: .cap, code: .cap, name: cap.name, beginnings: all.map { $0 + period }) { t, slotsCount in
                fits(t, among: slotsCount ? all : delivered, limit: cap.limit, per: period)
            }
        }
        switch cap.period {
        case .sliding(let period): return length(period)
        case .calendar(let period):
            guard scenario.zoneIsKnown, let clock = scenario.zones.first?.clock else {
                let hours: Int64 =
                    switch period {
                    case .day: 25;
                    case .isoWeek: 7 * 24 + 1;
                    case .month: 31 * 24 + 1
                    }
                return length(.hours(hours))
            }
            return Holder(rule: .cap, code: .cap, name: cap.name, followsClock: true, isEdge: { _ in true }) {
                t, slotsCount in
                let mine = clock.period(period, t)
                return (slotsCount ? all : delivered).filter { clock.period(period, $0) == mine }.count < cap.limit
            }
        }
    }

    /// With one more delivery at `t`, no `(x − per, x]` that holds it holds more than `limit`. The fullest of these
    /// windows end at a delivery, so it is enough to look at those.
    private func fits(_ t: Timestamp, among taken: [Timestamp], limit: Int, per: Duration) -> Bool {
        func isCrowded(_ x: Timestamp) -> Bool {
            guard t <= x, x - t < per else { return false }
            return taken.count { $0 <= x && x - $0 < per } + 1 > limit
        }
        return !isCrowded(t) && !taken.contains(where: isCrowded)
    }

    /// Whether the cap's filters take in such a delivery.
    private func counts(_ taken: Taken, _ cap: Cap) -> Bool {
        guard let topic = scenario.policy.topics.first(where: { $0.name == taken.topic }) else { return false }
        return topic.respects.contains(.caps) && (cap.topics.isEmpty || cap.topics.contains(taken.topic))
            && (cap.kinds.isEmpty || cap.kinds.contains(topic.kind))
            && (cap.channels.isEmpty || cap.channels.contains(taken.channel))
            && (cap.senders.isEmpty || cap.senders.contains(taken.sender))
    }

    /// Whether the cap does not count the two apart.
    private func isCounted(_ taken: Taken, with me: Taken, _ cap: Cap) -> Bool {
        cap.each.allSatisfy { each in
            switch each {
            case .topic: taken.topic == me.topic
            case .channel: taken.channel == me.channel
            case .sender: taken.sender == me.sender
            }
        }
    }
}

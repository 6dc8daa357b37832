import TactCore

/// What happened to an agenda.
struct Happening {
    enum What {
        case added(Message, isSuppressed: Bool)
        case judged(Int64)
        case released(Int64, lateness: Duration)
        case removed(Int64)
        case changed(String)
        case discounted(Delivery)
        case lapsed(Int64)
        case nothing

        var kind: String { String("\(self)".prefix { $0 != "(" }) }
    }

    var what: What
    /// The message that it happened to, and the one that it took the place of.
    var about: Int64?
    var replaced: Int64?
    var changes: [Agenda.Change] = []
    /// Whether all plans are now as a new agenda would make them. What is due and what a release in time has touched
    /// is decided again at its own release, and is not planned again before.
    var isExact = true
    var problem: String?
}

extension AgendaRun {
    mutating func happen() -> Happening {
        switch maker.dice.roll(1...100) {
        case 1...25: add()
        case 26...60: release()
        case 61...68: judge()
        case 69...76: remove()
        case 77...88: change()
        case 89...93: discount()
        default: lapse()
        }
    }

    private mutating func anyPending() -> Message? {
        agenda.pending.isEmpty ? nil : maker.dice.pick(from: agenda.pending)
    }

    private func noneIsDue(but number: Int64? = nil) -> Bool {
        !agenda.pending.contains { isDue($0) && $0.number != number }
    }

    /// Whether what is due follows the time whenever something is planned anew: it reserves now.
    private func dueReserves(but number: Int64? = nil) -> Bool {
        agenda.pending.allSatisfy { message in
            !isDue(message) || message.number == number || isSurelyReserved(message)
        }
    }

    /// Whether a slot is reserved for it, whatever it is.
    private func isSurelyReserved(_ message: Message) -> Bool {
        let topic = maker.scenario.policy.topic(message.topic)
        return (message.plan.map { now - $0.at <= Agenda.overdueReservation } ?? false)
            && (topic?.respects.contains(.caps) ?? false)
            && maker.scenario.policy.caps.contains {
                $0.over != .suppress && $0.topics.isEmpty && $0.kinds.isEmpty && $0.channels.isEmpty
                    && $0.senders.isEmpty
            }
    }

    private var nothing: Happening { Happening(what: .nothing, isExact: noneIsDue()) }

    private mutating func add() -> Happening {
        add(newMessage(), replacing: maker.dice.chance(25) ? anyPending()?.number : nil)
    }

    private mutating func add(_ message: Message, replacing older: Int64? = nil, lapsed: Delivery? = nil) -> Happening {
        let settled = noneIsDue() || dueReserves()
        var next = agenda
        let (decision, others) = next.add(message, replacing: older, lapsed: lapsed, now: now)
        let isSuppressed = decision.outcome == .suppress
        var happening = Happening(
            what: lapsed == nil ? .added(message, isSuppressed: isSuppressed) : .lapsed(message.number),
            about: message.number, isExact: settled)
        // One that is suppressed replaces nothing.
        guard !isSuppressed else {
            happening.isExact = noneIsDue()
            return happening
        }
        agenda = next
        happening.replaced = older
        happening.changes = others
        if agenda.message(message.number)?.plan != decision.plan {
            happening.problem = "the decision is not what was planned"
        }
        return happening
    }

    /// What a new agenda decides of a message.
    private func expected(_ number: Int64) -> Message? {
        var fresh = Agenda(
            situation: maker.scenario.situation, policy: maker.scenario.policy, deliveries: maker.scenario.deliveries,
            pending: agenda.pending)
        _ = fresh.replan(now: now)
        return fresh.message(number)
    }

    private mutating func judged(_ number: Int64) -> (happening: Happening, channel: String?) {
        var happening = Happening(what: .judged(number), about: number)
        happening.isExact = noneIsDue()
        let expected = expected(number)
        let canTell = dueReserves(but: number)
        guard let (decision, others) = agenda.judge(number, now: now) else {
            happening.problem = "cannot be judged"
            return (happening, nil)
        }
        happening.changes = others
        guard canTell else { return (happening, channel(decision)) }
        let found = agenda.message(number)
        if found?.plan != expected?.plan || (decision.outcome == .suppress) != (expected == nil) {
            happening.problem = "judging \(number) gives \(decision), a new agenda has \(String(describing: expected))"
        }
        return (happening, channel(decision))
    }

    private func channel(_ decision: Decision) -> String? {
        if case .deliver(let channel) = decision.outcome { channel } else { nil }
    }

    private mutating func judge() -> Happening {
        guard let message = anyPending() else { return nothing }
        return judged(message.number).happening
    }

    private mutating func release() -> Happening {
        let due = agenda.pending.filter(isDue)
        guard let message = maker.dice.chance(70) ? due.first : due.last else { return nothing }
        let (judging, channel) = judged(message.number)
        guard judging.problem == nil, let channel, let before = agenda.message(message.number) else { return judging }
        let delivery = Delivery(
            message: message.number, at: now, topic: message.topic, channel: channel, sender: message.sender)
        let lateness = now - (before.plan?.at ?? now)
        var happening = Happening(what: .released(message.number, lateness: lateness), about: message.number)
        let isOnTime = lateness == .zero || lateness >= Agenda.punctual
        happening.isExact = isOnTime && noneIsDue(but: message.number)
        happening.changes = judging.changes + agenda.release(message.number, as: delivery)
        maker.scenario.deliveries.removeAll { $0.message == message.number }
        maker.scenario.deliveries.append(delivery)
        released.append(message)
        return happening
    }

    private mutating func remove() -> Happening {
        guard let message = anyPending() else { return nothing }
        var happening = Happening(what: .removed(message.number), about: message.number)
        happening.isExact = noneIsDue() || isSurelyReserved(message) && dueReserves(but: message.number)
        happening.changes = agenda.remove(message.number, now: now)
        return happening
    }

    private mutating func change() -> Happening {
        let what: String
        switch maker.dice.roll(1...6) {
        case 1:
            maker.scenario.pausedUntil = maker.dice.chance(50) ? nil : maker.instant(1...60)
            what = "paused until \(maker.scenario.pausedUntil?.description ?? "-")"
        case 2:
            let start = maker.instant(0...30)
            maker.scenario.busy.append(Interval(start: start, end: start + .minutes(Int64(maker.dice.roll(1...300)))))
            what = "busy from \(start)"
        case 3:
            maker.scenario.busy = maker.dice.some(maker.scenario.busy)
            what = "busy less"
        case 4:
            maker.scenario.heldChannels = Set(maker.dice.some(["push", "email", "sms"], percent: 20))
            what = "held \(maker.scenario.heldChannels)"
        case 5:
            maker.makeRecipient()
            what = "declared anew: \(maker.scenario)"
        default: what = "nothing"
        }
        return Happening(what: .changed(what), changes: agenda.know(maker.scenario.situation, now: now))
    }

    private mutating func discount() -> Happening {
        let pending = agenda.pending.map(\.number)
        let deliveries = maker.scenario.deliveries.filter { !pending.contains($0.message) }
        guard !deliveries.isEmpty else { return nothing }
        let delivery = maker.dice.pick(from: deliveries)
        maker.scenario.deliveries.removeAll { $0.message == delivery.message }
        agenda.discount(delivery)
        return Happening(what: .discounted(delivery), changes: agenda.replan(now: now))
    }

    /// A lease lapses: the message is pending again, and its delivery still counts.
    private mutating func lapse() -> Happening {
        let gone = released.filter { message in
            agenda.message(message.number) == nil && message.expiresAt.map { now < $0 } ?? true
        }
        guard !gone.isEmpty else { return nothing }
        var message = maker.dice.pick(from: gone)
        guard let delivery = maker.scenario.deliveries.first(where: { $0.message == message.number }) else {
            return nothing
        }
        message.plan = nil
        message.edge = nil
        return add(message, lapsed: delivery)
    }
}

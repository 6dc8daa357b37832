import TactCore

/// What is found for one message on one channel.
struct ChannelAnswer {
    /// A finding, without what it says of the channel and of its figures.
    struct Said: Hashable {
        var rule: Rule
        var effect: Finding.Effect
        var code: Finding.Code
        var name: String?
        var until: Timestamp?

        func repeats(_ other: Said) -> Bool { rule == other.rule && code == other.code && name == other.name }
    }

    let channel: String
    /// The earliest permitted instant and, if it was spread, the planned one.
    private(set) var slot: Timestamp?
    private(set) var at: Timestamp?
    private(set) var edge: Timestamp?
    /// The channel is out for good.
    private(set) var isOut = false
    private(set) var said: [Said] = []
    /// What moved the search to the slot.
    private(set) var deciders: [Holder] = []
    /// How a spread plan came about, for counting.
    private(set) var wasSpread = false, fellBack = false, keptInstant = false
    /// Slots of others were in the way of something earlier; they lie after it.
    private(set) var gaveWay = false, gaveWayToLater = false
    /// Where the search and the walk through time disagree, which they must not.
    private(set) var contradiction: String?

    private let asked: Asked
    private let holders: [Holder]

    init(_ asked: Asked) {
        self.asked = asked
        channel = asked.channel.name
        holders = asked.holders
        judgeOutright()
        let start = max(
            asked.scenario.now, asked.message.notBefore ?? .distantPast, asked.message.retryAt ?? .distantPast)
        noteStart(start)
        leapfrog(from: start)
        walk(from: start)
        if let slot {
            at = slot
            spread(slot)
            judge()
        }
        if isOut {
            at = nil
            edge = nil
        }
    }

    private var end: Timestamp {
        let horizon = asked.scenario.now + .days(366)
        return min(asked.message.expiresAt ?? .distantFuture, horizon + Duration(milliseconds: 1))
    }

    func permits(_ t: Timestamp, slotsCount: Bool = true) -> Bool { holders.allSatisfy { $0.permits(t, slotsCount) } }

    private mutating func note(_ finding: Said) {
        if let index = said.firstIndex(where: { $0.repeats(finding) }) {
            said[index] = finding
        } else {
            said.append(finding)
        }
    }

    // MARK: Before the search

    private mutating func judgeOutright() {
        if let subject = asked.message.subject, let until = asked.scenario.completedSubjects[subject],
            asked.scenario.now < until
        {
            isOut = true
            note(Said(rule: .completion, effect: .suppress, code: .subjectCompleted))
        }
        if asked.channel.address == .required, !asked.scenario.addresses.contains(channel) {
            isOut = true
            note(Said(rule: .address, effect: .suppress, code: .noAddress))
        }
    }

    private mutating func noteStart(_ start: Timestamp) {
        guard asked.scenario.now < start else { return }
        let code: Finding.Code = start == asked.message.retryAt ? .retryBackoff : .notBefore
        note(Said(rule: .start, effect: .hold, code: code, until: start))
    }

    // MARK: The search

    /// As the design has it: its trace is the explanation.
    private mutating func leapfrog(from start: Timestamp) {
        var t = start
        while t < end {
            let answers = holders.map { (holder: $0, first: $0.first(from: t)) }
            for (holder, first) in answers where first != t {
                note(Said(rule: holder.rule, effect: .hold, code: holder.code, name: holder.name, until: first))
            }
            if answers.contains(where: { $0.first == nil }) { return }
            let latest = answers.compactMap(\.first).max() ?? t
            if latest == t {
                slot = t
                return
            }
            deciders = answers.filter { $0.first == latest }.map(\.holder)
            t = latest
        }
        guard let expiresAt = asked.message.expiresAt, expiresAt <= t else { return }
        let isOver = expiresAt <= asked.scenario.now
        note(Said(rule: .expiry, effect: .hold, code: isOver ? .expired : .noSlotBeforeExpiry))
    }

    /// Through all instants at which anything could begin to permit: the first that all permit is the slot.
    private mutating func walk(from start: Timestamp) {
        let beginnings = holders.flatMap(\.beginnings)
        var found = start < end && permits(start) ? start : nil
        var before = [Timestamp(milliseconds: (slot ?? start).milliseconds - 1)]
        if start < end, found == nil {
            noteGivingWay(start)
            for t in Instants(after: start, beginnings, quarters: true) {
                guard t < end else { break }
                if permits(t) {
                    found = t
                    break
                }
                noteGivingWay(t)
                if before.count < 3 { before.append(Timestamp(milliseconds: t.milliseconds + 7)) }
            }
        }
        if found != slot {
            contradiction =
                "leapfrogging finds \(slot.map(\.description) ?? "-"), walking \(found.map(\.description) ?? "-")"
        }
        for t in before where start <= t && t < (slot ?? end) && permits(t) {
            contradiction = "\(t) is permitted before \(slot.map(\.description) ?? "-")"
        }
    }

    private mutating func noteGivingWay(_ t: Timestamp) {
        guard !gaveWay, !asked.slots.isEmpty, permits(t, slotsCount: false) else { return }
        gaveWay = true
        gaveWayToLater = asked.slots.contains { t < $0.at }
    }

    // MARK: After the search

    private mutating func spread(_ slot: Timestamp) {
        guard asked.channel.spread > .zero, asked.message.urgency != .high else { return }
        let isNew = deciders.contains { $0.isEdge(slot) }
        guard let edge = isNew ? slot : asked.message.edge, edge <= slot else { return }
        let moved = edge + Self.offset(edge, within: asked.channel.spread)
        // An edge of before keeps the instant that was planned from it until that is over.
        let plan = asked.message.plan
        guard isNew || slot < moved && (plan?.channel != channel || plan?.at == moved) else { return }
        guard permits(moved), moved < asked.message.expiresAt ?? .distantFuture else {
            fellBack = true
            return
        }
        at = moved
        self.edge = edge
        wasSpread = true
        keptInstant = !isNew
    }

    /// The offset is the planner's own affair; what it is in a case with nothing else to it, it must be everywhere.
    static func offset(_ edge: Timestamp, within spread: Duration) -> Duration {
        let policy = Policy(
            channels: [Channel(name: "push", spread: spread)],
            topics: [Topic(name: "offers", title: "", kind: .marketing)])
        let before = edge - .seconds(1)
        let decision = Planner.decide(
            Message(number: 1, sender: "", topic: "offers", channels: ["push"], submittedAt: before),
            in: Situation(recipient: Scenario.recipient, pausedUntil: edge), under: policy,
            ledger: CapLedger(policy: policy),
            now: before)
        return (decision.plan?.at ?? edge) - edge
    }

    /// What is to go out now is judged by the caps that suppress. They see what was delivered, and nothing reserved.
    private mutating func judge() {
        guard let at, at == asked.scenario.now else { return }
        for cap in asked.caps(judging: true) where !cap.permits(at, false) {
            isOut = true
            note(Said(rule: .cap, effect: .suppress, code: .cap, name: cap.name))
        }
    }
}

/// One recipient's pending messages in the order in which they are served, with the slots planned for them.
///
/// Slots are planned from the top, and each one planned counts, for those below, as a delivery. Everything that
/// changes goes through here, so that what is told, stored and simulated comes from one place.
package struct Agenda: Sendable {
    /// A decision that differs from the one before it.
    package struct Change: Sendable, Equatable {
        package var message: Message
        package var decision: Decision
    }

    /// A message that is due while no worker comes reserves `now` for so long.
    package static let overdueReservation = Duration.seconds(60)

    /// A release that comes this close to its plan leaves the plans below it: each is decided again when it is due.
    package static let punctual = Duration.seconds(1)

    package private(set) var situation: Situation
    package let policy: Policy
    /// Ranked, highest first.
    private var entries: [Entry]
    private var ledger: CapLedger

    private struct Entry: Sendable {
        var message: Message
        /// What is reserved for it.
        var slot: CapLedger.Slot?
        /// An earlier release of it that still counts: its lease lapsed. It does not hold its own message.
        var lapsed: Delivery?
    }

    /// `pending` in any order; the messages keep the plans they come with until something is planned anew.
    package init(situation: Situation, policy: Policy, deliveries: [Delivery], pending: [Message]) {
        self.situation = situation
        self.policy = policy
        ledger = CapLedger(policy: policy, deliveries: deliveries)
        let pendingNumbers = Set(pending.map(\.number))
        let lapsed = Dictionary(
            deliveries.filter { pendingNumbers.contains($0.message) }.map { ($0.message, $0) },
            uniquingKeysWith: { first, _ in first })
        entries = pending.sorted { $0.ranksAbove($1) }.map { Entry(message: $0, lapsed: lapsed[$0.number]) }
        for index in entries.indices { reserve(index, now: .distantPast) }
    }

    /// The pending messages, highest rank first.
    package var pending: [Message] { entries.map(\.message) }
    package var count: Int { entries.count }

    package func message(_ number: Int64) -> Message? { place(of: number).map { entries[$0].message } }

    // MARK: What happens

    /// Takes in a message, perhaps in place of another, and plans it, and anew what that touches. One that is
    /// suppressed is not kept. `lapsed`: an earlier release of it that still counts.
    package mutating func add(
        _ message: Message, replacing older: Int64? = nil, lapsed: Delivery? = nil, now: Timestamp
    ) -> (decision: Decision, others: [Change]) {
        let vacated = older.flatMap { vacate($0) }
        let place = entries.firstIndex { message.ranksAbove($0.message) } ?? entries.count
        let due = firstDue(now)
        let start = min(due ?? place, vacated ?? place, place)
        freeSlots(from: start)
        var others = decide(start..<place, now: now)
        let here = entries.firstIndex { message.ranksAbove($0.message) } ?? entries.count
        let decision = decide(message, lapsed: lapsed, now: now)
        var isFelt = vacated != nil || due != nil
        var below = here
        if decision.outcome != .suppress {
            entries.insert(Entry(message: message.decided(decision), lapsed: lapsed), at: here)
            isFelt = reserve(here, now: now) || isFelt
            below += 1
        }
        if isFelt {
            others.append(contentsOf: replan(from: below, now: now))
        } else {
            reserveSlots(from: below, now: now)
        }
        return (decision, others)
    }

    /// Takes an entry out. Answers its place, if a slot was reserved for it.
    private mutating func vacate(_ number: Int64) -> Int? {
        guard let place = place(of: number) else { return nil }
        guard let slot = entries.remove(at: place).slot, ledger.free(slot) else { return nil }
        return place
    }

    /// Decides a pending message as it stands at `now`. Those above it are asked first where their own moment has
    /// come, and all below are planned anew where something moved. nil: no such message.
    package mutating func judge(_ number: Int64, now: Timestamp) -> (decision: Decision, others: [Change])? {
        guard var place = place(of: number) else { return nil }
        let start = min(firstDue(now) ?? place, place)
        freeSlots(from: start)
        var others = decide(start..<place, now: now)
        place = self.place(of: number) ?? place
        let before = entries[place].message
        let decision = decide(before, lapsed: entries[place].lapsed, now: now)
        entries[place].message = before.decided(decision)
        reserve(place, now: now)
        if before.differs(from: decision) || !others.isEmpty {
            others.append(contentsOf: replan(from: place + 1, now: now))
        } else {
            reserveSlots(from: place + 1, now: now)
        }
        if decision.outcome == .suppress { entries.remove(at: place) }
        return (decision, others)
    }

    /// Plans everything anew. Answers what differs.
    package mutating func replan(now: Timestamp) -> [Change] { replan(from: 0, now: now) }

    /// Changes what is known of the recipient and the world, but for who was told what before, and plans everything anew.
    package mutating func know(_ situation: Situation, now: Timestamp) -> [Change] {
        let told = self.situation.told
        self.situation = situation
        self.situation.told = told
        return replan(from: 0, now: now)
    }

    /// What the store says of a subject, before a message about it is decided. nil: it is not completed.
    package mutating func learn(_ subject: String, isCompletedUntil until: Timestamp?) {
        situation.completedSubjects[subject] = until
    }

    /// What the store says of who was told the same before, before a message is decided.
    package mutating func learn(_ fingerprint: String, told: [Situation.Told]) {
        situation.told[fingerprint] = told.isEmpty ? nil : told
    }

    /// How many deliveries a cap counts in a stretch of time, for each of its scopes that was ever used.
    package func used(cap: Int, within interval: Interval) -> [(scope: String?, used: Int)] {
        var delivered = self
        delivered.freeSlots(from: 0)
        return delivered.ledger.used(cap, within: interval)
    }

    /// Roughly how much memory it needs, in messages.
    package var weight: Int { entries.count + ledger.count + situation.busy.count / 8 + situation.told.count }

    /// A message goes out: what was reserved becomes a delivery that counts.
    package mutating func release(_ number: Int64, as delivery: Delivery) -> [Change] {
        guard let place = place(of: number) else { return [] }
        let entry = entries.remove(at: place)
        let wasReserved = entry.slot.map { ledger.free($0) } ?? false
        let isCounted = count(delivery)
        if let lapsed = entry.lapsed {
            // Its count moves from there to here, so all may move up.
            discount(lapsed)
            return replan(now: delivery.at)
        }
        let lateness = delivery.at - (entry.message.plan?.at ?? delivery.at)
        let isFelt = wasReserved || isCounted
        return isFelt && lateness >= Agenda.punctual ? replan(from: place, now: delivery.at) : []
    }

    /// A message ends while it is pending. What ranks below may move up.
    package mutating func remove(_ number: Int64, now: Timestamp) -> [Change] {
        vacate(number).map { replan(from: min($0, firstDue(now) ?? $0), now: now) } ?? []
    }

    /// Everything about a subject ends while it is pending. What ranks below may move up, once for all.
    package mutating func remove(about subject: String, now: Timestamp) -> [Change] {
        var vacated: Int?
        for place in entries.indices.reversed() {
            guard let about = entries[place].message.subject, about.utf8.elementsEqual(subject.utf8) else { continue }
            if let slot = entries.remove(at: place).slot, ledger.free(slot) { vacated = place }
        }
        return vacated.map { replan(from: min($0, firstDue(now) ?? $0), now: now) } ?? []
    }

    /// Counts a delivery. Nothing is planned anew. Answers whether any cap takes it in.
    @discardableResult
    package mutating func count(_ delivery: Delivery) -> Bool {
        ledger.count(at: delivery.at, topic: delivery.topic, channel: delivery.channel, sender: delivery.sender)
    }

    /// Gives a delivery's count back. Nothing is planned anew.
    package mutating func discount(_ delivery: Delivery) {
        ledger.discount(at: delivery.at, topic: delivery.topic, channel: delivery.channel, sender: delivery.sender)
    }

    // MARK: Deciding

    /// Decides one message, with nothing reserved but for what ranks above it.
    private mutating func decide(_ message: Message, lapsed: Delivery? = nil, now: Timestamp) -> Decision {
        if let lapsed { discount(lapsed) }
        defer { if let lapsed { count(lapsed) } }
        return Planner.decide(message, in: situation, under: policy, ledger: ledger, now: now)
    }

    // MARK: Slots

    private func place(of number: Int64) -> Int? { entries.firstIndex { $0.message.number == number } }

    /// The place of the highest message whose moment has come and that reserves a slot: the slot moves with the time.
    private func firstDue(_ now: Timestamp) -> Int? {
        entries.firstIndex { $0.slot != nil && $0.message.plan.map { $0.at <= now } ?? false }
    }

    private mutating func replan(from place: Int, now: Timestamp) -> [Change] {
        freeSlots(from: place)
        return decide(min(place, entries.count)..<entries.count, now: now)
    }

    /// Decides anew what stands in the range, from the top, and reserves the slots. What is suppressed leaves.
    private mutating func decide(_ range: Range<Int>, now: Timestamp) -> [Change] {
        var changes: [Change] = []
        var suppressed: [Int] = []
        for index in range {
            let before = entries[index].message
            let decision = decide(before, lapsed: entries[index].lapsed, now: now)
            entries[index].message = before.decided(decision)
            reserve(index, now: now)
            if decision.outcome == .suppress { suppressed.append(index) }
            if before.differs(from: decision) {
                changes.append(Change(message: entries[index].message, decision: decision))
            }
        }
        for index in suppressed.reversed() { entries.remove(at: index) }
        return changes
    }

    /// Answers whether the slot counts under any cap.
    @discardableResult
    private mutating func reserve(_ index: Int, now: Timestamp) -> Bool {
        let message = entries[index].message
        guard let plan = message.plan, now - plan.at <= Agenda.overdueReservation else { return false }
        let slot = CapLedger.Slot(
            at: max(plan.at, now), topic: message.topic, channel: plan.channel, sender: message.sender)
        guard ledger.reserve(slot) else { return false }
        entries[index].slot = slot
        return true
    }

    private mutating func reserveSlots(from place: Int, now: Timestamp) {
        for index in entries.indices.dropFirst(place) { reserve(index, now: now) }
    }

    private mutating func freeSlots(from place: Int) {
        for index in entries.indices.dropFirst(place) {
            if let slot = entries[index].slot { ledger.free(slot) }
            entries[index].slot = nil
        }
    }
}

extension Message {
    /// The message with the decision's plan. One that is due keeps the instant from which it has been due.
    fileprivate func decided(_ decision: Decision) -> Message {
        var message = self
        message.plan = kept(decision) ? plan : decision.plan
        // Without a plan it is remembered too: the channel may be held only for a moment.
        if decision.plan != nil { message.edge = decision.edge }
        message.codes = CodeSet(decision.findings)
        return message
    }

    private func kept(_ decision: Decision) -> Bool {
        guard case .deliver = decision.outcome, let plan, let new = decision.plan else { return false }
        return plan.channel == new.channel && plan.at <= new.at
    }

    /// Whether the decision is not what the message knew before.
    fileprivate func differs(from decision: Decision) -> Bool {
        if decision.outcome == .suppress { return true }
        let after = decided(decision)
        return after.plan != plan || after.edge != edge || (after.plan == nil && after.codes != codes)
    }
}

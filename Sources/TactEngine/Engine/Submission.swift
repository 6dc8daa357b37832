import TactAPI
import TactCore
import TactStore

/// What came of a submission.
package struct Submission: Sendable {
    /// nil: only tried.
    package var id: String?
    package var recipient: String
    package var stored: StoredMessage
    package var decision: Decision
    /// An earlier submission with the same idempotency key was answered again.
    package var isReplay = false
    package var template: TemplateReference?
    package var because: String?
    /// Of a dry run: what it would use of the person.
    package var used: [UsedAttribute]?
    /// The recipient's zone, for the sentences.
    package var zone: Situation.Zone?
}

extension Engine {
    /// Takes a message in, decides about it, and writes both down.
    package func submit(
        _ request: MessageRequest, sender: String, _ session: Session, _ moment: Moment
    ) throws -> Submission {
        try refresh(session)
        if let replay = try replay(of: request, sender: sender, session, now: moment.now) { return replay }
        let draft = try Draft(request, sender: sender, policy: policy, now: moment.now)
        let template = try wording(of: request, draft.topic, session)
        if let wait = buckets.take(sender, rate: policy.submitsPerSender, steady: moment.steady) {
            throw Problem(
                .tooManySubmissions,
                "\(sender) may submit \(policy.submitsPerSender?.count ?? 0) messages per "
                    + "\(policy.submitsPerSender?.per.text ?? ""). Wait, then send the message again.",
                retryAfter: wait)
        }
        let now = moment.now
        let existing = try desk(request.recipient, session, now: now)
        let older = try existing.flatMap { try collapsing(request, draft, $0, session) }
        if let existing, older == nil, existing.agenda.count >= policy.pendingPerRecipient {
            throw tooManyPending(existing, now: now)
        }

        let desk = try existing ?? newDesk(request.recipient, session, now: now)
        var message = draft.message(number: try session.nextMessage(), wording: template?.wording, session)
        if let older { message.waitsFrom = min(message.waitsFrom, older.message.waitsFrom) }
        var agenda = desk.agenda
        try learn(of: message, desk, &agenda, session)
        let (decision, others) = agenda.add(message, replacing: older?.message.number, now: now)
        // An older message is only replaced by one that is pending itself.
        if decision.outcome != .suppress {
            desk.agenda = agenda
            if let older {
                try end(older.message.number, as: .cancelled, reason: .collapsed, desk, session, now: now)
            }
            try write(others, desk, session, now: now)
        }
        let stored = try write(message, request, decision, desk, session, now: now)
        return Submission(
            id: ids.id(message.number), recipient: request.recipient, stored: stored, decision: decision,
            template: template?.reference, because: request.because, zone: desk.agenda.situation.zones.only)
    }

    /// Decides as if the message came at `instant`, and stores nothing of it. Idempotency keys are not looked at.
    package func tryOut(
        _ request: MessageRequest, sender: String, at instant: Timestamp? = nil, _ session: Session, now: Timestamp
    ) throws -> Submission {
        try refresh(session)
        let instant = instant ?? now
        let draft = try Draft(request, sender: sender, policy: policy, now: instant)
        let template = try wording(of: request, draft.topic, session)
        let desk =
            try self.desk(request.recipient, session, now: now)
            ?? desk(ofStranger: StoredRecipient(id: request.recipient, createdAt: now), now: now)
        var message = draft.message(number: .max, wording: template?.wording, session)
        var agenda = try agenda(of: desk, at: instant, session, now: now)
        let older = try collapsing(request, draft, desk, session)
        if let older { message.waitsFrom = min(message.waitsFrom, older.message.waitsFrom) }
        try learn(of: message, desk, &agenda, session)
        let (decision, _) = agenda.add(message, replacing: older?.message.number, now: instant)
        message.plan = decision.plan
        message.codes = CodeSet(decision.findings)
        let stored = StoredMessage(
            message: message, recipient: desk.recipient.number,
            state: decision.outcome == .suppress ? .suppressed : .pending, collapseKey: request.collapseKey)
        return Submission(
            id: nil, recipient: request.recipient, stored: stored, decision: decision,
            template: template?.reference, because: request.because,
            used: try used(by: template, desk, draft.topic, now: instant),
            zone: agenda.situation.zones.only)
    }

    // MARK: Steps

    /// The answer to a body that was submitted before under its idempotency key.
    private func replay(
        of request: MessageRequest, sender: String, _ session: Session, now: Timestamp
    ) throws -> Submission? {
        guard let key = request.idempotencyKey,
            let stored = try session.message(sender: sender, idempotencyKey: key)
        else { return nil }
        if try session.isNobodys(stored.recipient) {
            try session.forgetIdempotencyKey(of: stored.message.number)
            return nil
        }
        if stored.isUnreadable { throw Unreadable(lacking: stored.recipient) }
        guard stored.digest == request.digest else {
            throw Problem(
                .idempotencyKeyReused,
                "The key was used for message \(ids.id(stored.message.number)), which had another body. "
                    + "Use a new key for a new message.",
                faults: [.init(pointer: "/idempotency_key", detail: "it belongs to another body")])
        }
        happenings.tally.add(.replayed)
        let desk = try self.desk(number: stored.recipient, session, now: now)
        let last = try session.decisions(of: stored.message.number, limit: 1).first
        let decision = decision(of: stored, last, now)
        return Submission(
            id: ids.id(stored.message.number), recipient: desk.recipient.id, stored: stored, decision: decision,
            isReplay: true, template: try session.reference(stored.message.wording),
            because: stored.because,
            zone: desk.agenda.situation.zones.only)
    }

    /// What was last decided of a message, as it was written down.
    func decision(of stored: StoredMessage, _ last: JournalEntry?, _ now: Timestamp) -> Decision {
        Decision(
            at: last?.at ?? now,
            outcome: stored.state == .suppressed ? .suppress : .hold(until: stored.message.plan?.at),
            plan: stored.message.plan, findings: last?.findings ?? [], permitting: last?.permitting ?? [])
    }

    /// The pending message that this one would replace.
    private func collapsing(
        _ request: MessageRequest, _ draft: Draft, _ desk: Desk, _ session: Session
    ) throws -> StoredMessage? {
        guard let key = request.collapseKey else { return nil }
        return try session.pending(
            recipient: desk.recipient.number, topic: draft.topic, sender: draft.sender, collapseKey: key)
    }

    /// What must be known of a message's subject, and of others that say the same, before it is decided.
    func learn(of message: Message, _ desk: Desk, _ agenda: inout Agenda, _ session: Session) throws {
        if let subject = message.subject {
            let until = try session.completion(of: subject, recipient: desk.recipient.number)
            agenda.learn(subject, isCompletedUntil: until)
        }
        try learnTold(of: message, desk, &agenda, session)
    }

    /// Answers whether there was anything to learn.
    @discardableResult
    func learnTold(of message: Message, _ desk: Desk, _ agenda: inout Agenda, _ session: Session) throws -> Bool {
        guard let fingerprint = message.fingerprint, policy.remembersContent else { return false }
        agenda.learn(fingerprint, told: try session.told(fingerprint, to: desk.recipient.number))
        return true
    }

    /// The agenda as one would know it at another instant: with the deliveries that matter then, and the calendars as
    /// far as they are looked at from there. What the desk knows serves for the days around `now`.
    private func agenda(of desk: Desk, at instant: Timestamp, _ session: Session, now: Timestamp) throws -> Agenda {
        let days = Engine.calendarRenewal - Planner.horizon
        let longestCap = desk.agenda.policy.longestCap
        if desk.since <= instant - longestCap, instant <= now + days { return desk.agenda }
        let number = desk.recipient.number
        let covers = Interval(start: instant - Engine.calendarPast, end: instant + Engine.calendarAhead)
        let recipient = try local(desk.recipient, session)
        // All calendars together have the time of one: others wait meanwhile.
        let outOfTime = stopwatch(Engine.calendarTime)
        var situation = desk.agenda.situation
        situation.busy = BusyIntervals(
            merging: try session.calendars(of: number).map { calendar in
                let rules = try BusyCalendar(decoding: calendar.rules)
                do throws(CalendarProblem) {
                    return try expand(rules, of: recipient, over: covers, outOfTime: outOfTime).merged
                } catch {
                    return try TypedBusyIntervals(decoding: calendar.busy).merged
                }
            })
        return Agenda(
            situation: situation, policy: desk.agenda.policy,
            deliveries: try session.deliveries(to: number, since: instant - longestCap),
            pending: try session.pending(of: number).filter { !$0.isUnreadable && !isCompleting($0, session) }
                .map(\.message))
    }

    /// A desk for somebody who is stored now: there is nothing yet to read about them.
    private func newDesk(_ id: String, _ session: Session, now: Timestamp) throws -> Desk {
        let (recipient, isSuppressed) = try admit(StoredRecipient(id: id, createdAt: now), session, now: now)
        if isSuppressed { return try desk(recipient, session, now: now) }
        let desk = try desk(ofStranger: recipient, now: now)
        desks.insert(desk)
        return desk
    }

    /// A desk for somebody nothing is stored about.
    private func desk(ofStranger stranger: StoredRecipient, now: Timestamp) throws -> Desk {
        Desk(
            recipient: stranger, addresses: [:],
            agenda: Agenda(
                situation: try situation(of: stranger, .none, busy: []), policy: policy, deliveries: [], pending: []),
            since: countedSince(now, under: policy))
    }

    private func write(
        _ message: Message, _ request: MessageRequest, _ decision: Decision, _ desk: Desk, _ session: Session,
        now: Timestamp
    ) throws -> StoredMessage {
        let isSuppressed = decision.outcome == .suppress
        var message = message
        message.plan = decision.plan
        message.edge = decision.edge
        message.codes = CodeSet(decision.findings)
        let stored = StoredMessage(
            message: message, recipient: desk.recipient.number, state: isSuppressed ? .suppressed : .pending,
            collapseKey: request.collapseKey, idempotencyKey: request.idempotencyKey, digest: request.digest,
            because: request.because,
            endedAt: isSuppressed ? now : nil)
        happenings.tally.add(isSuppressed ? .suppressed : .pending)
        try session.insert(stored, content: request.storedContent)
        try session.word(message.number, by: message.wording)
        try session.append(
            entry(message.number, stored.state, isChange: true, decision, desk, plan: message.plan, now: now))
        if !isSuppressed { tell(message, now: now) }
        return stored
    }

    private func tooManyPending(_ desk: Desk, now: Timestamp) -> Problem {
        let next = desk.agenda.pending.compactMap { $0.plan?.at ?? $0.expiresAt }.min()
        return Problem(
            .tooManyPending,
            "\(policy.pendingPerRecipient) messages are pending for this recipient already. "
                + "Cancel some, or wait until some have gone out.",
            retryAfter: max(.seconds(1), next.map { $0 - now } ?? .minutes(1)))
    }
}

extension [Situation.Zone] {
    /// The zone, if there is exactly one.
    var only: Situation.Zone? { count == 1 ? self[0] : nil }
}

import TactAPI
import TactCore
import TactStore

/// From what is known to what is told.
extension Engine {
    /// May be called on any thread: it takes nothing from the engine that changes.
    package func answer(_ submission: Submission) -> MessageAnswer {
        var answer = MessageAnswer(
            submission.stored, id: submission.id, recipient: submission.recipient, timeZone: submission.zone?.name)
        answer.template = submission.template
        answer.because = submission.because
        answer.used = submission.used
        answer.findings = sentences(submission.decision.findings, zone: submission.zone, at: submission.decision.at)
        return answer
    }

    /// A message as it stands, for lists.
    package func answer(_ stored: StoredMessage, _ session: Session) throws -> MessageAnswer {
        var answer = MessageAnswer(
            stored, id: ids.id(stored.message.number), recipient: try session.shownRecipientID(stored.recipient),
            timeZone: nil)
        answer.template = try session.reference(stored.message.wording)
        return answer
    }

    /// A message as it stands, with its content while that is kept, and what stood in its way last. Readers ask for it
    /// too, on threads of their own: they bring the tz database, for the engine's is the writer's.
    package func fullAnswer(
        _ stored: StoredMessage, _ session: Session, zones: ZoneDatabase
    ) throws -> MessageAnswer {
        var answer = try answer(stored, session)
        let last = try session.journal(of: stored.message.number).last { $0.basis != nil }
        answer.timeZone = try readable {
            try session.recipient(number: stored.recipient).flatMap {
                try chosen(by: $0.number, session).document.timeZone ?? $0.timeZone
            }
        }
        let zone = last?.basis?.zone.flatMap { zones.zone($0) }
        answer.findings = sentences(last?.findings ?? [], zone: zone, at: last?.at ?? stored.message.submittedAt)
        answer.content = try readable { try session.content(of: stored.message.number) }
        answer.because = stored.because
        if stored.message.wording != nil, let kept = try answer.content.map({ try StoredContent($0) }) {
            answer.content = JSON.object(kept.content).encoded()
            answer.variables = JSON.object(kept.variables).encoded()
        }
        answer.sender = stored.message.sender
        return answer
    }

    /// What does not open is left out: what else is known of a message is to be seen.
    private func readable<T>(_ read: () throws -> T?) throws -> T? {
        do { return try read() } catch is Unreadable { return nil }
    }

    func sentences(_ findings: [Finding], zone: Situation.Zone?, at: Timestamp) -> [FindingAnswer] {
        findings.map { FindingAnswer($0, text: sentence(for: $0, zone: zone, now: at)) }
    }

    /// Every decision about a message with every finding, the one that would be made now, and its releases.
    package func explain(_ stored: StoredMessage, _ session: Session, now: Timestamp) throws -> ExplanationAnswer {
        let number = stored.message.number
        let entries = try session.journal(of: number).compactMap { explained($0, zones) }
        var current: ExplanationAnswer.Entry?
        if stored.state == .pending {
            let desk = try desk(number: stored.recipient, session, now: now)
            var agenda = desk.agenda
            if let (decision, _) = agenda.judge(number, now: now) {
                current = explained(decision, basis(desk), zone: desk.agenda.situation.zones.only)
            }
        }
        return ExplanationAnswer(
            message: try fullAnswer(stored, session, zones: zones), decisions: entries, now: current,
            deliveries: try releases(of: stored, session), events: try events(of: stored, session))
    }

    func events(of stored: StoredMessage, _ session: Session) throws -> [ExplanationAnswer.Event] {
        try session.events(of: stored.recipient, message: stored.message.number).map {
            .init(type: $0.type.name, at: $0.at ?? $0.receivedAt)
        }
    }

    func releases(of stored: StoredMessage, _ session: Session) throws -> [ExplanationAnswer.Release] {
        let number = stored.message.number
        let renderings = stored.isWorded ? try session.renderings(ofMessage: number) : [:]
        return try session.attempts(of: number).map { attempt in
            var release = ExplanationAnswer.Release(
                attempt: attempt.attempt, channel: attempt.channel, releasedAt: attempt.releasedAt,
                outcome: attempt.outcome, detail: attempt.detail, endedAt: attempt.endedAt)
            if let rendering = renderings[attempt.number] {
                release.used = try JSON(body: rendering.used.utf8).arrayValue?.compactMap { UsedAttribute($0) }
                release.template = try rendering.template.flatMap { try session.template(number: $0) }
                    .map { TemplateReference(name: $0.name, version: $0.version) }
            }
            return release
        }
    }

    func explained(_ entry: JournalEntry, _ zones: ZoneDatabase) -> ExplanationAnswer.Entry? {
        guard let basis = entry.basis else { return nil }
        let outcome: Decision.Outcome
        switch entry.state {
        case .leased: outcome = .deliver(channel: entry.plan?.channel ?? "")
        case .suppressed: outcome = .suppress
        case .pending, .delivered, .digested, .cancelled, .expired, .failed:
            if let plan = entry.plan, plan.at <= entry.at {
                outcome = .deliver(channel: plan.channel)
            } else {
                outcome = .hold(until: entry.plan?.at)
            }
        }
        let decision = Decision(
            at: entry.at, outcome: outcome, plan: entry.plan, findings: entry.findings, permitting: entry.permitting)
        return explained(decision, basis, zone: basis.zone.flatMap { zones.zone($0) })
    }

    private func explained(
        _ decision: Decision, _ basis: JournalEntry.Basis, zone: Situation.Zone?
    ) -> ExplanationAnswer.Entry {
        ExplanationAnswer.Entry(
            at: decision.at, outcome: decision.outcome, plan: decision.plan,
            findings: sentences(decision.fullFindings, zone: zone, at: decision.at), policy: basis.policy, tz: basis.tz)
    }

    /// A recipient as declared.
    package func answer(
        _ recipient: StoredRecipient, _ session: Session, inFull: Bool
    ) throws -> RecipientAnswer {
        RecipientAnswer(
            id: recipient.id, document: try recipient.document(), createdAt: recipient.createdAt,
            updatedAt: recipient.updatedAt,
            calendars: inFull ? try session.calendars(of: recipient.number).map(\.name) : nil,
            pending: inFull ? try session.pendingCount(of: recipient.number) : nil)
    }

    /// A calendar as kept.
    package func answer(_ stored: StoredCalendar, imported: Import? = nil) throws -> CalendarAnswer {
        let rules = try BusyCalendar(decoding: stored.rules)
        let recurring = rules.series.count(where: \.recurs)
        return CalendarAnswer(
            name: stored.name, updatedAt: stored.updatedAt,
            events: rules.series.count - recurring + rules.periods.count, series: recurring,
            busy: try TypedBusyIntervals(decoding: stored.busy).all.map {
                CalendarAnswer.Busy(Interval(start: $0.start, end: $0.end), type: $0.type.name)
            },
            skipped: (imported?.skipped ?? []).map {
                CalendarAnswer.Skipped(line: $0.line, component: $0.component, reason: $0.reason)
            },
            warnings: (imported?.warnings ?? []).map { "line \($0.line): \($0.text)" },
            coversUntil: stored.covers.end, problem: stored.problem)
    }
}

extension MessageAnswer {
    init(_ stored: StoredMessage, id: String?, recipient: String, timeZone: String?) {
        let m = stored.message
        self.init(
            id: id, state: stored.state, recipient: recipient, topic: m.topic, channels: m.channels,
            urgency: m.urgency, relevance: m.relevance, submittedAt: m.submittedAt, sender: m.sender,
            subject: m.subject, collapseKey: stored.collapseKey, notBefore: m.notBefore, expiresAt: m.expiresAt,
            plan: m.plan, codes: m.codes.codes, attempts: stored.attempts, reason: stored.reason,
            endedAt: stored.endedAt, timeZone: timeZone)
    }
}

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
        _ stored: StoredMessage, _ session: Session, zones: ZoneDatabase, in language: SentenceLanguage = .english
    ) throws -> MessageAnswer {
        var answer = try answer(stored, session)
        let last = try session.decisions(of: stored.message.number, limit: 1).first
        answer.timeZone = try readable {
            try session.recipient(number: stored.recipient).flatMap {
                try chosen(by: $0.number, session).document.timeZone ?? $0.timeZone
            }
        }
        let zone = last?.basis?.zone.flatMap { zones.zone($0) }
        answer.findings = sentences(
            last?.findings ?? [], zone: zone, at: last?.at ?? stored.message.submittedAt, in: language)
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

    func sentences(
        _ findings: [Finding], zone: Situation.Zone?, at: Timestamp, in language: SentenceLanguage = .english
    ) -> [FindingAnswer] {
        findings.map { FindingAnswer($0, text: sentence(for: $0, zone: zone, now: at, in: language)) }
    }

    /// Releases and events that an explanation tells: the last ones. Nobody who wonders about a message reads more.
    private static let mostTold = 1000

    /// The last decisions about a message before journal entry `before`, nil: of all, with every finding; the one that
    /// would be made now, and its releases.
    package func explain(
        _ stored: StoredMessage, _ session: Session, now: Timestamp, in language: SentenceLanguage = .english,
        before: Int64? = nil, limit: Int = 100
    ) throws -> (answer: ExplanationAnswer, earliest: Int64?) {
        let number = stored.message.number
        // One more than is told says whether there are more.
        let found = try session.decisions(of: number, before: before, limit: limit + 1)
        let told = found.suffix(limit)
        var current: ExplanationAnswer.Entry?
        if stored.state == .pending {
            current = try readable {
                let desk = try desk(number: stored.recipient, session, now: now)
                var agenda = desk.agenda
                return agenda.judge(number, now: now).map {
                    explained($0.decision, basis(desk), zone: desk.agenda.situation.zones.only, language)
                }
            }
        }
        let answer = ExplanationAnswer(
            language: language, message: try fullAnswer(stored, session, zones: zones, in: language),
            decisions: told.compactMap { explained($0, zones, language) }, now: current,
            deliveries: try releases(of: stored, session, zones: zones, in: language, last: Engine.mostTold),
            events: try events(of: stored, session, last: Engine.mostTold))
        return (answer, found.count > limit ? told.first?.number : nil)
    }

    func events(
        of stored: StoredMessage, _ session: Session, last limit: Int
    ) throws -> [ExplanationAnswer.Event] {
        try session.events(of: stored.recipient, message: stored.message.number, last: limit).map {
            .init(type: $0.type.name, at: $0.at ?? $0.receivedAt)
        }
    }

    func releases(
        of stored: StoredMessage, _ session: Session, zones: ZoneDatabase, in language: SentenceLanguage,
        last limit: Int
    ) throws -> [ExplanationAnswer.Release] {
        let number = stored.message.number
        let renderings = stored.isWorded ? try session.renderings(ofMessage: number) : [:]
        let zone = try session.decisions(of: number, limit: 1).first?.basis?.zone.flatMap { zones.zone($0) }
        return try session.attempts(of: number, last: limit).map { attempt in
            var release = ExplanationAnswer.Release(
                attempt: attempt.attempt, channel: attempt.channel, releasedAt: attempt.releasedAt,
                outcome: attempt.outcome, detail: attempt.detail, endedAt: attempt.endedAt)
            if let rendering = renderings[attempt.number] {
                release.used = try JSON(body: rendering.used.utf8).arrayValue?.compactMap {
                    UsedAttribute($0)?.told(in: language, zone: zone)
                }
                release.template = try rendering.template.flatMap { try session.template(number: $0) }
                    .map { TemplateReference(name: $0.name, version: $0.version) }
            }
            return release
        }
    }

    func explained(
        _ entry: JournalEntry, _ zones: ZoneDatabase, _ language: SentenceLanguage
    ) -> ExplanationAnswer.Entry? {
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
        return explained(decision, basis, zone: basis.zone.flatMap { zones.zone($0) }, language)
    }

    private func explained(
        _ decision: Decision, _ basis: JournalEntry.Basis, zone: Situation.Zone?, _ language: SentenceLanguage
    ) -> ExplanationAnswer.Entry {
        ExplanationAnswer.Entry(
            at: decision.at, outcome: decision.outcome, plan: decision.plan,
            findings: sentences(decision.fullFindings, zone: zone, at: decision.at, in: language),
            policy: basis.policy, tz: basis.tz)
    }

    /// A recipient as declared.
    package func answer(
        _ recipient: StoredRecipient, ignored: [IgnoredField]? = nil, _ session: Session, inFull: Bool
    ) throws -> RecipientAnswer {
        RecipientAnswer(
            id: recipient.id, document: try recipient.document(), createdAt: recipient.createdAt,
            updatedAt: recipient.updatedAt, own: try recipient.ownWords(),
            closedAddresses: inFull ? try closedAddresses(of: recipient, session).sorted() : nil, ignored: ignored,
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

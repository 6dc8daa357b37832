import TactAPI
import TactCore
import TactStore

/// What senders and operators do with messages that are there.
extension Engine {
    /// The message behind an id.
    package func find(_ id: String, _ session: Session) throws -> StoredMessage {
        guard let number = ids.number(id), let stored = try session.message(number),
            try !session.isNobodys(stored.recipient)
        else { throw noMessage(id) }
        return stored
    }

    /// The same for what is not there and for what is somebody else's: not even that it is there is told.
    package func noMessage(_ id: String) -> Problem {
        Problem(.notFound, "There is no message “\(id)”. It may have been thrown away at the end of its history.")
    }

    /// Cancels a pending message. One that is cancelled already stays so.
    package func cancel(
        _ stored: StoredMessage, reason: Reason, _ session: Session, now: Timestamp
    ) throws {
        guard let (stored, desk) = try open(stored.message.number, session, now: now) else { return }
        switch stored.state {
        case .cancelled: return
        case .pending: try cancelPending(stored, reason: reason, desk, session, now: now)
        case .leased, .delivered, .digested, .suppressed, .expired, .failed:
            throw Problem(
                .notPending,
                "Message \(ids.id(stored.message.number)) is \(stored.state.name); only a pending one can be cancelled."
            )
        }
    }

    func cancelPending(
        _ stored: StoredMessage, reason: Reason, _ desk: Desk, _ session: Session, now: Timestamp
    ) throws {
        let moved = desk.agenda.remove(stored.message.number, now: now)
        try end(
            stored.message.number, as: .cancelled, reason: reason, decision: completion(of: stored, reason, now), desk,
            session, now: now)
        try write(moved, desk, session, now: now)
    }

    /// What the completion rule says of a pending message whose subject was completed; nil: it was cancelled otherwise.
    func completion(of stored: StoredMessage, _ reason: Reason, _ now: Timestamp) -> Decision? {
        guard reason == .subjectCompleted else { return nil }
        let finding = Finding(
            rule: .completion, effect: .suppress, code: .subjectCompleted,
            detail: stored.message.subject.map(Finding.Detail.subject))
        return Decision(at: now, outcome: .suppress, findings: [finding])
    }

    /// Cancels a slice of the pending messages that match. Answers how many, and where to go on; nil: that was all.
    package func cancelMatching(
        _ filter: MessageFilter, reason: Reason, before cursor: Int64?, limit: Int, _ session: Session, now: Timestamp
    ) throws -> (count: Int, next: Int64?) {
        var filter = filter
        filter.states = [.pending]
        let found = try session.messages(filter, before: cursor, limit: limit)
        var count = 0
        for stored in found {
            // Another of the slice may have changed this one on the way.
            guard let (stored, desk) = try open(stored.message.number, session, now: now), stored.state == .pending
            else { continue }
            try cancelPending(stored, reason: reason, desk, session, now: now)
            count += 1
        }
        return (count, found.count < limit ? nil : found.last?.message.number)
    }

    /// Changes what a sender may still change of a pending message, and plans it anew.
    package func patch(
        _ stored: StoredMessage, _ patch: MessagePatch, _ session: Session, now: Timestamp
    ) throws -> Submission {
        guard let (stored, desk) = try open(stored.message.number, session, now: now) else {
            throw Problem(
                .notPending, "Message \(ids.id(stored.message.number)) has just ended; only a pending one can be moved."
            )
        }
        guard stored.state == .pending else {
            throw Problem(
                .notPending,
                "Message \(ids.id(stored.message.number)) is \(stored.state.name); only a pending one can be moved.")
        }
        var message = stored.message
        switch patch.notBefore {
        case .keep: break
        case .clear: message.notBefore = nil
        case .set(let instant): message.notBefore = instant
        }
        if patch.notBefore != .keep {
            message.waitsFrom = max(message.submittedAt, message.notBefore ?? message.submittedAt)
        }
        message.expiresAt = patch.expiresAt ?? message.expiresAt
        let begins = max(now, message.notBefore ?? now)
        guard let expiresAt = message.expiresAt, expiresAt > begins else {
            throw Problem.bad(
                patch.expiresAt == nil ? "/not_before" : "/expires_at",
                "the message would expire at \((message.expiresAt ?? now).rfc3339), which is not after \(begins.rfc3339)"
            )
        }
        message.urgency = patch.urgency ?? message.urgency
        message.relevance = patch.relevance ?? message.relevance
        // What changes nothing stores nothing.
        guard message != stored.message else {
            let last = try session.decisions(of: message.number, limit: 1).first
            return try answer(for: message.number, self.decision(of: stored, last, now), desk, session)
        }
        try session.updateWishes(message)
        let lapsed = try session.counted(message: message.number)?.delivery
        let (decision, others) = desk.agenda.add(message, replacing: message.number, lapsed: lapsed, now: now)
        message = desk.agenda.message(message.number) ?? message
        if decision.outcome == .suppress {
            try end(message.number, as: .suppressed, reason: nil, decision: decision, desk, session, now: now)
        } else {
            try session.updatePlan(message)
            try session.append(
                entry(message.number, .pending, reason: .moved, decision, desk, plan: message.plan, now: now))
            tell(message, now: now)
        }
        try write(others, desk, session, now: now)
        return try answer(for: message.number, decision, desk, session)
    }

    /// A failed message becomes pending again, with fresh attempts. What has expired gets its topic's life anew.
    package func requeue(_ stored: StoredMessage, _ session: Session, now: Timestamp) throws -> Submission {
        let number = stored.message.number
        guard stored.state == .failed else {
            throw Problem(
                .notFailed, "Message \(ids.id(number)) is \(stored.state.name); only a failed one can be requeued.")
        }
        if stored.isUnreadable { throw Unreadable(lacking: stored.recipient) }
        guard try session.content(of: number) != nil else {
            throw Problem(.notFailed, "The content of message \(ids.id(number)) is gone. Submit it as a new message.")
        }
        let desk = try desk(number: stored.recipient, session, now: now)
        guard desk.agenda.count < policy.pendingPerRecipient else {
            throw Problem(.tooManyPending, "The recipient has too many pending messages.", retryAfter: .minutes(1))
        }
        if let key = stored.collapseKey,
            let newer = try session.pending(
                recipient: stored.recipient, topic: stored.message.topic, sender: stored.message.sender,
                collapseKey: key)
        {
            throw Problem(
                .notFailed, "Message \(ids.id(newer.message.number)) has taken its place: it has the same collapse key."
            )
        }
        guard let topic = policy.topic(stored.message.topic) else {
            throw Problem(.notFailed, "The policy no longer has the topic “\(stored.message.topic)”.")
        }
        var message = stored.message
        message.retryAt = nil
        message.waitsFrom = now
        if (message.expiresAt ?? now) <= now { message.expiresAt = now + topic.expiresIn }
        try session.updateWishes(message)
        try session.updateAttempts(number, attempts: 0, retryAt: nil)
        try learn(of: message, desk, &desk.agenda, session)
        let lapsed = try session.counted(message: number)?.delivery
        let (decision, others) = try putBack(
            message, from: .failed, reason: .requeued, lapsed: lapsed, desk, session, now: now)
        try write(others, desk, session, now: now)
        return try answer(for: number, decision, desk, session)
    }

    /// Takes a message that was leased or failed into the agenda again.
    func putBack(
        _ message: Message, from: MessageState, reason: Reason, lapsed: Delivery? = nil, _ desk: Desk,
        _ session: Session, now: Timestamp
    ) throws -> (Decision, [Agenda.Change]) {
        var message = message
        message.plan = nil
        message.edge = nil
        let (decision, others) = desk.agenda.add(message, lapsed: lapsed, now: now)
        if decision.outcome == .suppress {
            try end(
                message.number, from: from, as: .suppressed, reason: nil, decision: decision, desk, session, now: now)
        } else {
            let planned = desk.agenda.message(message.number) ?? message
            try session.move(message.number, from: from, to: .pending, at: now, reason: nil)
            try session.updatePlan(planned)
            try session.append(
                entry(
                    message.number, .pending, isChange: true, reason: reason, decision, desk, plan: planned.plan,
                    now: now))
            tell(planned, now: now)
        }
        return (decision, others)
    }

    private func answer(
        for number: Int64, _ decision: Decision, _ desk: Desk, _ session: Session
    ) throws -> Submission {
        guard let stored = try session.message(number) else {
            throw StoreError.damaged("message \(ids.id(number)) is gone")
        }
        return Submission(
            id: ids.id(number), recipient: desk.recipient.id, stored: stored, decision: decision,
            template: try session.reference(stored.message.wording),
            because: stored.because, zone: desk.agenda.situation.zones.only)
    }

}

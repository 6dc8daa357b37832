import TactAPI
import TactCore
import TactStore

/// Erasing people for good, and what outlives that for their own sake.
extension Engine {
    /// What was left of erased recipients for workers to report on goes so long after the report.
    static let erasedReports = Duration.hours(1)

    /// An erasure that has begun, and what it ended.
    package struct BegunErasure: Sendable {
        package var erasure: Erasure
        /// How many messages were pending.
        package var cancelled: Int
    }

    /// Ends everything that waits for a person, and writes down that they are to be erased. From then on nothing finds them;
    /// whoever is submitted to under their id is somebody new. The key and the rows are still to go, see `Session`.
    package func beginErasure(
        of id: String, by actor: AuditEntry.Actor, _ session: Session, now: Timestamp
    ) throws -> BegunErasure {
        try refresh(session)
        let recipient = try recipient(id, session)
        let desk = try desk(recipient, session, now: now)
        try session.suppress(
            try switchedOff(by: recipient, session, now: now), id: recipient.id, addresses: desk.addresses)
        desks.remove(desk)
        let cancelled = try session.beginErasure(recipient.number, at: now)
        guard let erasure = try session.erasure(of: recipient.number) else {
            throw StoreError.damaged("the erasure of recipient \(recipient.number) was not written down")
        }
        try session.audit(.erase, by: actor, target: erasure.hash, detail: nil, at: now)
        return BegunErasure(erasure: erasure, cancelled: cancelled)
    }

    /// Somebody whose key is gone is in the database still: it is an older copy. What they had switched off since the copy
    /// was made is not known, so it is taken to be all marketing.
    package func beginErasure(ofOutlived number: Int64, _ session: Session, now: Timestamp) throws {
        _ = try session.beginErasure(number, at: now)
        guard let erasure = try session.erasure(of: number) else { return }
        try session.suppress(
            [Suppression(scope: Consents.Scope(topic: Consents.allMarketing), at: now)], hash: erasure.hash)
        try session.audit(
            .erase, by: .daemon, target: erasure.hash, detail: "again, in a database that was restored", at: now)
    }

    /// What must outlive a person's data, so that whoever imports them again does not undo it.
    private func switchedOff(
        by recipient: StoredRecipient, _ session: Session, now: Timestamp
    ) throws -> [Suppression] {
        let wishes = try wishes(of: recipient, session)
        let preferences = wishes.preferences.preferences
        var scopes = Set(wishes.consents.withdrawn)
        for (topic, wish) in preferences.topics where wish.isOff { scopes.insert(Consents.Scope(topic: topic)) }
        for channel in preferences.channelsOff {
            scopes.insert(Consents.Scope(topic: Consents.allMarketing, channel: channel))
            for topic in policy.topics { scopes.insert(Consents.Scope(topic: topic.name, channel: channel)) }
        }
        if preferences.isMarketingOff { scopes.insert(Consents.Scope(topic: Consents.allMarketing)) }
        return scopes.map { Suppression(scope: $0, at: now) }
    }

    // MARK: Coming again

    /// Stores somebody new, who may have been here before: they start with what they had switched off then.
    func admit(
        _ stranger: StoredRecipient, _ session: Session, now: Timestamp
    ) throws -> (recipient: StoredRecipient, isSuppressed: Bool) {
        let stored = try session.insert(stranger)
        var suppressions = try session.suppressions(ofID: stored.id)
        for (channel, address) in try Wire.addresses(stored.addresses) {
            suppressions += try session.suppressions(of: address, on: channel)
        }
        try withdraw(suppressions, of: stored, session, now: now)
        return (stored, !suppressions.isEmpty)
    }

    /// What was switched off by somebody of that address holds for whoever is given it. Answers whether there is any.
    func inherit(
        _ addresses: [String: String], of recipient: StoredRecipient, _ session: Session, now: Timestamp
    ) throws -> Bool {
        var found: [Suppression] = []
        for (channel, address) in addresses { found += try session.suppressions(of: address, on: channel) }
        try withdraw(found, of: recipient, session, now: now)
        return !found.isEmpty
    }

    private func withdraw(
        _ suppressions: [Suppression], of recipient: StoredRecipient, _ session: Session, now: Timestamp
    ) throws {
        for scope in Set(suppressions.map(\.scope)).sorted(by: {
            ($0.topic, $0.channel ?? "") < ($1.topic, $1.channel ?? "")
        }) {
            _ = try session.insert(
                StoredConsent(
                    scope: scope, word: .withdrawn, source: "suppression", receivedAt: now, recordedBy: "tactd",
                    policy: policy.version),
                of: recipient.number)
        }
    }

    // MARK: Workers

    /// The outcome of a message whose recipient was erased meanwhile: it is counted, and nothing is tried again.
    func settleErased(
        _ attempt: StoredAttempt, _ outcome: Outcome, _ session: Session, _ now: Timestamp
    ) throws {
        try session.close(attempt, outcome: outcome, at: now, detail: nil, stillCounts: false)
        happenings.tally.add(outcome, on: attempt.channel)
        let end: (state: MessageState, reason: Reason?) =
            switch outcome {
            case .delivered: (.delivered, nil)
            case .failed: (.failed, .failedByWorker)
            case .retry, .returned, .lapsed: (.cancelled, .erased)
            }
        try session.move(
            attempt.message, from: .leased, to: end.state, at: now, reason: end.reason, keepsContent: false)
    }
}

import TactAPI
import TactCore
import TactStore

/// Erasing people for good, and what outlives that for their own sake.
extension Engine {
    /// What was left of erased recipients for workers to report on goes so long after the report.
    static let erasedReports = Duration.hours(1)

    /// Writes down that a person is to be erased. From then on nothing finds them, and nothing of theirs is released; whoever
    /// is submitted to under their id is somebody new. The key, what waits and the rows are still to go, see `Session`.
    package func beginErasure(
        of id: String, by actor: AuditEntry.Actor, _ session: Session, now: Timestamp
    ) throws -> Erasure {
        try refresh(session)
        guard let number = try session.recipientNumber(id) else { throw noRecipient(id) }
        desks.remove(number: number)
        var addresses: [String: String] = [:]
        var scopes: Set<Consents.Scope>
        do {
            let recipient = try recipient(id, session)
            addresses = try Wire.addresses(recipient.addresses)
            scopes = try switchedOff(by: recipient, session)
        } catch is Unreadable {
            // What they chose cannot be told any more: it is taken to be nothing of marketing.
            scopes = Set(try session.consents(of: number).withdrawn)
            scopes.insert(Consents.Scope(topic: Consents.allMarketing))
        }
        let suppressions = scopes.map { Suppression(scope: $0, at: now) }
        guard
            let erasure = try session.beginErasure(number, suppressing: suppressions, addresses: addresses, at: now)
        else { throw noRecipient(id) }
        try session.audit(.erase, by: actor, target: erasure.hash, detail: nil, at: now)
        return erasure
    }

    /// What must outlive a person's data, so that whoever imports them again does not undo it.
    private func switchedOff(by recipient: StoredRecipient, _ session: Session) throws -> Set<Consents.Scope> {
        let wishes = try wishes(of: recipient, session)
        let preferences = wishes.preferences.preferences
        var scopes = Set(wishes.consents.withdrawn)
        for (topic, wish) in preferences.topics where wish.isOff { scopes.insert(Consents.Scope(topic: topic)) }
        for channel in preferences.channelsOff {
            scopes.insert(Consents.Scope(topic: Consents.allMarketing, channel: channel))
            for topic in policy.topics { scopes.insert(Consents.Scope(topic: topic.name, channel: channel)) }
        }
        if preferences.isMarketingOff { scopes.insert(Consents.Scope(topic: Consents.allMarketing)) }
        return scopes
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

    /// The outcome of a message whose recipient was erased meanwhile, or of which nothing more can be decided: it is counted,
    /// and nothing is tried again. `otherwise`: how it ends if it neither arrived nor failed.
    func settleForGood(
        _ attempt: StoredAttempt, _ outcome: Outcome, otherwise: (state: MessageState, reason: Reason),
        _ session: Session, _ now: Timestamp
    ) throws {
        let isErased = otherwise.reason == .erased
        // What somebody whose key may be put back was sent still counts.
        let stillCounts = !isErased && attempt.counts && (outcome == .delivered || outcome == .lapsed)
        try session.close(attempt, outcome: outcome, at: now, detail: nil, stillCounts: stillCounts)
        happenings.tally.add(outcome, on: attempt.channel)
        let end: (state: MessageState, reason: Reason?) =
            switch outcome {
            case .delivered: (.delivered, nil)
            case .failed: (.failed, .failedByWorker)
            case .retry, .returned, .lapsed: (otherwise.state, otherwise.reason)
            }
        if end.reason == .unreadable { noteUnreadable(attempt.message) }
        try session.move(
            attempt.message, from: .leased, to: end.state, at: now, reason: end.reason,
            keepsContent: end.reason == .unreadable)
        if isErased { return }
        try session.append(
            JournalEntry(message: attempt.message, at: now, state: end.state, isChange: true, reason: end.reason))
    }
}

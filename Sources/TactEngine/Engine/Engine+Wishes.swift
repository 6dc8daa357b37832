import TactAPI
import TactCore
import TactStore

/// What people decide for themselves.
extension Engine {
    /// Who speaks for a person, and whether they may agree in their name.
    package struct Speaker: Sendable {
        package var name: String
        package var mayGrant: Bool

        package init(name: String, mayGrant: Bool) {
            self.name = name
            self.mayGrant = mayGrant
        }
    }

    // MARK: Consent

    /// A consent record that stands.
    package struct Recorded: Sendable {
        package var record: StoredConsent
        /// False: it was withdrawn already, and the record of that stands.
        package var isNew: Bool
    }

    /// Adds a consent record. It is in force when this returns: what is pending without the consent it needs has ended. A
    /// withdrawal that is said again, with nothing new to show for it, adds none.
    package func record(
        _ request: ConsentRequest, of id: String, by speaker: Speaker, _ session: Session, now: Timestamp
    ) throws -> Recorded {
        try refresh(session)
        try check(request, speaker, now: now)
        let recipient =
            try session.recipient(id) ?? admit(StoredRecipient(id: id, createdAt: now), session, now: now).recipient
        let record = StoredConsent(
            scope: request.scope, word: request.word, source: request.source, wording: request.wording,
            evidence: request.evidence, at: request.at, receivedAt: now, recordedBy: speaker.name,
            policy: policy.version)
        if request.word == .withdrawn,
            let standing = try standingWithdrawal(of: request.scope, by: recipient, request.evidence, session)
        {
            return Recorded(record: standing, isNew: false)
        }
        return Recorded(record: try keep(record, of: recipient, session, now: now), isNew: true)
    }

    /// The record by which all of a scope is withdrawn already; nil: there is none, or what is to be shown for it is new.
    private func standingWithdrawal(
        of scope: Consents.Scope, by recipient: StoredRecipient, _ evidence: String?, _ session: Session
    ) throws -> StoredConsent? {
        guard let number = try session.consents(of: recipient.number).withdrawal(of: scope),
            let standing = try session.consentRecord(number, of: recipient.number)
        else { return nil }
        return evidence == nil || evidence == standing.evidence ? standing : nil
    }

    func keep(
        _ record: StoredConsent, of recipient: StoredRecipient, _ session: Session, now: Timestamp
    ) throws -> StoredConsent {
        let desk = try desk(recipient, session, now: now)
        let stored = try session.insert(record, of: recipient.number)
        try revise(desk, session, now: now)
        return stored
    }

    private func check(_ request: ConsentRequest, _ speaker: Speaker, now: Timestamp) throws(Problem) {
        if request.scope.topic != Consents.allMarketing { try require(topic: request.scope.topic, "/topic") }
        if let channel = request.scope.channel { try require(channel: channel, "/channel") }
        if let at = request.at, at > now {
            throw .bad(
                "/at", "expected when it was said, not later than now, \(now.rfc3339), found \(at.rfc3339)")
        }
        if request.word == .granted, !speaker.mayGrant {
            throw Problem(
                .forbidden,
                "\(speaker.name) may record that consent was withdrawn, not that it was granted. "
                    + "An administrator allows that with may_grant in [access] of the configuration.")
        }
    }

    func require(topic: String, _ pointer: String) throws(Problem) {
        guard policy.topic(topic) == nil else { return }
        throw .bad(
            pointer, Draft.unknown("topic", topic, policy.topics.map(\.name)), kind: .unknownTopic)
    }

    func require(channel: String, _ pointer: String) throws(Problem) {
        guard policy.channel(channel) == nil else { return }
        throw .bad(
            pointer, Draft.unknown("channel", channel, policy.channels.map(\.name)), kind: .unknownChannel)
    }

    package func answer(_ consent: StoredConsent, recipient: String) -> ConsentAnswer {
        ConsentAnswer(
            id: consent.number, recipient: recipient, scope: consent.scope, word: consent.word,
            source: consent.source, wording: consent.wording, evidence: consent.evidence, at: consent.at,
            receivedAt: consent.receivedAt, recordedBy: consent.recordedBy)
    }

    // MARK: Preferences

    /// What a person has chosen. Of somebody unknown: nothing.
    package func preferences(of id: String, _ session: Session) throws -> PreferencesAnswer {
        guard let recipient = try session.recipientNumber(id) else {
            return PreferencesAnswer(document: .init(), updatedAt: nil)
        }
        let (document, updatedAt) = try chosen(by: recipient, session)
        return PreferencesAnswer(document: document, updatedAt: updatedAt)
    }

    /// Replaces what a person has chosen.
    package func putPreferences(
        _ document: PreferencesDocument, of id: String, _ session: Session, now: Timestamp
    ) throws -> PreferencesAnswer {
        try refresh(session)
        let before = try preferences(of: id, session)
        try check(document, before: before.document)
        return try change(before, to: document, of: id, session, now: now)
    }

    /// Changes part of it (RFC 7396).
    package func patchPreferences(
        _ patch: JSON, of id: String, _ session: Session, now: Timestamp
    ) throws -> PreferencesAnswer {
        try refresh(session)
        let before = try preferences(of: id, session)
        let document = try before.document.merging(patch)
        try check(document, before: before.document)
        return try change(before, to: document, of: id, session, now: now)
    }

    private func change(
        _ before: PreferencesAnswer, to document: PreferencesDocument, of id: String, _ session: Session,
        now: Timestamp
    ) throws -> PreferencesAnswer {
        if document == before.document { return before }
        let recipient =
            try session.recipient(id) ?? admit(StoredRecipient(id: id, createdAt: now), session, now: now).recipient
        // The desk first: loading it may do what a review has not come to.
        let former = try desk(recipient, session, now: now)
        let text = String(decoding: JSON.object(document.json).encoded(), as: UTF8.self)
        try session.setPreferences(text, of: recipient.number, at: now)
        if document.timeZone != before.document.timeZone {
            try expandCalendars(of: recipient, session, now: now)
        }
        // Limits of one's own are caps: what was counted is counted anew.
        desks.remove(former)
        let desk = try desk(recipient, session, now: now)
        try write(desk.agenda.replan(now: now), desk, session, now: now)
        return PreferencesAnswer(document: document, updatedAt: now)
    }

    /// What was there before may stay, also if the policy no longer knows it.
    private func check(_ document: PreferencesDocument, before: PreferencesDocument) throws(Problem) {
        for (name, wish) in document.topics.sorted(by: { $0.key < $1.key }) where before.topics[name] != wish {
            let place = Place.root.member("topics").member(name)
            try require(topic: name, place.pointer)
            if let per = wish.limit?.per, per.longest > policy.retention.history {
                throw .bad(
                    place.member("limit").member("per").pointer,
                    "found “\(per.word)”, expected at most \(policy.retention.history): older deliveries are forgotten")
            }
            for (index, channel) in (wish.channels ?? []).enumerated() {
                try require(channel: channel, place.member("channels").element(index).pointer)
            }
        }
        for name in document.channels.keys.sorted() where before.channels[name] == nil {
            try require(channel: name, Place.root.member("channels").member(name).pointer)
        }
        if let zone = document.timeZone, zone != before.timeZone { try require(zone: zone) }
    }
}

import TactAPI
import TactCore
import TactStore

/// What apps and operators declare about recipients.
extension Engine {
    /// How many calendars one recipient may have.
    static let mostCalendars = 32

    /// What was declared, and what of it does not hold.
    package struct Declared {
        package var recipient: StoredRecipient
        package var ignored: [IgnoredField]
    }

    /// Replaces what an app has declared. Calendars stay, and what the person has said of it.
    package func put(
        _ document: RecipientDocument, of id: String, _ session: Session, now: Timestamp
    ) throws -> Declared {
        try check(document, now: now)
        let stored = try session.recipient(id) ?? StoredRecipient(id: id, createdAt: now)
        return try declare(document, of: stored, naming: { _ in true }, session, now: now)
    }

    /// Changes part of what was declared (RFC 7396).
    package func patch(_ patch: JSON, of id: String, _ session: Session, now: Timestamp) throws -> Declared {
        let stored = try session.recipient(id) ?? StoredRecipient(id: id, createdAt: now)
        let before = try stored.document()
        let document = try before.merging(patch)
        try check(document, before: before, now: now)
        return try declare(
            document, of: stored, naming: { patch["addresses"]?[$0] != nil }, session, now: now)
    }

    /// - Parameter named: whether the app has said anything of the address of a channel.
    private func declare(
        _ document: RecipientDocument, of stored: StoredRecipient, naming named: (String) -> Bool, _ session: Session,
        now: Timestamp
    ) throws -> Declared {
        let before = try stored.document()
        var (kept, ignored) = try stored.ownWords().keeping(before, in: document)
        // What the person has corrected comes on top of what was declared.
        guard kept.attributes.count <= RecipientDocument.mostAttributes else {
            throw Problem.bad(
                "/attributes",
                "expected at most \(RecipientDocument.mostAttributes), with those that the recipient has corrected, "
                    + "found \(kept.attributes.count)")
        }
        kept = kept.dated(after: before, now: now)
        let recipient = try change(stored, to: kept, session, now: now)
        for channel in try closedAddresses(of: recipient, session).sorted()
        where named(channel) && kept.addresses[channel] != nil {
            ignored.append(.init(pointer: Place.root.member("addresses").member(channel).pointer, reason: .closed))
        }
        return Declared(recipient: recipient, ignored: ignored)
    }

    /// The recipient, or a refusal.
    package func recipient(_ id: String, _ session: Session) throws -> StoredRecipient {
        guard let stored = try session.recipient(id) else { throw noRecipient(id) }
        return stored
    }

    func noRecipient(_ id: String) -> Problem {
        Problem(.notFound, "There is no recipient “\(id)”. One is known from the first message on, or from PUT.")
    }

    /// What was there before may stay, also if the world no longer knows it.
    func check(_ document: RecipientDocument, before: RecipientDocument? = nil, now: Timestamp) throws(Problem) {
        for (name, attribute) in document.attributes {
            // Clocks differ a little.
            guard let at = attribute.fact.updatedAt, at > now + .minutes(5) else { continue }
            throw .bad(
                "/attributes/\(name)/updated_at", "expected an instant that is not in the future, found \(at.rfc3339)")
        }
        if let zone = document.timeZone, zone != before?.timeZone { try require(zone: zone) }
        if let country = document.country, country != before?.country, !zones.isCountry(country) {
            throw .bad("/country", "there is no country “\(country)” in ISO 3166-1; expected two letters such as FR")
        }
        for channel in document.addresses.keys.sorted()
        where policy.channel(channel) == nil && before?.addresses[channel] == nil {
            throw .bad(
                "/addresses/\(channel)",
                "there is no channel “\(channel)”; expected one of \(policy.channels.map(\.name).joined(separator: ", "))",
                kind: .unknownChannel)
        }
    }

    func require(zone: String) throws(Problem) {
        guard !zones.isKnown(zone) else { return }
        let near = zones.suggestions(for: zone)
        let hint =
            near.isEmpty
            ? "expected an IANA name such as Europe/Paris" : "did you mean \(near.joined(separator: " or "))?"
        throw .bad(
            "/time_zone", "there is no time zone “\(zone)” in the tz database \(zones.version); \(hint)",
            kind: .unknownTimeZone)
    }

    func change(
        _ before: StoredRecipient, to document: RecipientDocument, _ session: Session, now: Timestamp
    ) throws -> StoredRecipient {
        var after = before
        after.declare(document)
        return try change(before, to: after, document.addresses, session, now: now)
    }

    func change(
        _ before: StoredRecipient, to changed: StoredRecipient, _ addresses: [String: String], _ session: Session,
        now: Timestamp
    ) throws -> StoredRecipient {
        var after = changed
        if before.number != 0, after == before { return before }
        after.updatedAt = now
        if before.number == 0 { return try admit(after, session, now: now).recipient }
        try session.update(after)
        let desk = try desk(before, session, now: now)
        let new = addresses.filter { desk.addresses[$0.key] != $0.value }
        let former = desk.addresses.filter { addresses[$0.key] != $0.value }
        if !former.isEmpty { try session.noteFormer(former, of: before.number) }
        _ = try inherit(new, of: before, session, now: now)
        desk.recipient = after
        desk.addresses = addresses
        if before.timeZone != after.timeZone || before.country != after.country {
            try expandCalendars(of: after, session, now: now)
        }
        try revise(desk, session, now: now)
        return after
    }

    /// Plans a recipient's messages anew after something that is known of them has changed.
    func revise(_ desk: Desk, _ session: Session, now: Timestamp) throws {
        let number = desk.recipient.number
        let situation = try situation(
            of: desk.recipient, wishes(of: desk.recipient, session), busy: try session.busy(of: number))
        try write(desk.agenda.know(situation, now: now), desk, session, now: now)
    }
}

extension RecipientDocument {
    /// With a date for every attribute: where none is told, the one it had as long as it says the same, else now.
    fileprivate func dated(after before: RecipientDocument, now: Timestamp) -> RecipientDocument {
        var document = self
        for (name, attribute) in attributes where attribute.fact.updatedAt == nil {
            let old = before.attributes[name]
            let isSame = old?.value == attribute.value && old?.fact.source == attribute.fact.source
            document.attributes[name]?.fact.updatedAt = isSame ? old?.fact.updatedAt ?? now : now
        }
        return document
    }
}

extension StoredRecipient {
    /// What was declared, as on the wire.
    package func document() throws -> RecipientDocument {
        let quietHours = try quietHours.map { try FieldKind.windows(parsing: $0) }
        return RecipientDocument(
            timeZone: timeZone, country: country, locale: locale, addresses: try Wire.addresses(addresses),
            quietHours: quietHours, pausedUntil: pausedUntil,
            attributes: try Wire.attributes(attributes))
    }

    mutating func declare(_ document: RecipientDocument) {
        timeZone = document.timeZone
        country = document.country
        locale = document.locale
        addresses = String(decoding: JSON.object(document.addressesJSON).encoded(), as: UTF8.self)
        quietHours = document.quietHours.map {
            String(decoding: JSON.array($0.map(\.json)).encoded(), as: UTF8.self)
        }
        pausedUntil = document.pausedUntil
        attributes = String(decoding: JSON.object(document.attributesJSON).encoded(), as: UTF8.self)
        staleAt = document.attributes.values.compactMap(\.fact.staleFrom).min()
    }
}

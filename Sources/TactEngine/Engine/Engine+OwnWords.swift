import TactAPI
import TactCore
import TactStore

/// What people say of what is declared about them. It comes first: what they corrected stays as they said, and what they
/// removed stays away, whatever apps declare afterwards.
extension Engine {
    /// Takes in what a person corrects, a merge patch of attributes and addresses (RFC 7396). What they say is declared, now.
    package func correct(_ patch: JSON, of id: String, _ session: Session, now: Timestamp) throws -> StoredRecipient {
        let stored = try recipient(id, session)
        let before = try stored.document()
        var document = try before.merging(patch)
        var own = try stored.ownWords()
        for name in before.attributes.keys where document.attributes[name] == nil {
            own.removedAttributes[name] = now
            own.corrected.remove(name)
        }
        for channel in before.addresses.keys where document.addresses[channel] == nil {
            own.removedAddresses[channel] = now
        }
        for member in patch["attributes"]?.objectValue?.members ?? [] where !member.value.isNull {
            document.attributes[member.name]?.fact.source = .declared
            document.attributes[member.name]?.fact.updatedAt = now
            // Whatever the conclusion before was worth, this is none.
            document.attributes[member.name]?.fact.confidence = nil
            own.corrected.insert(member.name)
            own.removedAttributes[member.name] = nil
        }
        try check(document, before: before, now: now)
        guard own.removedAttributes.count <= OwnWords.mostRemoved else {
            throw Problem.bad(
                "/attributes",
                "expected at most \(OwnWords.mostRemoved) that were ever removed; allow some of them again")
        }
        return try say(own, document, of: stored, session, now: now)
    }

    /// The person allows again what they had removed: the next time that an app declares it, it is kept.
    package func allow(
        _ request: AllowRequest, of id: String, _ session: Session, now: Timestamp
    ) throws -> StoredRecipient {
        let stored = try recipient(id, session)
        var own = try stored.ownWords()
        for name in request.attributes { own.removedAttributes[name] = nil }
        for channel in request.addresses { own.removedAddresses[channel] = nil }
        return try say(own, stored.document(), of: stored, session, now: now)
    }

    private func say(
        _ own: OwnWords, _ document: RecipientDocument, of stored: StoredRecipient, _ session: Session, now: Timestamp
    ) throws -> StoredRecipient {
        var after = stored
        after.declare(document)
        after.keep(own)
        return try change(stored, to: after, document.addresses, session, now: now)
    }

    /// Somebody who may says that an address is good again.
    package func reopenAddress(
        on channel: String, of id: String, _ session: Session, now: Timestamp
    ) throws -> StoredRecipient {
        try refresh(session)
        let stored = try recipient(id, session)
        guard try closedAddresses(of: stored, session).contains(channel) else { return stored }
        let desk = try desk(stored, session, now: now)
        try session.openAddress(desk.addresses[channel], of: stored.number, on: channel)
        try revise(desk, session, now: now)
        return stored
    }
}

extension StoredRecipient {
    package func ownWords() throws -> OwnWords {
        try own.map { OwnWords(stored: try JSON(body: $0.utf8)) } ?? OwnWords()
    }

    mutating func keep(_ words: OwnWords) {
        own = words.isEmpty ? nil : String(decoding: JSON.object(words.json).encoded(), as: UTF8.self)
    }
}

extension OwnWords {
    /// What an app declares, with what the person has said in its place; and what of it does not hold.
    func keeping(
        _ before: RecipientDocument, in declared: RecipientDocument
    ) -> (kept: RecipientDocument, ignored: [IgnoredField]) {
        var kept = declared
        var ignored: [IgnoredField] = []
        func ignore(_ part: String, _ name: String, _ reason: IgnoredField.Reason) {
            ignored.append(.init(pointer: Place.root.member(part).member(name).pointer, reason: reason))
        }
        for name in corrected.sorted() {
            guard let said = before.attributes[name] else { continue }
            if declared.attributes[name]?.value != said.value { ignore("attributes", name, .corrected) }
            kept.attributes[name] = said
        }
        for name in removedAttributes.keys.sorted() where kept.attributes.removeValue(forKey: name) != nil {
            ignore("attributes", name, .removed)
        }
        for channel in removedAddresses.keys.sorted() where kept.addresses.removeValue(forKey: channel) != nil {
            ignore("addresses", channel, .removed)
        }
        return (kept, ignored)
    }
}

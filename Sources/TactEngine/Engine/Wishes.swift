import TactAPI
import TactCore
import TactStore

/// What a person has said for themselves: kept apart from what apps declare, and first.
struct Wishes {
    var consents = Consents()
    var preferences = PreferencesDocument()
    /// Channels whose address turned out to be dead.
    var closedAddresses: Set<String> = []

    /// Of somebody nothing is known of.
    static let none = Wishes()
}

extension Engine {
    func wishes(of recipient: StoredRecipient, _ session: Session) throws -> Wishes {
        let number = recipient.number
        return Wishes(
            consents: try session.consents(of: number), preferences: try chosen(by: number, session).document,
            closedAddresses: try closedAddresses(of: recipient, session))
    }

    /// The channels whose address turned out to be dead.
    func closedAddresses(of recipient: StoredRecipient, _ session: Session) throws -> Set<String> {
        try session.closedAddresses(of: recipient.number, among: Wire.addresses(recipient.addresses))
    }

    /// What a person has chosen, and since when.
    func chosen(
        by recipient: Int64, _ session: Session
    ) throws -> (document: PreferencesDocument, updatedAt: Timestamp?) {
        guard let (text, updatedAt) = try session.preferences(of: recipient) else { return (.init(), nil) }
        return (try PreferencesDocument(text.utf8), updatedAt)
    }

    /// The recipient as their clocks go: in the zone they chose, where they chose one that is known.
    func local(_ recipient: StoredRecipient, _ wishes: PreferencesDocument) -> StoredRecipient {
        guard let zone = wishes.timeZone, zones.isKnown(zone) else { return recipient }
        var local = recipient
        local.timeZone = zone
        return local
    }

    /// The language they chose, else the one that was declared.
    func language(of recipient: StoredRecipient, _ session: Session) throws -> String? {
        try chosen(by: recipient.number, session).document.locale ?? recipient.locale
    }

    func local(_ recipient: StoredRecipient, _ session: Session) throws -> StoredRecipient {
        recipient.number == 0 ? recipient : local(recipient, try chosen(by: recipient.number, session).document)
    }
}

extension PreferencesDocument {
    /// What of it the planner looks at as such.
    var preferences: Preferences {
        Preferences(
            topics: topics.mapValues { wish in
                Preferences.OfTopic(
                    isOff: wish.isEnabled == false, channels: wish.channels,
                    limit: wish.limit.map { .init(count: $0.count, period: $0.per) })
            },
            channelsOff: Set(channels.filter { !$0.value }.keys), isMarketingOff: marketing == false)
    }

    /// The pause in force; nil: the person has no wish, and what apps declared holds.
    func pausedUntil(declared: Timestamp?) -> Timestamp? {
        switch pause {
        case .until(let instant): instant
        case .furtherNotice: .distantFuture
        case nil: declared
        }
    }
}

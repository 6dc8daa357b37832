/// What a message is about, and what a recipient subscribes to.
package struct Topic: Hashable, Sendable {
    /// What kind of sending this is, in the eyes of the law.
    package enum Kind: String, CaseIterable, Sendable {
        case marketing, transactional
    }

    /// What a recipient must have said before a message of this topic may reach them.
    package enum Consent: String, CaseIterable, Sendable {
        case optIn = "opt_in"
        case optOut = "opt_out"
        case notRequired = "not_required"
    }

    /// A constraint that a topic may be exempt from.
    package enum Constraint: String, CaseIterable, Sendable {
        case pause
        case quietHours = "quiet_hours"
        case busy, caps
    }

    package var name: String
    /// For people: "Offers for you".
    package var title: String
    package var kind: Kind
    package var consent: Consent
    /// Used when a message names none; in order of preference.
    package var channels: [String]
    /// The constraints that bind the topic's messages.
    package var respects: Set<Constraint>
    /// From this long after `max(submitted, not_before)` on, *busy* no longer holds a message; nil: no bound.
    package var maxWait: Duration?
    /// A message's life when it names no expiry.
    package var expiresIn: Duration

    package init(
        name: String, title: String, kind: Kind, consent: Consent = .notRequired, channels: [String] = [],
        respects: Set<Constraint> = Set(Constraint.allCases), maxWait: Duration? = nil, expiresIn: Duration = .days(7)
    ) {
        self.name = name
        self.title = title
        self.kind = kind
        self.consent = consent
        self.channels = channels
        self.respects = respects
        self.maxWait = maxWait
        self.expiresIn = expiresIn
    }
}

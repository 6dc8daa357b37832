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

    /// What is said where a personal text cannot be.
    package enum Fallback: Hashable, Sendable {
        /// A template that uses no attributes, by its name.
        case template(String)
        /// These very words.
        case words(title: String, body: String, html: String?)
    }

    package var name: String
    /// For people: "Offers for you".
    package var title: String
    package var kind: Kind
    package var consent: Consent
    /// It touches what people do not tell everybody: health, faith, money.
    package var isSensitive: Bool
    /// What people's data is used for, in a sentence.
    package var purpose: String?
    /// Where attributes that its messages use may come from.
    package var sources: Set<AttributeFact.Source>
    /// How sure an inference must be, 0…1.
    package var confidence: Double
    /// nil: a message that may not use what it needs is not sent.
    package var fallback: Fallback?
    /// Whether every message must say why the person gets it.
    package var requiresBecause: Bool
    /// Used when a message names none; in order of preference.
    package var channels: [String]
    /// The constraints that bind the topic's messages.
    package var respects: Set<Constraint>
    /// From this long after `max(submitted, not_before)` on, *busy* no longer holds a message; nil: no bound.
    package var maxWait: Duration?
    /// A message's life when it names no expiry.
    package var expiresIn: Duration

    package init(
        name: String, title: String, kind: Kind, consent: Consent = .notRequired,
        isSensitive: Bool = false, purpose: String? = nil, sources: Set<AttributeFact.Source> = [.declared],
        confidence: Double = 0, fallback: Fallback? = nil, requiresBecause: Bool = false, channels: [String] = [],
        respects: Set<Constraint> = Set(Constraint.allCases), maxWait: Duration? = nil, expiresIn: Duration = .days(7)
    ) {
        self.name = name
        self.title = title
        self.kind = kind
        self.consent = consent
        self.isSensitive = isSensitive
        self.purpose = purpose
        self.sources = sources
        self.confidence = confidence
        self.fallback = fallback
        self.requiresBecause = requiresBecause
        self.channels = channels
        self.respects = respects
        self.maxWait = maxWait
        self.expiresIn = expiresIn
    }
}

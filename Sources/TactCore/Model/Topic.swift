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
    /// For people: what such messages are about, in a sentence or two.
    package var description: String?
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
    /// What a person was told is not told again for so long; nil: it may be.
    package var repeatAfter: Duration?
    /// A message without a fingerprint gets one from its content.
    package var fingerprintsContent: Bool
    /// nil: the policy's.
    package var complaints: ComplaintLimit?

    /// When complaints stop a topic.
    package struct ComplaintLimit: Hashable, Sendable {
        /// The share of deliveries, 0…1, above which it stops.
        package var rate: Double
        /// Complaints and deliveries of the last so long count, in whole hours.
        package var per: Duration
        /// With fewer deliveries than these nothing is concluded.
        package var deliveries: Int

        package init(rate: Double = 0.003, per: Duration = .hours(24), deliveries: Int = 100) {
            self.rate = rate
            self.per = per
            self.deliveries = deliveries
        }
    }

    package init(
        name: String, title: String, description: String? = nil, kind: Kind, consent: Consent = .notRequired,
        isSensitive: Bool = false, purpose: String? = nil, sources: Set<AttributeFact.Source> = [.declared],
        confidence: Double = 0, fallback: Fallback? = nil, requiresBecause: Bool = false, channels: [String] = [],
        respects: Set<Constraint> = Set(Constraint.allCases), maxWait: Duration? = nil, expiresIn: Duration = .days(7),
        repeatAfter: Duration? = nil, fingerprintsContent: Bool = false, complaints: ComplaintLimit? = nil
    ) {
        self.name = name
        self.title = title
        self.description = description
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
        self.repeatAfter = repeatAfter
        self.fingerprintsContent = fingerprintsContent
        self.complaints = complaints
    }
}

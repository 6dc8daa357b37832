/// What one rule says of one message.
package struct Finding: Hashable, Sendable {
    package enum Effect: String, CaseIterable, Sendable {
        case notApplicable = "not_applicable"
        case permit, hold, suppress
    }

    /// Why a rule holds or suppresses; public words, in the order of the rules.
    ///
    /// Each has a fixed bit, kept in the database.
    package enum Code: String, CaseIterable, Sendable {
        case consentMissing = "consent_missing"
        case consentWithdrawn = "consent_withdrawn"
        case topicOptedOut = "topic_opted_out"
        case channelOptedOut = "channel_opted_out"
        case attributeMissing = "attribute_missing"
        case attributeNotPermitted = "attribute_not_permitted"
        case attributeStale = "attribute_stale"
        case alreadyDelivered = "already_delivered"
        case subjectCompleted = "subject_completed"
        case noAddress = "no_address"
        case notBefore = "not_before"
        case retryBackoff = "retry_backoff"
        case paused
        case channelHeld = "channel_held"
        case topicHeld = "topic_held"
        case quietHours = "quiet_hours"
        case timeZoneUnknown = "time_zone_unknown"
        case busy
        case sendWindow = "send_window"
        case cap
        case noSlotBeforeExpiry = "no_slot_before_expiry"
        case expired
        case renderingFailed = "rendering_failed"
    }

    /// The figures behind a finding, for the sentence that explains it.
    package enum Detail: Hashable, Sendable {
        /// A local window as it was declared: seconds of the day at which it starts and ends.
        case window(start: Int64, end: Int64)
        /// Local windows that run into each other: seconds since Monday 00:00 at which they start and end.
        case stretch(start: Int64, end: Int64)
        /// A cap's limit and period.
        case cap(limit: Int, per: Cap.Period)
        /// A subject.
        case subject(String)
        /// Why an attribute may not be used.
        case forbidden(DataUse.Ground)
        /// Why a message could not be put into words.
        case unrendered(RenderingFailure.Kind)
    }

    package var rule: Rule
    package var effect: Effect
    package var code: Code?
    /// When it ends; nil: when something changes.
    package var until: Timestamp?
    /// Set by rules that look at the channel.
    package var channel: String?
    /// The name of the cap, the send window, the attribute or the part of a template.
    package var name: String?
    package var detail: Detail?

    package init(
        rule: Rule, effect: Effect, code: Code? = nil, until: Timestamp? = nil, channel: String? = nil,
        name: String? = nil, detail: Detail? = nil
    ) {
        self.rule = rule
        self.effect = effect
        self.code = code
        self.until = until
        self.channel = channel
        self.name = name
        self.detail = detail
    }

    /// Whether it is the same thing said again, perhaps with another `until`.
    func repeats(_ other: Finding) -> Bool {
        rule == other.rule && code == other.code && name == other.name && channel == other.channel
    }
}

extension [Finding] {
    /// The distinct codes, in the order of the rules.
    package var codes: [Finding.Code] {
        var seen: [Finding.Code] = []
        for finding in self {
            if let code = finding.code, !seen.contains(code) { seen.append(code) }
        }
        return seen
    }

    /// Appends, or takes the place of what was said before.
    mutating func note(_ finding: Finding) {
        if let known = firstIndex(where: { $0.repeats(finding) }) {
            self[known] = finding
        } else {
            append(finding)
        }
    }
}

/// A set of codes, as bits; kept in the database.
package struct CodeSet: OptionSet, Hashable, Sendable {
    package var rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    package init(_ findings: [Finding]) {
        rawValue = 0
        for finding in findings {
            if let code = finding.code { rawValue |= 1 << Int64(code.bit) }
        }
    }

    /// In the order of the rules.
    package var codes: [Finding.Code] { Finding.Code.allCases.filter { rawValue & (1 << Int64($0.bit)) != 0 } }
}

extension Finding.Code {
    /// Never moves: it is kept in the database. A new code takes the next free one.
    package var bit: Int {
        switch self {
        case .consentMissing: 0
        case .consentWithdrawn: 1
        case .topicOptedOut: 2
        case .channelOptedOut: 3
        case .attributeMissing: 4
        case .attributeNotPermitted: 5
        case .attributeStale: 6
        case .alreadyDelivered: 7
        case .subjectCompleted: 8
        case .noAddress: 9
        case .notBefore: 10
        case .retryBackoff: 11
        case .paused: 12
        case .channelHeld: 13
        case .quietHours: 14
        case .timeZoneUnknown: 15
        case .busy: 16
        case .sendWindow: 17
        case .cap: 18
        case .noSlotBeforeExpiry: 19
        case .expired: 20
        case .topicHeld: 21
        case .renderingFailed: 24
        }
    }
}

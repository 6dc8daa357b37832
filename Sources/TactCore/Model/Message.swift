/// A message that waits for its moment: what the planner needs to know of it.
package struct Message: Sendable, Equatable {
    /// Where and when a decision predicts that a message will go out.
    package struct Plan: Hashable, Sendable {
        package var at: Timestamp
        package var channel: String

        package init(at: Timestamp, channel: String) {
            self.at = at
            self.channel = channel
        }
    }

    /// A message that is put into words when it is released.
    package struct Wording: Hashable, Sendable {
        /// The number of the template's version.
        package var template: Int64
        /// The attributes of the person that it uses.
        package var needs: [AttributeNeed]

        package init(template: Int64, needs: [AttributeNeed]) {
            self.template = template
            self.needs = needs
        }
    }

    /// Grows with the order of submission.
    package var number: Int64
    package var sender: String
    package var topic: String
    /// In order of preference; never empty.
    package var channels: [String]
    package var urgency: Urgency
    /// 0…1: the sender's own estimate of how useful this is to the recipient.
    package var relevance: Double
    package var submittedAt: Timestamp
    package var notBefore: Timestamp?
    /// Release needs `t < expiresAt`. nil: never expires.
    package var expiresAt: Timestamp?
    /// Where the topic's `max_wait` counts from.
    package var waitsFrom: Timestamp
    /// Not before this instant, because an attempt failed.
    package var retryAt: Timestamp?
    package var subject: String?
    /// What two messages that say the same have in common; nil: it is not asked.
    package var fingerprint: String?
    /// nil: its words came with it.
    package var wording: Wording?
    /// The last plan made, and the edge it was spread from.
    package var plan: Plan?
    package var edge: Timestamp?
    /// What stood in its way at the last decision.
    package var codes: CodeSet

    package init(
        number: Int64, sender: String, topic: String, channels: [String], urgency: Urgency = .normal,
        relevance: Double = 0.5, submittedAt: Timestamp, notBefore: Timestamp? = nil, expiresAt: Timestamp? = nil,
        waitsFrom: Timestamp? = nil, retryAt: Timestamp? = nil, subject: String? = nil, fingerprint: String? = nil,
        wording: Wording? = nil,
        plan: Plan? = nil, edge: Timestamp? = nil, codes: CodeSet = []
    ) {
        self.number = number
        self.sender = sender
        self.topic = topic
        self.channels = channels
        self.urgency = urgency
        self.relevance = relevance
        self.submittedAt = submittedAt
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.waitsFrom = waitsFrom ?? max(submittedAt, notBefore ?? submittedAt)
        self.retryAt = retryAt
        self.subject = subject
        self.fingerprint = fingerprint
        self.wording = wording
        self.plan = plan
        self.edge = edge
        self.codes = codes
    }

    /// Whether this message is served before `other` when both want a scarce slot: urgency, then relevance,
    /// then earlier expiry, then order of submission.
    package func ranksAbove(_ other: Message) -> Bool {
        if urgency != other.urgency { return urgency > other.urgency }
        if relevance != other.relevance { return relevance > other.relevance }
        let (mine, theirs) = (expiresAt ?? .distantFuture, other.expiresAt ?? .distantFuture)
        if mine != theirs { return mine < theirs }
        return number < other.number
    }
}

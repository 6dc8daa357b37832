import TactCore

/// A message as it stands, or as it would stand.
package struct MessageAnswer: Answer {
    /// nil: a dry run.
    package var id: String?
    package var state: MessageState
    package var recipient: String
    package var topic: String
    package var channels: [String]
    package var urgency: Urgency
    package var relevance: Double
    package var submittedAt: Timestamp
    /// nil: not told to whoever asks, or a dry run.
    package var sender: String?
    package var subject: String?
    package var collapseKey: String?
    /// The template that words it, and the version it was accepted with.
    package var template: TemplateReference?
    /// Why the person gets it, as its sender tells.
    package var because: String?
    /// Of a dry run: the attributes it would use now.
    package var used: [UsedAttribute]?
    package var notBefore: Timestamp?
    package var expiresAt: Timestamp?
    package var plan: Message.Plan?
    /// Distinct, in the order of the rules.
    package var codes: [Finding.Code]
    /// What held or suppressed; nil: not told here, as in lists.
    package var findings: [FindingAnswer]?
    package var attempts: Int
    package var reason: Reason?
    package var endedAt: Timestamp?
    /// A compact JSON object, as long as it is kept; nil: not told here.
    package var content: [UInt8]?
    /// What it brings for its template: a compact JSON object, as long as it is kept; nil: not told here, or no template.
    package var variables: [UInt8]?
    /// The recipient's zone, for whoever shows the times; nil: not known, or not told here.
    package var timeZone: String?

    package init(
        id: String?, state: MessageState, recipient: String, topic: String, channels: [String],
        urgency: Urgency = .normal, relevance: Double = 0.5, submittedAt: Timestamp, sender: String? = nil,
        subject: String? = nil, collapseKey: String? = nil, notBefore: Timestamp? = nil, expiresAt: Timestamp? = nil,
        plan: Message.Plan? = nil, codes: [Finding.Code] = [], findings: [FindingAnswer]? = nil, attempts: Int = 0,
        reason: Reason? = nil, endedAt: Timestamp? = nil, content: [UInt8]? = nil, timeZone: String? = nil
    ) {
        self.id = id
        self.state = state
        self.recipient = recipient
        self.topic = topic
        self.channels = channels
        self.urgency = urgency
        self.relevance = relevance
        self.submittedAt = submittedAt
        self.sender = sender
        self.subject = subject
        self.collapseKey = collapseKey
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.plan = plan
        self.codes = codes
        self.findings = findings
        self.attempts = attempts
        self.reason = reason
        self.endedAt = endedAt
        self.content = content
        self.timeZone = timeZone
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member(orNull: "id", id)
            $0.member("state", state.name)
            $0.member("recipient", recipient)
            $0.member("topic", topic)
            $0.member("channels", channels)
            $0.member("urgency", urgency.name)
            $0.member("relevance", relevance)
            $0.member(ifAny: "sender", sender)
            $0.member(ifAny: "subject", subject)
            $0.member(ifAny: "collapse_key", collapseKey)
            $0.member(ifAny: "template", template)
            $0.member(ifAny: "because", because)
            if let used { $0.member("used", used) }
            $0.member("submitted_at", submittedAt)
            $0.member(ifAny: "not_before", notBefore)
            $0.member(ifAny: "expires_at", expiresAt)
            $0.member(orNull: "plan", plan)
            $0.member("codes", codes)
            if let findings { $0.member("findings", findings) }
            $0.member("attempts", attempts)
            $0.member(ifAny: "reason", reason?.rawValue)
            $0.member(ifAny: "ended_at", endedAt)
            $0.member(ifAny: "time_zone", timeZone)
            if let content {
                $0.name("content")
                $0.raw(content)
            }
            if let variables {
                $0.name("variables")
                $0.raw(variables)
            }
        }
    }
}

/// A template by its name, and one of its versions.
package struct TemplateReference: Answer, Equatable {
    package var name: String
    package var version: Int

    package init(name: String, version: Int) {
        self.name = name
        self.version = version
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("name", name)
            $0.member("version", version)
        }
    }
}

/// What one rule says, with the sentence that tells it.
package struct FindingAnswer: Answer {
    package var finding: Finding
    /// One plain sentence in the recipient's local time; may be empty where a rule has nothing to say.
    package var text: String

    package init(_ finding: Finding, text: String) {
        self.finding = finding
        self.text = text
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("rule", finding.rule.rawValue)
            $0.member("effect", finding.effect.rawValue)
            $0.member(ifAny: "code", finding.code?.rawValue)
            switch finding.effect {
            case .hold: $0.member(orNull: "until", finding.until)
            case .suppress, .permit, .notApplicable: $0.member(ifAny: "until", finding.until)
            }
            $0.member(ifAny: "channel", finding.channel)
            $0.member(ifAny: "name", finding.name)
            if !text.isEmpty { $0.member("text", text) }
        }
    }
}

extension Message.Plan: Answer {
    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("at", at)
            $0.member("channel", channel)
        }
    }
}

extension JSONWriter {
    package mutating func member(_ name: StaticString, _ codes: [Finding.Code]) {
        self.name(name)
        array { for code in codes { $0.value(code.rawValue) } }
    }
}

/// A page of a list, the newest first.
package struct Page<Item: Answer>: Answer {
    package var items: [Item]
    /// Opaque; nil: this is the last page.
    package var nextCursor: String?

    package init(items: [Item], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("items", items)
            $0.member(orNull: "next_cursor", nextCursor)
        }
    }
}

/// How many messages `DELETE /v1/messages` or a completion has cancelled.
package struct CancelledAnswer: Answer {
    package var cancelled: Int

    package init(cancelled: Int) { self.cancelled = cancelled }

    package func write(to out: inout JSONWriter) {
        out.object { $0.member("cancelled", cancelled) }
    }
}

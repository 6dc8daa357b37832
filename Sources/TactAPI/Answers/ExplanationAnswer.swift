import TactCore

/// Why a message is where it is: every decision with every finding, and what was released.
package struct ExplanationAnswer: Answer {
    /// A decision with what it was made from.
    package struct Entry: Answer {
        package var at: Timestamp
        package var outcome: Decision.Outcome
        package var plan: Message.Plan?
        /// Of every rule.
        package var findings: [FindingAnswer]
        /// The versions of the policy and of the tz database.
        package var policy: String
        package var tz: String

        package init(
            at: Timestamp, outcome: Decision.Outcome, plan: Message.Plan?, findings: [FindingAnswer], policy: String,
            tz: String
        ) {
            self.at = at
            self.outcome = outcome
            self.plan = plan
            self.findings = findings
            self.policy = policy
            self.tz = tz
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("at", at)
                switch outcome {
                case .deliver(let channel):
                    $0.member("outcome", "deliver")
                    $0.member("channel", channel)
                case .hold(let until):
                    $0.member("outcome", "hold")
                    $0.member(orNull: "until", until)
                case .suppress: $0.member("outcome", "suppress")
                }
                $0.member(orNull: "plan", plan)
                $0.member("findings", findings)
                $0.member("policy", policy)
                $0.member("tz", tz)
            }
        }
    }

    /// One release to a worker.
    package struct Release: Answer {
        /// From 1.
        package var attempt: Int
        package var channel: String
        package var releasedAt: Timestamp
        /// nil: still leased.
        package var outcome: Outcome?
        package var detail: String?
        package var endedAt: Timestamp?
        /// What it was worded by; nil: its words came with it, or were the topic's own.
        package var template: TemplateReference?
        /// The attributes it was worded by; nil: its words came with it.
        package var used: [UsedAttribute]?

        package init(
            attempt: Int, channel: String, releasedAt: Timestamp, outcome: Outcome? = nil, detail: String? = nil,
            endedAt: Timestamp? = nil
        ) {
            self.attempt = attempt
            self.channel = channel
            self.releasedAt = releasedAt
            self.outcome = outcome
            self.detail = detail
            self.endedAt = endedAt
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("attempt", attempt)
                $0.member("channel", channel)
                $0.member("released_at", releasedAt)
                $0.member(ifAny: "outcome", outcome?.name)
                $0.member(ifAny: "detail", detail)
                $0.member(ifAny: "ended_at", endedAt)
                $0.member(ifAny: "template", template)
                if let used { $0.member("used", used) }
            }
        }
    }

    /// What the person did with it, or what became of it on the way.
    package struct Event: Answer {
        package var type: String
        package var at: Timestamp

        package init(type: String, at: Timestamp) {
            self.type = type
            self.at = at
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("type", type)
                $0.member("at", at)
            }
        }
    }

    /// Of the sentences.
    package var language: SentenceLanguage
    package var message: MessageAnswer
    /// As stored, the oldest first.
    package var decisions: [Entry]
    /// Where earlier decisions are; opaque. nil: there are none.
    package var nextCursor: String?
    /// What would be decided now; nil: the message is not pending.
    package var now: Entry?
    package var deliveries: [Release]
    package var events: [Event]

    package init(
        language: SentenceLanguage, message: MessageAnswer, decisions: [Entry], now: Entry?, deliveries: [Release],
        events: [Event] = []
    ) {
        self.language = language
        self.message = message
        self.decisions = decisions
        self.now = now
        self.deliveries = deliveries
        self.events = events
    }

    /// How it ended, in one sentence; nil: it has not.
    private var end: String? {
        switch message.state {
        case .pending, .leased: nil
        case .delivered, .digested, .suppressed: sentence(forEnd: message.state.name, in: language)
        case .cancelled, .expired, .failed:
            sentence(forEnd: message.reason?.rawValue ?? message.state.name, in: language)
        }
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("language", language.rawValue)
            $0.member("message", message)
            $0.member(ifAny: "end", end)
            $0.member("decisions", decisions)
            $0.member(orNull: "next_cursor", nextCursor)
            $0.member(ifAny: "now", now)
            $0.member("deliveries", deliveries)
            $0.member("events", events)
        }
    }
}

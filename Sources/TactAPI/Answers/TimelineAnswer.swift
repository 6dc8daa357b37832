import TactCore

/// What a stretch of time looks like for one recipient.
package struct TimelineAnswer: Answer {
    /// Time in which a rule holds messages back.
    package struct Blocked: Answer {
        package var interval: Interval
        package var rule: Rule
        package var code: Finding.Code
        /// The send window's name, or the channel that is held.
        package var name: String?

        package init(_ interval: Interval, rule: Rule, code: Finding.Code, name: String? = nil) {
            self.interval = interval
            self.rule = rule
            self.code = code
            self.name = name
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("start", interval.start)
                $0.member("end", interval.end)
                $0.member("rule", rule.rawValue)
                $0.member("code", code.rawValue)
                $0.member(ifAny: "name", name)
            }
        }
    }

    /// A message that is planned, or one that was released.
    package struct Point: Answer {
        package var id: String
        package var topic: String
        package var at: Timestamp
        package var channel: String
        /// Of a release; nil: still leased, or a plan.
        package var outcome: Outcome?

        package init(id: String, topic: String, at: Timestamp, channel: String, outcome: Outcome? = nil) {
            self.id = id
            self.topic = topic
            self.at = at
            self.channel = channel
            self.outcome = outcome
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("id", id)
                $0.member("topic", topic)
                $0.member("at", at)
                $0.member("channel", channel)
                $0.member(ifAny: "outcome", outcome?.name)
            }
        }
    }

    /// How much of a cap is used up.
    package struct CapUse: Answer {
        package var name: String
        package var limit: Int
        /// `24h`, or `day`, `week`, `month`.
        package var per: String
        package var used: Int
        /// What is counted apart, such as a topic's name; nil: nothing is.
        package var scope: String?
        /// Since when it is counted.
        package var from: Timestamp
        /// When the period ends; nil for sliding ones.
        package var to: Timestamp?

        package init(
            name: String, limit: Int, per: String, used: Int, scope: String? = nil, from: Timestamp,
            to: Timestamp? = nil
        ) {
            self.name = name
            self.limit = limit
            self.per = per
            self.used = used
            self.scope = scope
            self.from = from
            self.to = to
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("name", name)
                $0.member("limit", limit)
                $0.member("per", per)
                $0.member("used", used)
                $0.member(ifAny: "scope", scope)
                $0.member("from", from)
                $0.member(ifAny: "to", to)
            }
        }
    }

    /// nil: not known.
    package var timeZone: String?
    package var interval: Interval
    package var blocked: [Blocked]
    package var plans: [Point]
    package var deliveries: [Point]
    package var caps: [CapUse]

    package init(
        timeZone: String?, interval: Interval, blocked: [Blocked], plans: [Point], deliveries: [Point], caps: [CapUse]
    ) {
        self.timeZone = timeZone
        self.interval = interval
        self.blocked = blocked
        self.plans = plans
        self.deliveries = deliveries
        self.caps = caps
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member(orNull: "time_zone", timeZone)
            $0.member("from", interval.start)
            $0.member("to", interval.end)
            $0.member("blocked", blocked)
            $0.member("plans", plans)
            $0.member("deliveries", deliveries)
            $0.member("caps", caps)
        }
    }
}

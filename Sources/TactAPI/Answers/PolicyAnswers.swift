import TactCore

/// A channel, and whether an operator holds it.
package struct ChannelAnswer: Answer {
    package struct Hold: Answer {
        package var at: Timestamp
        package var author: String
        package var comment: String?

        package init(at: Timestamp, author: String, comment: String? = nil) {
            self.at = at
            self.author = author
            self.comment = comment
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("at", at)
                $0.member("author", author)
                $0.member(ifAny: "comment", comment)
            }
        }
    }

    package var channel: Channel
    package var hold: Hold?
    /// How many messages are planned for it.
    package var pending: Int

    package init(_ channel: Channel, hold: Hold?, pending: Int) {
        self.channel = channel
        self.hold = hold
        self.pending = pending
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("name", channel.name)
            $0.member("address", channel.address.rawValue)
            $0.member("spread", channel.spread)
            $0.member(orNull: "rate", channel.rate.map { "\($0.count)/\($0.per == .seconds(1) ? "s" : $0.per.text)" })
            $0.name("retry")
            $0.object {
                $0.member("attempts", channel.retry.attempts)
                $0.member("initial", channel.retry.initial)
                $0.member("max", channel.retry.max)
            }
            $0.member("pending", pending)
            $0.member(orNull: "hold", hold)
        }
    }
}

/// A topic as policy has it.
package struct TopicAnswer: Answer {
    package var topic: Topic
    /// Who stopped it, and why; nil: nobody.
    package var hold: ChannelAnswer.Hold?

    package init(_ topic: Topic, hold: ChannelAnswer.Hold?) {
        self.topic = topic
        self.hold = hold
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("name", topic.name)
            $0.member("title", topic.title)
            $0.member(orNull: "description", topic.description)
            $0.member("kind", topic.kind.rawValue)
            $0.member("consent", topic.consent.rawValue)
            $0.member("sensitive", topic.isSensitive)
            $0.member(orNull: "purpose", topic.purpose)
            $0.member("sources", AttributeFact.Source.allCases.filter(topic.sources.contains).map(\.rawValue))
            $0.member("because", topic.requiresBecause ? "required" : "optional")
            $0.member("channels", topic.channels)
            $0.member(
                "respects", Topic.Constraint.allCases.filter { topic.respects.contains($0) }.map(\.rawValue))
            $0.member(ifAny: "max_wait", topic.maxWait)
            $0.member("expires_in", topic.expiresIn)
            $0.member(ifAny: "repeat_after", topic.repeatAfter)
            $0.member(orNull: "hold", hold)
        }
    }
}

/// `POST /v1/verify`: what was checked, and what was found.
package struct VerifyReport: Answer {
    package struct Check: Answer {
        package var name: String
        package var ok: Bool
        package var detail: String

        package init(name: String, ok: Bool, detail: String) {
            self.name = name
            self.ok = ok
            self.detail = detail
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("name", name)
                $0.member("ok", ok)
                $0.member("detail", detail)
            }
        }
    }

    package var checks: [Check]
    package var ok: Bool { checks.allSatisfy(\.ok) }

    package init(checks: [Check]) { self.checks = checks }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("ok", ok)
            $0.member("checks", checks)
        }
    }
}

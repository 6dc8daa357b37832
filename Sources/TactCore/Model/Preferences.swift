/// What a person has chosen for themselves, kept apart from what apps declare. It comes first, and can only be stricter
/// than the policy. Quiet hours, pause and zone are part of the `Situation` already.
package struct Preferences: Sendable, Hashable {
    /// "At most 2 a week."
    package struct Limit: Sendable, Hashable {
        package var count: Int
        package var period: Cap.Period

        package init(count: Int, period: Cap.Period) {
            self.count = count
            self.period = period
        }
    }

    package struct OfTopic: Sendable, Hashable {
        package var isOff: Bool
        /// The channels the person wants it by, the best first; nil: as the message says.
        package var channels: [String]?
        package var limit: Limit?

        package init(isOff: Bool = false, channels: [String]? = nil, limit: Limit? = nil) {
            self.isOff = isOff
            self.channels = channels
            self.limit = limit
        }
    }

    package var topics: [String: OfTopic]
    /// Channels the person wants nothing by.
    package var channelsOff: Set<String>
    /// Nothing of kind `marketing` at all.
    package var isMarketingOff: Bool

    package init(topics: [String: OfTopic] = [:], channelsOff: Set<String> = [], isMarketingOff: Bool = false) {
        self.topics = topics
        self.channelsOff = channelsOff
        self.isMarketingOff = isMarketingOff
    }

    package var isEmpty: Bool { topics.isEmpty && channelsOff.isEmpty && !isMarketingOff }

    /// The name of the caps that one's own limits are.
    package static let capName = "your own limit"

    /// Whether the person has switched the topic off, or all of its kind.
    func isOff(_ topic: borrowing Topic) -> Bool {
        topics[topic.name]?.isOff ?? false || (isMarketingOff && topic.kind == .marketing)
    }

    /// Whether the person does not want the topic by this channel.
    func isOut(_ channel: String, for topic: borrowing Topic) -> Bool {
        if channelsOff.contains(channel) { return true }
        guard let wanted = topics[topic.name]?.channels else { return false }
        return !wanted.contains(channel)
    }

    /// A message's channels in the order in which the person prefers them; those they do not want come last.
    package func ordered(_ channels: [String], for topic: String) -> [String] {
        guard channels.count > 1, let wanted = topics[topic]?.channels else { return channels }
        return wanted.filter(channels.contains) + channels.filter { !wanted.contains($0) }
    }

    /// The person's own limits, as caps.
    package var caps: [Cap] {
        topics.sorted { $0.key < $1.key }.compactMap { name, wishes in
            wishes.limit.map {
                Cap(name: Preferences.capName, limit: $0.count, period: $0.period, topics: [name])
            }
        }
    }
}

extension Policy {
    /// The policy as it binds a person: with their own limits after those of the policy.
    package func tailored(to preferences: Preferences) -> Policy {
        let own = preferences.caps
        guard !own.isEmpty else { return self }
        var policy = self
        policy.caps += own
        return policy
    }
}

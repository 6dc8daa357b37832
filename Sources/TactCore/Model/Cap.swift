/// At most `limit` deliveries per period within a scope.
package struct Cap: Hashable, Sendable {
    /// Over what time deliveries are counted.
    package enum Period: Hashable, Sendable {
        /// At every instant t, over `(t − length, t]`.
        case sliding(Duration)
        /// Over the calendar period of the recipient's zone that holds t.
        case calendar(CalendarPeriod)
    }

    /// What is counted apart from each other.
    package enum Each: String, CaseIterable, Sendable {
        case topic, channel, sender
    }

    /// What becomes of a message that the cap has no room for.
    package enum Over: String, CaseIterable, Sendable {
        case `defer`, suppress, digest
    }

    package var name: String
    /// At least 1.
    package var limit: Int
    package var period: Period
    /// Filters; empty means all.
    package var topics: Set<String>
    package var kinds: Set<Topic.Kind>
    package var channels: Set<String>
    package var senders: Set<String>
    package var each: Set<Each>
    package var over: Over

    package init(
        name: String, limit: Int, period: Period, topics: Set<String> = [], kinds: Set<Topic.Kind> = [],
        channels: Set<String> = [], senders: Set<String> = [], each: Set<Each> = [], over: Over = .defer
    ) {
        self.name = name
        self.limit = limit
        self.period = period
        self.topics = topics
        self.kinds = kinds
        self.channels = channels
        self.senders = senders
        self.each = each
        self.over = over
    }
}

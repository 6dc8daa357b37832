/// A way to reach someone, named by the operator.
package struct Channel: Hashable, Sendable {
    /// Whether a message needs an address of the recipient for this channel.
    package enum Address: String, CaseIterable, Sendable {
        case required
        /// The workers of the channel know where to send.
        case optional
    }

    /// At most `count` releases in any `(t − per, t]`.
    package struct Rate: Hashable, Sendable {
        package var count: Int
        package var per: Duration

        package init(count: Int, per: Duration) {
            self.count = count
            self.per = per
        }
    }

    /// When and how often a delivery that did not succeed is tried again.
    package struct Retry: Hashable, Sendable {
        /// How many releases a message gets in all, at least 1.
        package var attempts: Int
        package var initial: Duration
        package var max: Duration

        package init(attempts: Int = 8, initial: Duration = .seconds(30), max: Duration = .hours(6)) {
            self.attempts = attempts
            self.initial = initial
            self.max = max
        }
    }

    package var name: String
    package var address: Address
    /// Plans that wait for an edge are spread over `[edge, edge + spread)`.
    package var spread: Duration
    /// nil: unlimited.
    package var rate: Rate?
    package var retry: Retry

    package init(
        name: String, address: Address = .optional, spread: Duration = .zero, rate: Rate? = nil, retry: Retry = Retry()
    ) {
        self.name = name
        self.address = address
        self.spread = spread
        self.rate = rate
        self.retry = retry
    }
}

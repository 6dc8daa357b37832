import TactCore

/// Spaces deliveries evenly, so that no stretch of `per` sees more than `count` of them.
package struct RateGate: Sendable, Equatable {
    /// So far ahead messages are taken into the hand.
    private static let reach = 50.0

    /// Milliseconds from one delivery to the next.
    private let gap: Double
    /// When the next may begin, in milliseconds of the steady clock.
    private var next = 0.0

    package init(_ rate: Channel.Rate) { gap = Double(rate.per.milliseconds) / Double(rate.count) }

    /// How long until a message may be taken into the hand; zero: now.
    package func wait(now: Timestamp) -> Duration {
        Duration(milliseconds: max(0, Int64((next - Double(now.milliseconds) - RateGate.reach).rounded(.up))))
    }

    /// How many may be taken at once; at least one.
    package func room(now: Timestamp) -> Int {
        let until = Double(now.milliseconds) + RateGate.reach
        return max(1, Int((until - max(next, Double(now.milliseconds))) / gap))
    }

    /// A turn: how long until it.
    package mutating func turn(now: Timestamp) -> Duration {
        let at = max(next, Double(now.milliseconds))
        next = at + gap
        return Duration(milliseconds: Int64((at - Double(now.milliseconds)).rounded(.up)))
    }
}

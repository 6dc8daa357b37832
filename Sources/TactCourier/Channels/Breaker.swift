import TactCore

/// Stops trying what does not answer, for growing pauses. Instants are of a clock that no step moves.
package struct Breaker: Sendable, Equatable {
    /// So many outages in a row before the first pause.
    package static let patience = 5
    package static let longestPause = Duration.minutes(1)
    /// A receiver that asks for more than this is asked again all the same.
    package static let longestWish = Duration.minutes(15)

    private var outages = 0
    private(set) var closedUntil = Timestamp.distantPast

    package init() {}

    /// Whether it has paused since the last success.
    package var isOpen: Bool { outages >= Breaker.patience }

    /// How long to wait before the next try; zero: none.
    package func pause(now: Timestamp) -> Duration { max(.zero, closedUntil - now) }

    package mutating func succeed() {
        outages = 0
        closedUntil = .distantPast
    }

    /// - Parameter wish: how long whoever is at the other end wants to be left alone.
    package mutating func fail(now: Timestamp, wish: Duration? = nil) {
        outages += 1
        var pause = Duration.zero
        if outages >= Breaker.patience {
            let doublings = min(outages - Breaker.patience, 6)
            pause = min(Breaker.longestPause, .seconds(1 << Int64(doublings)))
        }
        if let wish { pause = max(pause, min(wish, Breaker.longestWish)) }
        closedUntil = max(closedUntil, now + pause)
    }
}

/// What one receiver among many may take of a channel, so that a slow or dead one leaves room for the others.
package struct Share: Sendable, Equatable {
    /// Messages that find no room come back in turn, this far ahead at the most.
    package static let longestTurn = Duration.minutes(10)

    private var underWay = 0
    private var breaker = Breaker()
    /// When the next message that finds no room may come back.
    private var nextTurn = Timestamp.distantPast
    /// How long a delivery takes, in milliseconds: the last ones weigh most.
    private var pace = 0.0

    package init() {}

    /// Whether there is nothing to remember.
    package var isIdle: Bool { underWay == 0 && !breaker.isOpen }

    /// Nil if a delivery may begin, which then counts; else after how long the message may come back. Those that are
    /// turned away come back one after the other, as fast as the receiver works.
    package mutating func begin(now: Timestamp, limit: Int) -> Duration? {
        let pause = breaker.pause(now: now)
        // After a pause, one delivery tells whether the receiver is back.
        let room = breaker.isOpen ? 1 : limit
        guard pause > .zero || underWay >= room else {
            underWay += 1
            return nil
        }
        let gap = Duration(milliseconds: max(1, Int64(pace / Double(limit))))
        let soonest = now + max(pause, .seconds(1))
        nextTurn = min(max(nextTurn + gap, soonest), now + Share.longestTurn)
        return nextTurn - now
    }

    package mutating func end(now: Timestamp, took: Duration, isOutage: Bool, wish: Duration? = nil) {
        underWay -= 1
        pace = pace == 0 ? Double(took.milliseconds) : pace * 0.9 + Double(took.milliseconds) * 0.1
        if isOutage { breaker.fail(now: now, wish: wish) } else { breaker.succeed() }
    }
}

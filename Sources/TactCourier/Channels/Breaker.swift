import TactCore

/// Stops trying what does not answer, for growing pauses. Instants are of a clock that no step moves.
package struct Breaker: Sendable, Equatable {
    /// So many outages in a row before the first pause.
    package static let patience = 5
    package static let longestPause = Duration.minutes(1)
    /// A receiver that asks for more than this is asked again all the same.
    package static let longestWish = Duration.minutes(15)

    private var outages = 0
    /// The end of the last pause.
    private var closedUntil = Timestamp.distantPast
    /// Until when whoever is at the other end wants to be left alone.
    private var wishedUntil = Timestamp.distantPast

    package init() {}

    /// Whether nothing has got through since it began to pause.
    package var isOpen: Bool { outages >= Breaker.patience }

    /// How long to wait before the next try; zero: none.
    package func pause(now: Timestamp) -> Duration { max(.zero, max(closedUntil, wishedUntil) - now) }

    /// Whether there is nothing to remember.
    package func isIdle(now: Timestamp) -> Bool { outages == 0 && pause(now: now) == .zero }

    package mutating func succeed() {
        outages = 0
        closedUntil = .distantPast
    }

    /// Many deliveries that were under way at once tell of one outage, and not of many.
    ///
    /// - Parameters:
    ///   - begun: when the delivery began.
    ///   - wish: how long whoever is at the other end wants to be left alone.
    package mutating func fail(now: Timestamp, begun: Timestamp, wish: Duration? = nil) {
        if let wish { wishedUntil = max(wishedUntil, now + min(wish, Breaker.longestWish)) }
        guard !isOpen || begun >= closedUntil else { return }
        outages += 1
        if isOpen {
            let doublings = min(outages - Breaker.patience, 6)
            closedUntil = now + min(Breaker.longestPause, .seconds(1 << Int64(doublings)))
        }
    }
}

/// What one receiver among many may take of a channel, so that a slow or dead one leaves room for the others.
package struct Share: Sendable, Equatable {
    /// Messages that find no room come back in turn, this far ahead at the most.
    package static let longestTurn = Duration.hours(1)

    private var underWay = 0
    private var breaker = Breaker()
    /// When the next message that finds no room may come back.
    private var nextTurn = Timestamp.distantPast
    /// How long a delivery takes, in milliseconds: the last ones weigh most.
    private var pace = 0.0

    package init() {}

    /// Whether there is nothing to remember.
    package func isIdle(now: Timestamp) -> Bool { underWay == 0 && breaker.isIdle(now: now) && nextTurn <= now }

    /// Whether nothing would be lost but what was learnt.
    package var isFree: Bool { underWay == 0 }

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
        nextTurn = max(nextTurn + gap, soonest)
        // Nor do they all come back at the longest turn's end.
        if nextTurn > now + Share.longestTurn {
            nextTurn = max(soonest, now + Duration(milliseconds: Share.longestTurn.milliseconds / 2))
        }
        return nextTurn - now
    }

    package mutating func end(now: Timestamp, begun: Timestamp, isOutage: Bool, wish: Duration? = nil) {
        underWay -= 1
        let took = Double((now - begun).milliseconds)
        pace = pace == 0 ? took : pace * 0.9 + took * 0.1
        if isOutage { breaker.fail(now: now, begun: begun, wish: wish) } else { breaker.succeed() }
    }

    /// One that was to begin does not.
    package mutating func withdraw() { underWay -= 1 }
}

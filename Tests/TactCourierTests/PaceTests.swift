import TactCore
import Testing

@testable import TactCourier

/// Pauses, shares and rates, on a clock of their own.
@Suite struct PaceTests {
    static let start = Timestamp(milliseconds: 1_000_000)

    @Test func anOutagePausesForGrowingWhilesUntilSomethingGetsThrough() {
        var breaker = Breaker()
        var pauses: [Int64] = []
        for _ in 0..<14 {
            breaker.fail(now: Self.start)
            pauses.append(breaker.pause(now: Self.start).milliseconds / 1000)
        }
        #expect(pauses == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
        #expect(breaker.isOpen)
        breaker.succeed()
        #expect(!breaker.isOpen)
        #expect(breaker.pause(now: Self.start) == .zero)
    }

    @Test func aReceiverMayAskToBeLeftAloneButNotForEver() {
        var breaker = Breaker()
        breaker.fail(now: Self.start, wish: .seconds(90))
        #expect(breaker.pause(now: Self.start) == .seconds(90))
        #expect(breaker.pause(now: Self.start + .seconds(80)) == .seconds(10))
        breaker.fail(now: Self.start, wish: .days(300))
        #expect(breaker.pause(now: Self.start) == Breaker.longestWish)
    }

    @Test func aReceiverTakesNoMoreThanItsShareAndTheRestComesBackInTurn() {
        var share = Share()
        for _ in 0..<2 { #expect(share.begin(now: Self.start, limit: 2) == nil) }
        // Deliveries take a second: two at once make one every half second.
        share.end(now: Self.start, took: .seconds(1), isOutage: false)
        #expect(share.begin(now: Self.start, limit: 2) == nil)
        let turns = (0..<4).compactMap { _ in share.begin(now: Self.start, limit: 2)?.milliseconds }
        #expect(turns == [1000, 1500, 2000, 2500])
    }

    @Test func noTurnIsFurtherOffThanTenMinutes() {
        var share = Share()
        #expect(share.begin(now: Self.start, limit: 1) == nil)
        share.end(now: Self.start, took: .minutes(1), isOutage: false)
        #expect(share.begin(now: Self.start, limit: 1) == nil)
        for _ in 0..<1000 {
            let turn = share.begin(now: Self.start, limit: 1)
            #expect(turn.map { $0 >= .seconds(1) && $0 <= Share.longestTurn } == true)
        }
    }

    @Test func afterAnOutageOneDeliveryTellsWhetherItIsOver() {
        var share = Share()
        for _ in 0..<Breaker.patience {
            #expect(share.begin(now: Self.start, limit: 8) == nil)
            share.end(now: Self.start, took: .zero, isOutage: true)
        }
        #expect(share.begin(now: Self.start, limit: 8) != nil)
        let later = Self.start + .seconds(2)
        #expect(share.begin(now: later, limit: 8) == nil)
        #expect(share.begin(now: later, limit: 8) != nil)
        share.end(now: later, took: .zero, isOutage: false)
        for _ in 0..<8 { #expect(share.begin(now: later, limit: 8) == nil) }
    }

    @Test(arguments: [(3, Duration.seconds(1)), (50, .seconds(1)), (7, .minutes(1)), (4000, .seconds(1))])
    func noStretchSeesMoreThanTheRate(_ count: Int, _ per: Duration) {
        var gate = RateGate(Channel.Rate(count: count, per: per))
        var now = Self.start
        var turns: [Timestamp] = []
        while turns.count < 5 * count {
            now = now + gate.wait(now: now)
            for _ in 0..<gate.room(now: now) { turns.append(now + gate.turn(now: now)) }
        }
        for (first, last) in zip(turns, turns.dropFirst(count)) {
            // A turn is rounded up to a millisecond, so two may lie one too close.
            #expect((last - first).milliseconds >= per.milliseconds - 1)
        }
        let length = turns[turns.count - 1] - turns[0]
        #expect(length.milliseconds <= 5 * per.milliseconds)
    }
}

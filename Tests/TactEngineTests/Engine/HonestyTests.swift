import TactAPI
import TactCore
import TactStore
import Testing

@testable import TactEngine

/// What was found by people who tried to break it.
@Suite struct HonestyTests {
    private static let oneADay = Office.basic + "\n[[cap]]\nname = \"one\"\nlimit = 1\nper = \"24h\"\n"

    private func tryOut(_ office: Office, at instant: String) throws -> Submission {
        let instant = try Timestamp(rfc3339: instant)
        return try office.store.write {
            try office.engine.tryOut(
                MessageRequest(#"{"recipient":"ann","topic":"offers"}"#.utf8), sender: "app", at: instant, $0,
                now: office.now)
        }
    }

    @Test func aDryRunAtAnotherTimeLeavesTheCapsAsTheyAre() throws {
        let office = try Office(Self.oneADay)
        try office.offer()
        try office.report(.delivered, #require(try office.lease().first))
        office.engine.forget()
        #expect(
            try tryOut(office, at: "2026-12-01T00:00:00Z").stored.message.plan?.at.rfc3339 == "2026-12-01T00:00:00.000Z"
        )
        let next = try office.offer()
        #expect(try office.stored(next)?.message.plan?.at == office.now + .hours(24))
        #expect(try office.lease().isEmpty)
    }

    @Test func aDryRunLooksAtTheDeliveriesOfItsOwnTime() throws {
        let office = try Office(Self.oneADay)
        try office.offer()
        try office.report(.delivered, #require(try office.lease().first))
        office.pass(.days(10))
        office.engine.forget()
        let then = try tryOut(office, at: "2026-03-02T12:00:00Z").stored.message.plan
        #expect(then?.at.rfc3339 == "2026-03-03T09:00:00.000Z", "at that time the delivery of 09:00 still counted")
    }

    @Test func aClockSetBackByDaysOvershootsNoCap() throws {
        let office = try Office(Self.oneADay)
        try office.offer()
        try office.report(.delivered, #require(try office.lease().first))
        let right = office.now
        // It starts with a clock that is days ahead.
        office.engine.forget()
        office.pass(.days(3))
        let early = try office.offer(#""not_before":"2026-03-20T00:00:00Z""#)
        #expect(try office.state(early) == .pending)
        office.now = right + .minutes(1)
        let next = try office.offer()
        #expect(try office.stored(next)?.message.plan?.at == right + .hours(24))
        #expect(try office.lease().isEmpty)
    }

    @Test func whatLiesBeyondTheHorizonComesIntoSight() throws {
        let office = try Office(Office.basic)
        let far = try office.offer(#""not_before":"2027-06-01T00:00:00Z","expires_in":"30d""#)
        #expect(far.stored.message.plan == nil)
        #expect(far.decision.findings.codes == [.notBefore])
        var days = 0
        while try office.stored(far)?.message.plan == nil, days < 400 {
            // Now and then the daemon is started anew.
            if days % 7 == 3 { office.engine.forget() }
            office.pass(.days(1))
            while try office.tick() <= office.now {}
            days += 1
        }
        #expect(try office.stored(far)?.message.plan?.at == (try Timestamp(rfc3339: "2027-06-01T00:00:00Z")))
        #expect(office.now >= (try Timestamp(rfc3339: "2026-05-30T00:00:00Z")))
        office.now = try Timestamp(rfc3339: "2027-06-01T00:00:00Z")
        #expect(try office.lease().count == 1)
        #expect(try office.verify() == [])
    }

    @Test func whatIsHeldButWithinSightIsNotLookedAtAgain() throws {
        let office = try Office(Office.basic)
        _ = try office.tick()
        try office.store.write {
            try office.engine.hold(.channel, "push", author: "ops", comment: nil, $0, now: office.now)
        }
        try office.offer()
        office.engine.forget()
        #expect(try office.tick() > office.now)
        #expect(office.engine.outOfSight.isEmpty)
        let far = try office.store.read { try $0.recipientsWithoutPlan(expiringAfter: office.now + Planner.horizon) }
        #expect(far.isEmpty)
    }

    @Test func whatIsRequeuedIsDecidedLikeAnyOther() throws {
        let office = try Office(Office.basic)
        let message = try office.offer(#""subject":"order:1""#)
        try office.report(.failed, #require(try office.lease().first))
        try office.store.write {
            _ = try office.engine.complete("order:1", recipient: nil, blockFor: .days(7), $0, now: office.now)
        }
        let failed = try #require(try office.stored(message))
        let requeued = try office.store.write { try office.engine.requeue(failed, $0, now: office.now) }
        #expect(requeued.decision.findings.codes == [.subjectCompleted])
        #expect(try office.state(message) == .suppressed)
        #expect(try office.lease().isEmpty)
        #expect(try office.verify() == [])
    }

    @Test func aPatchThatChangesNothingStoresNothing() throws {
        let office = try Office(Office.basic)
        let message = try office.offer(#""not_before":"2026-03-03T00:00:00Z","relevance":0.7"#)
        func entries() throws -> Int {
            try office.store.read { try $0.journal(of: message.stored.message.number).count }
        }
        for body in ["{}", #"{"relevance":0.7}"#, #"{"not_before":"2026-03-03T00:00:00Z"}"#] {
            let stored = try #require(try office.stored(message))
            let answer = try office.store.write {
                try office.engine.patch(stored, MessagePatch(body.utf8), $0, now: office.now)
            }
            #expect(answer.decision.findings.codes == [.notBefore])
        }
        #expect(try entries() == 1)
    }

    @Test func aNameIsWhatPolicySpells() throws {
        let office = try Office(Office.basic.replacing("push", with: "WEBHOOK"))
        // U+212A is the Kelvin sign, which Unicode takes for a K.
        let message = try office.offer("\"channels\":[\"WEBHOO\u{212A}\"]")
        #expect(try office.stored(message)?.message.channels.first?.utf8.count == 7)
        #expect(try office.stored(message)?.message.plan?.channel.utf8.count == 7)
    }

    @Test func everyPlanIsToldAlsoOfThoseThatMoveUp() throws {
        let office = try Office(Self.oneADay)
        let told = Told()
        office.engine.onPlan = { plan, _ in told.plans.append(plan?.at) }
        let first = try office.offer(#""relevance":0.9"#)
        try office.offer()
        #expect(told.plans == [office.now, office.now + .hours(24)])
        told.plans = []
        let stored = try #require(try office.stored(first))
        try office.store.write { try office.engine.cancel(stored, reason: .cancelledBySender, $0, now: office.now) }
        #expect(told.plans == [office.now])
    }

    private final class Told: @unchecked Sendable {
        var plans: [Timestamp?] = []
    }

    /// Desks that grow while they are used do not fill the memory.
    @Test func deliveriesThatAreLongOverLeaveTheMemory() throws {
        let office = try Office(Self.oneADay)
        for _ in 0..<20 {
            try office.offer()
            try office.report(.delivered, #require(try office.lease().first))
            office.pass(.days(1))
        }
        let weight = try office.store.write { try office.engine.desk("ann", $0, now: office.now)?.agenda.weight }
        #expect(try #require(weight) <= 4)
    }
}

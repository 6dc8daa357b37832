import TactCore
import Testing

/// Who gets a slot when there are not enough for all.
@Suite struct ScarceSlotStories {
    private func oneAnHour(_ now: String = "2026-11-23T12:00:00Z") throws -> Story {
        var ann = try Story(now)
        ann.cap(1, per: .sliding(.hours(1)))
        return ann
    }

    @Test func urgencyThenRelevanceThenExpiryThenSubmissionDecide() throws {
        var ann = try oneAnHour()
        _ = try ann.submit()
        _ = try ann.submit(expires: "2026-11-25T12:00:00Z")
        _ = try ann.submit(relevance: 0.9)
        _ = try ann.submit(urgency: .high, relevance: 0)
        _ = try ann.submit()
        #expect(
            [4, 3, 2, 1, 5].map { ann.plan($0) } == [
                "2026-11-23T12:00:00.000Z by push", "2026-11-23T13:00:00.000Z by push",
                "2026-11-23T14:00:00.000Z by push", "2026-11-23T15:00:00.000Z by push",
                "2026-11-23T16:00:00.000Z by push",
            ])
    }

    @Test func aLowerRankedMessageGoesEarlierOnlyWhereTheHigherStaysPossible() throws {
        var ann = try oneAnHour()
        _ = try ann.submit(urgency: .high, notBefore: "2026-11-23T13:00:00Z")
        #expect(try ann.submit().when == "2026-11-23T12:00:00.000Z")

        var bob = try oneAnHour()
        _ = try bob.submit(urgency: .high, notBefore: "2026-11-23T12:59:59.999Z")
        #expect(try bob.submit().when == "2026-11-23T13:59:59.999Z")
    }

    @Test func whatIsPlannedIsReservedOnItsChannel() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(1, per: .sliding(.hours(1)), each: [.channel])
        _ = try ann.submit(urgency: .high)
        #expect(try ann.submit(by: ["push", "email"]).plan?.channel == "email")
    }

    @Test func aMessageWithoutAPlanReservesNothing() throws {
        var ann = try oneAnHour()
        try ann.busy("2026-11-23T12:00:00Z", "2026-11-23T20:00:00Z")
        #expect(try ann.submit(urgency: .high, expires: "2026-11-23T19:00:00Z").plan == nil)
        #expect(try ann.submit().when == "2026-11-23T20:00:00.000Z")
    }

    @Test func whenAMessageEndsTheOthersMoveUp() throws {
        var ann = try oneAnHour()
        for _ in 1...3 { _ = try ann.submit() }
        ann.remove(1)
        #expect(ann.plan(2) == "2026-11-23T12:00:00.000Z by push")
        #expect(ann.plan(3) == "2026-11-23T13:00:00.000Z by push")
    }

    @Test func aNewMessageOfHigherRankMovesTheOthers() throws {
        var ann = try oneAnHour()
        _ = try ann.submit()
        _ = try ann.submit(urgency: .high)
        #expect(ann.plan(1) == "2026-11-23T13:00:00.000Z by push")
    }

    @Test func whileNoWorkerComesAMessageReservesNowForAMinute() throws {
        var ann = try oneAnHour()
        _ = try ann.submit()
        _ = try ann.submit()
        try ann.later("2026-11-23T12:01:00Z")
        ann.replan()
        #expect(ann.plan(1) == "2026-11-23T12:00:00.000Z by push")
        #expect(ann.plan(2) == "2026-11-23T13:01:00.000Z by push")
        try ann.later("2026-11-23T12:01:00.001Z")
        ann.replan()
        #expect(ann.plan(1) == "2026-11-23T12:00:00.000Z by push")
        #expect(ann.plan(2) == "2026-11-23T12:01:00.001Z by push")
    }

    @Test func whatWasDueIsDecidedAgainWhenAWorkerComes() throws {
        var ann = try Story("2026-11-23T20:59:00Z")
        try ann.quiet("22:00", "08:00")
        _ = try ann.submit()
        try ann.later("2026-11-23T21:00:00Z")
        #expect(ann.judge(1)?.when == "2026-11-24T07:00:00.000Z")
    }

    @Test func aReleaseInTimeLeavesThePlansOfTheOthers() throws {
        var ann = try oneAnHour()
        _ = try ann.submit()
        _ = try ann.submit()
        try ann.later("2026-11-23T12:00:00.999Z")
        ann.release(1)
        #expect(ann.plan(2) == "2026-11-23T13:00:00.000Z by push")
        try ann.later("2026-11-23T13:00:00Z")
        #expect(ann.judge(2)?.when == "2026-11-23T13:00:00.999Z")
    }
}

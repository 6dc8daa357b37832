import TactCore
import Testing

@Suite struct ExpiryStories {
    @Test func withoutASlotBeforeItsExpiryAMessageHasNoPlan() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        try ann.busy("2026-11-23T12:00:00Z", "2026-11-23T14:00:00Z")
        let decision = try ann.submit(expires: "2026-11-23T14:00:00Z")
        #expect(decision.plan == nil)
        #expect(decision.outcome == .hold(until: nil))
        #expect(decision.said == ["busy until 2026-11-23T14:00:00.000Z", "no_slot_before_expiry"])
        #expect(try ann.submit(expires: "2026-11-23T14:00:00.001Z").when == "2026-11-23T14:00:00.000Z")
    }

    @Test func whatHasExpiredIsNotReleased() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        let decision = try ann.submit(expires: "2026-11-23T12:00:00Z")
        #expect(decision.plan == nil)
        #expect(decision.said == ["expired"])
    }

    @Test func nothingIsPlannedFurtherAheadThanTheHorizon() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        try ann.busy("2026-11-23T12:00:00Z", "2027-11-24T12:00:00Z")
        #expect(try ann.submit().when == "2027-11-24T12:00:00.000Z")
        var bob = try Story("2026-11-23T12:00:00Z")
        try bob.busy("2026-11-23T12:00:00Z", "2027-11-24T12:00:00.001Z")
        let decision = try bob.submit()
        #expect(decision.said == ["busy until 2027-11-24T12:00:00.001Z"])
        #expect(decision.outcome == .hold(until: nil), "it has not failed: it is out of sight")
    }

    @Test func aPlanComesBackWhenTheMeetingIsCancelled() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        try ann.busy("2026-11-23T12:00:00Z", "2026-11-23T14:00:00Z")
        _ = try ann.submit(expires: "2026-11-23T13:00:00Z")
        try ann.later("2026-11-23T12:30:00Z")
        ann.facts.busy = []
        ann.replan()
        #expect(ann.plan(1) == "2026-11-23T12:30:00.000Z by push")
    }

    @Test func whatIsDoneNeedsNoMoreMessages() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.facts.completedSubjects = ["fridge:1": try Timestamp(rfc3339: "2026-11-30T12:00:00Z")]
        let decision = try ann.submit(subject: "fridge:1")
        #expect(decision.outcome == .suppress)
        #expect(decision.said == ["subject_completed"])
        #expect(try ann.submit(subject: "fridge:2").outcome == .deliver(channel: "push"))
        try ann.later("2026-11-30T12:00:00Z")
        #expect(try ann.submit(subject: "fridge:1").outcome == .deliver(channel: "push"))
    }
}

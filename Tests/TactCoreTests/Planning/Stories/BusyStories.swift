import TactCore
import Testing

@Suite struct BusyStories {
    @Test func aPizzaDiscountWaitsForTheEndOfTheMeeting() throws {
        var ann = try Story("2026-11-23T10:15:00Z")
        try ann.busy("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z")
        let decision = try ann.submit()
        #expect(decision.when == "2026-11-23T11:00:00.000Z")
        #expect(decision.said == ["busy until 2026-11-23T11:00:00.000Z"])
    }

    @Test func meetingsBackToBackAreOne() throws {
        var ann = try Story("2026-11-23T10:15:00Z")
        try ann.busy("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z")
        try ann.busy("2026-11-23T11:00:00Z", "2026-11-23T12:30:00Z")
        #expect(try ann.submit().said == ["busy until 2026-11-23T12:30:00.000Z"])
    }

    @Test func nobodyWaitsForACalendarLongerThanMaxWait() throws {
        var ann = try Story("2026-11-23T10:15:00Z")
        ann.maxWait(.hours(2))
        try ann.busy("2026-11-23T10:00:00Z", "2026-11-23T20:00:00Z")
        let decision = try ann.submit()
        #expect(decision.when == "2026-11-23T12:15:00.000Z")
        #expect(decision.said == ["busy until 2026-11-23T12:15:00.000Z"])
    }

    @Test func maxWaitCountsFromNotBefore() throws {
        var ann = try Story("2026-11-23T10:15:00Z")
        ann.maxWait(.hours(2))
        try ann.busy("2026-11-23T10:00:00Z", "2026-11-23T20:00:00Z")
        let decision = try ann.submit(notBefore: "2026-11-23T12:00:00Z")
        #expect(decision.when == "2026-11-23T14:00:00.000Z")
        #expect(decision.said == ["not_before until 2026-11-23T12:00:00.000Z", "busy until 2026-11-23T14:00:00.000Z"])
    }

    @Test func afterMaxWaitAllElseStillHolds() throws {
        var ann = try Story("2026-11-23T19:00:00Z")
        ann.maxWait(.hours(2))
        try ann.quiet("22:00", "08:00")
        try ann.busy("2026-11-23T18:00:00Z", "2026-11-24T12:00:00Z")
        #expect(try ann.submit().when == "2026-11-24T07:00:00.000Z")
    }
}

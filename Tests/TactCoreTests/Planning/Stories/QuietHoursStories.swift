import TactCore
import Testing

@Suite struct QuietHoursStories {
    @Test func anOfferAtThreeInTheMorningWaitsForEight() throws {
        var ann = try Story("2026-11-23T02:00:00Z")
        try ann.quiet("22:00", "08:00")
        let decision = try ann.submit()
        #expect(decision.when == "2026-11-23T07:00:00.000Z")
        #expect(decision.outcome == .hold(until: decision.plan?.at))
        #expect(decision.said == ["quiet_hours until 2026-11-23T07:00:00.000Z"])
    }

    @Test func aLoginCodeAtThreeInTheMorningGoesAtOnce() throws {
        var ann = try Story("2026-11-23T02:00:00Z")
        try ann.quiet("22:00", "08:00")
        try ann.busy("2026-11-23T00:00:00Z", "2026-11-23T09:00:00Z")
        ann.facts.pausedUntil = try Timestamp(rfc3339: "2026-12-01T00:00:00Z")
        ann.cap(1, per: .sliding(.days(1)))
        try ann.delivered("2026-11-23T01:59:00Z")
        #expect(try ann.submit("login").outcome == .deliver(channel: "push"))
    }

    @Test func theMorningComesAnHourEarlierWhenClocksGoForward() throws {
        var ann = try Story("2027-03-14T05:00:00Z", zone: Story.newYork)
        try ann.quiet("22:00", "08:00")
        #expect(try ann.submit().when == "2027-03-14T12:00:00.000Z")
    }

    @Test func quietUntilAnHourThatTheClockSkipsEndsAtTheChange() throws {
        var ann = try Story("2027-03-14T05:00:00Z", zone: Story.newYork)
        try ann.quiet("22:00", "02:30")
        #expect(try ann.submit().when == "2027-03-14T07:00:00.000Z")
    }

    @Test func quietUntilAnHourThatTheClockShowsTwiceEndsTheSecondTime() throws {
        var ann = try Story("2026-11-01T04:00:00Z", zone: Story.newYork)
        try ann.quiet("22:00", "01:30")
        #expect(try ann.submit().when == "2026-11-01T06:30:00.000Z")
    }

    @Test func quietFromAnHourThatTheClockShowsTwiceBeginsTheFirstTime() throws {
        var ann = try Story("2026-11-01T05:29:00Z", zone: Story.newYork)
        try ann.quiet("01:30", "08:00")
        #expect(try ann.submit().when == "2026-11-01T05:29:00.000Z")
        try ann.later("2026-11-01T05:30:00Z")
        #expect(try ann.submit().when == "2026-11-01T13:00:00.000Z")
    }

    @Test func withSeveralPlausibleZonesItIsQuietWhereItIsQuietInAny() throws {
        var ann = try Story("2026-11-23T03:30:00Z", zone: nil)
        ann.facts.zones = [Story.zone(Story.newYork), Story.zone(Story.losAngeles)]
        try ann.quiet("22:00", "08:00")
        // In New York it is 22:30, and by 8:00 there it is 5:00 in Los Angeles.
        #expect(try ann.submit().when == "2026-11-23T16:00:00.000Z")
    }

    @Test func withoutAZoneOnlyWhatNeedsOneIsHeld() throws {
        var ann = try Story("2026-11-23T12:00:00Z", zone: nil)
        try ann.quiet("22:00", "08:00")
        let held = try ann.submit()
        #expect(held.plan == nil)
        #expect(held.outcome == .hold(until: nil))
        #expect(held.said == ["time_zone_unknown"])
        #expect(try ann.submit("login").outcome == .deliver(channel: "push"))

        var bob = try Story("2026-11-23T12:00:00Z", zone: nil)
        bob.cap(3, per: .calendar(.day))
        #expect(try bob.submit().outcome == .deliver(channel: "push"))
    }

    @Test func whoeverIsAlwaysQuietIsNeverDisturbed() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        try ann.quiet("00:00", "24:00")
        let decision = try ann.submit()
        #expect(decision.plan == nil)
        #expect(decision.said == ["quiet_hours"])
    }

    @Test func aPauseEndsWhenItEnds() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.facts.pausedUntil = try Timestamp(rfc3339: "2026-11-23T21:30:00Z")
        try ann.quiet("22:00", "08:00")
        let decision = try ann.submit()
        #expect(decision.when == "2026-11-24T07:00:00.000Z")
        #expect(
            decision.said == ["paused until 2026-11-23T21:30:00.000Z", "quiet_hours until 2026-11-24T07:00:00.000Z"])
    }
}

/// What is told of quiet hours is what was declared.
@Suite struct ToldQuietHoursStories {
    private func told(_ story: inout Story) throws -> Finding.Detail? {
        try story.submit().findings.first { $0.rule == .quietHours }?.detail
    }

    private func inWeek(_ day: Weekday, _ hour: Int64, _ minute: Int64 = 0) -> Int64 {
        Int64(day.rawValue) * 86_400 + hour * 3600 + minute * 60
    }

    @Test func aWeekendThatRunsTogetherIsToldWithItsDays() throws {
        // Saturday noon.
        var ann = try Story("2026-11-28T11:00:00Z")
        try ann.quiet("18:00", "24:00", on: [.fri])
        try ann.quiet("00:00", "24:00", on: [.sat, .sun])
        try ann.quiet("00:00", "08:00", on: [.mon])
        #expect(try told(&ann) == .stretch(start: inWeek(.fri, 18), end: inWeek(.mon, 8) + 7 * 86_400))
    }

    @Test func aStartThatTheClockSkipsIsToldAsItWasDeclared() throws {
        // In Paris 02:30 does not exist on 29 March 2026; the window starts at 03:00 there.
        var ann = try Story("2026-03-29T01:10:00Z")
        try ann.quiet("02:30", "06:00", on: [.sun])
        #expect(try told(&ann) == .window(start: 9000, end: 21_600))
    }

    @Test func inAFoldTheHoursThatHoldAreTold() throws {
        // In Paris 02:30 to 03:00 comes twice on 25 October 2026; at the second 02:10 the later window has begun.
        var ann = try Story("2026-10-25T01:10:00Z")
        try ann.quiet("22:00", "01:30", on: [.sat])
        try ann.quiet("02:30", "08:00", on: [.sun])
        #expect(try told(&ann) == .window(start: 9000, end: 28_800))
    }
}

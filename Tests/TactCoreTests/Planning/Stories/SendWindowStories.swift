import TactCore
import Testing

@Suite struct SendWindowStories {
    @Test func offersWaitForTheHoursThatTheLawAllows() throws {
        var ann = try Story("2026-11-23T20:30:00Z")
        try ann.sendWindow("08:00", "21:00")
        let decision = try ann.submit()
        #expect(decision.when == "2026-11-24T07:00:00.000Z")
        #expect(decision.said == ["send_window until 2026-11-24T07:00:00.000Z"])
        #expect(decision.findings.first?.name == "law")
    }

    @Test func aLoginCodeIsBoundByLawAsWell() throws {
        var ann = try Story("2026-11-23T20:30:00Z")
        try ann.sendWindow("08:00", "21:00")
        #expect(try ann.submit("login").when == "2026-11-24T07:00:00.000Z")
    }

    @Test func theLawOfAnotherCountryDoesNotBind() throws {
        var ann = try Story("2026-11-23T20:30:00Z")
        try ann.sendWindow("08:00", "21:00", countries: ["US"])
        #expect(try ann.submit().outcome == .deliver(channel: "push"))
    }

    @Test func whereTheCountryIsNotKnownTheLawBindsIfItMay() throws {
        var ann = try Story("2026-11-23T20:30:00Z")
        try ann.sendWindow("08:00", "21:00", countries: ["US"])
        ann.facts.countries = ["CA", "US"]
        #expect(try ann.submit().when == "2026-11-24T07:00:00.000Z")

        var bob = try Story("2026-11-23T20:30:00Z", zone: nil)
        try bob.sendWindow("08:00", "21:00", countries: ["US"])
        bob.facts.countries = nil
        #expect(try bob.submit().said == ["time_zone_unknown"])

        var sea = try Story("2026-11-23T20:30:00Z", zone: "UTC0")
        try sea.sendWindow("08:00", "20:00", countries: ["US"])
        sea.facts.countries = []
        #expect(try sea.submit().outcome == .deliver(channel: "push"))
    }

    @Test func permittedTimeGetsTheShorterReading() throws {
        // On 1 November 2026 New York shows 1:00 to 2:00 twice.
        var ann = try Story("2026-11-01T04:00:00Z", zone: Story.newYork)
        try ann.sendWindow("01:30", "03:00")
        #expect(try ann.submit().when == "2026-11-01T06:30:00.000Z")

        var bob = try Story("2026-11-01T05:30:00Z", zone: Story.newYork)
        try bob.sendWindow("00:30", "01:30")
        #expect(try bob.submit().when == "2026-11-02T05:30:00.000Z")
    }

    @Test func withSeveralPlausibleZonesItMustBePermittedInAll() throws {
        var ann = try Story("2026-11-23T14:00:00Z", zone: nil)
        ann.facts.zones = [Story.zone(Story.newYork), Story.zone(Story.losAngeles)]
        try ann.sendWindow("08:00", "21:00")
        #expect(try ann.submit().when == "2026-11-23T16:00:00.000Z")
    }
}

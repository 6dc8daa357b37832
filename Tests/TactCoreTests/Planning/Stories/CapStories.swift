import TactCore
import Testing

@Suite struct CapStories {
    @Test func fiveTeamsAndOnlyOneADay() throws {
        var ann = try Story("2026-11-23T09:00:00Z")
        ann.cap(1, per: .calendar(.day))
        let days = try ["soap", "shoes", "tea", "toys", "tools"].map { try ann.submit(from: $0).when }
        #expect(
            days == [
                "2026-11-23T09:00:00.000Z", "2026-11-23T23:00:00.000Z", "2026-11-24T23:00:00.000Z",
                "2026-11-25T23:00:00.000Z", "2026-11-26T23:00:00.000Z",
            ])
    }

    @Test func eachSenderMayBeCountedApart() throws {
        var ann = try Story("2026-11-23T09:00:00Z")
        ann.cap(1, per: .calendar(.day), each: [.sender])
        #expect(try ann.submit(from: "soap").when == "2026-11-23T09:00:00.000Z")
        #expect(try ann.submit(from: "shoes").when == "2026-11-23T09:00:00.000Z")
        #expect(try ann.submit(from: "soap").when == "2026-11-23T23:00:00.000Z")
    }

    @Test func twoDeliveriesExactlyAPeriodApartDoNotMeet() throws {
        var ann = try Story("2026-11-23T09:00:00Z")
        ann.cap(1, per: .sliding(.minutes(30)))
        try ann.delivered("2026-11-23T08:30:00.000Z")
        #expect(try ann.submit().outcome == .deliver(channel: "push"))

        var bob = try Story("2026-11-23T09:00:00Z")
        bob.cap(1, per: .sliding(.minutes(30)))
        try bob.delivered("2026-11-23T08:30:00.001Z")
        let decision = try bob.submit()
        #expect(decision.when == "2026-11-23T09:00:00.001Z")
        #expect(decision.said == ["cap until 2026-11-23T09:00:00.001Z"])
    }

    @Test func aDayMayHave25Hours() throws {
        var ann = try Story("2026-10-25T21:00:00Z")
        ann.cap(1, per: .calendar(.day))
        try ann.delivered("2026-10-24T22:00:00Z")
        #expect(try ann.submit().when == "2026-10-25T23:00:00.000Z")
    }

    @Test func withoutAZoneADayIsAnyTwentyFiveHours() throws {
        var ann = try Story("2026-10-25T12:00:00Z", zone: nil)
        ann.cap(1, per: .calendar(.day))
        try ann.delivered("2026-10-25T11:00:00Z")
        #expect(try ann.submit().when == "2026-10-26T12:00:00.000Z")
    }

    @Test func weeksBeginOnMondayAndMonthsOnTheFirst() throws {
        var ann = try Story("2026-11-25T12:00:00Z")
        ann.cap(1, per: .calendar(.isoWeek))
        try ann.delivered("2026-11-23T12:00:00Z")
        #expect(try ann.submit().when == "2026-11-29T23:00:00.000Z")

        var bob = try Story("2026-11-25T12:00:00Z")
        bob.cap(1, per: .calendar(.month))
        try bob.delivered("2026-11-01T12:00:00Z")
        #expect(try bob.submit().when == "2026-11-30T23:00:00.000Z")
    }

    @Test func aFullCapThatSuppressesDoesSoAtOnce() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(1, per: .sliding(.days(1)), over: .suppress)
        try ann.delivered("2026-11-23T11:00:00Z")
        let decision = try ann.submit()
        #expect(decision.outcome == .suppress)
        #expect(decision.plan == nil)
        #expect(decision.said == ["cap"])
    }

    @Test func whatIsHeldIsJudgedByThatCapWhenItsMomentComes() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(1, per: .sliding(.hours(4)), over: .suppress)
        try ann.delivered("2026-11-23T11:00:00Z")
        try ann.busy("2026-11-23T11:30:00Z", "2026-11-23T14:00:00Z")
        #expect(try ann.submit().when == "2026-11-23T14:00:00.000Z")
        try ann.later("2026-11-23T14:00:00Z")
        #expect(ann.judge(1)?.outcome == .suppress)
        #expect(ann.plan(1) == nil)
    }

    @Test func aCapThatSuppressesDoesNotSeeWhatIsOnlyPlanned() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(1, per: .sliding(.hours(4)), over: .suppress)
        #expect(try ann.submit(urgency: .high).outcome == .deliver(channel: "push"))
        #expect(try ann.submit().outcome == .deliver(channel: "push"))
        ann.release(1)
        #expect(ann.judge(2)?.outcome == .suppress)
    }

    @Test func topicsThatDoNotRespectCapsAreNotCounted() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(1, per: .sliding(.days(1)))
        try ann.delivered("2026-11-23T11:00:00Z", topic: "login")
        #expect(try ann.submit("login").outcome == .deliver(channel: "push"))
        #expect(try ann.submit().outcome == .deliver(channel: "push"))
    }

    @Test func whatAWrongClockHasStampedInTheFutureStillCounts() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(1, per: .sliding(.hours(1)))
        try ann.delivered("2026-11-23T12:30:00Z")
        #expect(try ann.submit().when == "2026-11-23T13:30:00.000Z")
    }

    @Test func aLapsedLeaseDoesNotHoldItsOwnMessage() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(1, per: .sliding(.hours(1)))
        ann.facts.deliveries = [
            Delivery(message: 7, at: ann.facts.now - .minutes(5), topic: "offers", channel: "push", sender: "shop")
        ]
        ann.facts.pending = [7, 8].map {
            Message(number: $0, sender: "shop", topic: "offers", channels: ["push"], submittedAt: ann.facts.now)
        }
        var agenda = ann.facts.agenda
        _ = agenda.replan(now: ann.facts.now)
        #expect(agenda.message(7)?.plan?.at == ann.facts.now)
        // The other must keep away from where it may have gone, and from where it will go.
        #expect(agenda.message(8)?.plan?.at == ann.facts.now + .hours(1))
    }

    @Test func allCapsBindAndTheStrictestWins() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(2, per: .calendar(.day), name: "two a day")
        ann.cap(1, per: .sliding(.hours(1)), name: "gap")
        try ann.delivered("2026-11-23T10:00:00Z")
        try ann.delivered("2026-11-23T11:30:00Z")
        let decision = try ann.submit()
        #expect(decision.when == "2026-11-23T23:00:00.000Z")
        #expect(decision.findings.map(\.name) == ["two a day", "gap"])
        #expect(decision.said == ["cap until 2026-11-23T23:00:00.000Z", "cap until 2026-11-23T12:30:00.000Z"])
    }

    @Test func aLimitOfNoneLetsNothingPass() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(0, per: .sliding(.hours(1)))
        let decision = try ann.submit()
        #expect(decision.plan == nil)
        #expect(decision.said == ["cap"])

        var bob = try Story("2026-11-23T12:00:00Z")
        bob.cap(0, per: .calendar(.day), over: .suppress)
        #expect(try bob.submit().outcome == .suppress)
    }
}

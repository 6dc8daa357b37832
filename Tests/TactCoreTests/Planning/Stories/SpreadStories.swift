import TactCore
import Testing

/// Release without a herd.
@Suite struct SpreadStories {
    private static let edge = "2026-11-24T07:00:00.000Z"

    /// It is night, and push is spread over ten minutes.
    private func night() throws -> Story {
        var ann = try Story("2026-11-23T23:00:00Z")
        try ann.quiet("22:00", "08:00")
        ann.spread("push", over: .minutes(10))
        return ann
    }

    @Test func theMorningsMessagesComeApart() throws {
        var ann = try night()
        let decision = try ann.submit()
        let edge = try Timestamp(rfc3339: Self.edge)
        let at = try #require(decision.plan?.at)
        #expect(edge < at && at < edge + .minutes(10))
        #expect(decision.edge == edge)
        // What is told is when the quiet ends.
        #expect(decision.said == ["quiet_hours until \(Self.edge)"])
    }

    @Test func offsetsAreStableAndFillTheSpread() throws {
        var ann = try night()
        let edge = try Timestamp(rfc3339: Self.edge)
        var minutes: [Int64: Int] = [:]
        for number in 0..<10_000 {
            let situation = Situation(
                recipient: "person-\(number)", zones: ann.facts.situation.zones, zoneIsKnown: true,
                quietHours: ann.facts.situation.quietHours)
            let message = Message(
                number: 1, sender: "shop", topic: "offers", channels: ["push"], submittedAt: ann.facts.now)
            let plans = (0..<2).map { _ in
                Planner.decide(
                    message, in: situation, under: ann.facts.policy, ledger: CapLedger(policy: ann.facts.policy),
                    now: ann.facts.now
                ).plan
            }
            #expect(plans[0] == plans[1])
            let offset = try #require(plans[0]?.at) - edge
            minutes[offset.milliseconds.flooredQuotient(by: 60_000), default: 0] += 1
        }
        #expect(minutes.keys.sorted() == Array(0..<10))
        #expect(minutes.values.allSatisfy { (900...1100).contains($0) }, "\(minutes)")
        _ = try ann.submit()
    }

    @Test func planningAgainBeforeTheOffsetIsOverKeepsTheInstant() throws {
        var ann = try night()
        let when = try #require(try ann.submit().plan?.at)
        let plan = ann.plan(1)
        ann.facts.now = try Timestamp(rfc3339: Self.edge)
        ann.replan()
        #expect(ann.plan(1) == plan)
        ann.facts.now = when - Duration(milliseconds: 1)
        ann.replan()
        #expect(ann.plan(1) == plan)
        ann.facts.now = when
        #expect(ann.judge(1)?.outcome == .deliver(channel: "push"))
    }

    @Test func whatIsUrgentIsNotSpread() throws {
        var ann = try night()
        #expect(try ann.submit(urgency: .high).when == Self.edge)
    }

    @Test func whatComesByDayIsNotSpread() throws {
        var ann = try night()
        try ann.later("2026-11-24T09:00:00Z")
        #expect(try ann.submit().outcome == .deliver(channel: "push"))
    }

    @Test func aCapThatSlidesHasNoEdge() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.spread("push", over: .minutes(10))
        ann.cap(1, per: .sliding(.hours(1)))
        try ann.delivered("2026-11-23T11:30:00Z")
        let decision = try ann.submit()
        #expect(decision.when == "2026-11-23T12:30:00.000Z")
        #expect(decision.edge == nil)
    }

    @Test func wherePeopleAreBusyAfterTheEdgeItIsTheEdge() throws {
        var ann = try night()
        try ann.busy("2026-11-24T07:00:00.001Z", "2026-11-24T09:00:00Z")
        #expect(try ann.submit().when == Self.edge)
    }

    @Test func whatExpiresInTheSpreadGoesAtTheEdge() throws {
        var ann = try night()
        #expect(try ann.submit(expires: "2026-11-24T07:00:00.001Z").when == Self.edge)
    }

    @Test func aChannelThatIsNotSpreadWinsAndTheOtherKeepsItsOffset() throws {
        var ann = try night()
        ann.cap(1, per: .sliding(.minutes(30)), channels: ["email"])
        try ann.delivered("2026-11-24T06:30:30Z", by: "email")
        let plan = try ann.submit(by: ["push", "email"]).plan
        #expect(plan?.channel == "email")
        // After the edge push would come at once, had its edge been forgotten.
        try ann.later("2026-11-24T07:00:10Z")
        ann.replan()
        #expect(ann.plan(1) == plan.map { "\($0.at) by email" })
    }

    @Test func aChannelThatIsHeldForAMomentKeepsItsOffset() throws {
        var ann = try night()
        _ = try ann.submit()
        let plan = ann.plan(1)
        try ann.later(Self.edge)
        ann.facts.heldChannels = ["push"]
        ann.replan()
        #expect(ann.plan(1) == nil)
        ann.facts.heldChannels = []
        ann.replan()
        #expect(ann.plan(1) == plan)
    }
}

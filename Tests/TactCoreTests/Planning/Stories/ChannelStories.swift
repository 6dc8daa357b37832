import TactCore
import Testing

@Suite struct ChannelStories {
    @Test func theEarliestChannelWinsAndTheMessagesOrderBreaksTies() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        #expect(try ann.submit(by: ["email", "push"]).plan?.channel == "email")
        ann = try Story("2026-11-23T12:00:00Z")
        ann.cap(1, per: .sliding(.hours(1)), channels: ["email"])
        try ann.delivered("2026-11-23T11:30:00Z", by: "email")
        let decision = try ann.submit(by: ["email", "push"])
        #expect(decision.plan?.channel == "push")
        // Why it does not go by the channel that its sender prefers.
        #expect(decision.said == ["cap until 2026-11-23T12:30:00.000Z"])
        #expect(decision.findings.first?.channel == "email")
    }

    @Test func withoutAnAddressAChannelIsOut() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.facts.policy.channels[0].address = .required
        #expect(try ann.submit(by: ["push", "email"]).plan?.channel == "email")
        let decision = try ann.submit(by: ["push"])
        #expect(decision.outcome == .suppress)
        #expect(decision.said == ["no_address"])
        ann.facts.addresses = ["push"]
        ann.replan()
        #expect(try ann.submit(by: ["push"]).outcome == .deliver(channel: "push"))
    }

    @Test func aHeldChannelHasNoPlanUntilItIsReleased() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.facts.heldChannels = ["push"]
        let decision = try ann.submit()
        #expect(decision.plan == nil)
        #expect(decision.said == ["channel_held"])
        #expect(try ann.submit(by: ["push", "email"]).plan?.channel == "email")
        ann.facts.heldChannels = []
        ann.replan()
        #expect(ann.plan(1) == "2026-11-23T12:00:00.000Z by push")
    }
}

import TactCore
import Testing

/// An explanation is complete, and says each thing once.
@Suite struct FindingStories {
    @Test func everyRuleThatHeldIsToldOnceWithItsLastEnd() throws {
        var ann = try Story("2026-11-23T20:30:00Z")
        try ann.quiet("22:00", "08:00")
        try ann.busy("2026-11-23T20:00:00Z", "2026-11-23T21:30:00Z")
        try ann.busy("2026-11-24T06:00:00Z", "2026-11-24T09:00:00Z")
        try ann.sendWindow("11:00", "20:00")
        let decision = try ann.submit()
        #expect(decision.when == "2026-11-24T10:00:00.000Z")
        #expect(
            decision.said == ["busy until 2026-11-23T21:30:00.000Z", "send_window until 2026-11-24T10:00:00.000Z"])

        var bob = try Story("2026-11-23T20:30:00Z")
        try bob.quiet("22:00", "08:00")
        try bob.busy("2026-11-23T20:00:00Z", "2026-11-23T21:30:00Z")
        try bob.busy("2026-11-24T06:00:00Z", "2026-11-24T09:00:00Z")
        #expect(
            try bob.submit().said == [
                "quiet_hours until 2026-11-24T07:00:00.000Z", "busy until 2026-11-24T09:00:00.000Z",
            ])
    }

    @Test func everyRuleReportsAlsoAfterAnotherHasSuppressed() throws {
        var ann = try Story("2026-11-23T23:00:00Z")
        try ann.quiet("22:00", "08:00")
        ann.cap(1, per: .sliding(.hours(12)))
        try ann.delivered("2026-11-23T22:00:00Z")
        ann.facts.policy.channels[0].address = .required
        ann.facts.completedSubjects = ["cart:1": .distantFuture]
        let decision = try ann.submit(notBefore: "2026-11-23T23:30:00Z", subject: "cart:1")
        #expect(decision.outcome == .suppress)
        #expect(
            decision.said == [
                "subject_completed", "no_address", "not_before until 2026-11-23T23:30:00.000Z",
                "quiet_hours until 2026-11-24T07:00:00.000Z", "cap until 2026-11-24T10:00:00.000Z",
            ])
        #expect(decision.findings.map(\.effect) == [.suppress, .suppress, .hold, .hold, .hold])
    }

    @Test func theWholeExplanationNamesEveryRuleInOrder() throws {
        var ann = try Story("2026-11-23T12:00:00Z")
        try ann.quiet("22:00", "08:00")
        let decision = try ann.submit()
        #expect(decision.findings.isEmpty)
        #expect(decision.fullFindings.map(\.rule) == Rule.allCases)
        let permitting = decision.fullFindings.filter { $0.effect == .permit }.map(\.rule)
        #expect(permitting == [.channel, .quietHours, .expiry])
    }

    @Test func theQuietHoursToldAreThoseThatEndLast() throws {
        // Friday night's hours end earlier than Saturday's.
        var ann = try Story("2026-11-27T22:00:00Z")
        try ann.quiet("22:00", "06:00", on: [.fri])
        try ann.quiet("23:00", "10:00", on: [.sat])
        try ann.busy("2026-11-28T05:00:00Z", "2026-11-28T23:00:00Z")
        let decision = try ann.submit()
        let quiet = try #require(decision.findings.first { $0.rule == .quietHours })
        #expect(quiet.until == (try Timestamp(rfc3339: "2026-11-29T09:00:00Z")))
        #expect(quiet.detail == .window(start: 23 * 3600, end: 10 * 3600))
    }
}

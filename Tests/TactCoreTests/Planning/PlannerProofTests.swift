import TactCore
import Testing

/// The planner against a reference that steps through time: the first permitted instant, to the millisecond, with
/// all its findings, for hundreds of thousands of random scenarios.
@Suite struct PlannerProofTests {
    @Test func plansAndFindingsAreThoseOfTheReference() {
        var coverage = Coverage()
        var failures = 0
        for seed in Seeds.asked(of: 200_000) {
            let scenario = ScenarioMaker.scenario(seed: seed)
            let proof = Proof(scenario)
            proof.count(in: &coverage)
            guard proof.failure() != nil else { continue }
            failures += 1
            if failures <= 3 { Issue.record("\(Self.told(seed, scenario))") }
        }
        #expect(failures == 0)
        Seeds.report("planner proof", of: 200_000, coverage, Self.minimums)
    }

    /// The seed, and the simplest scenario that fails as well.
    private static func told(_ seed: UInt64, _ scenario: Scenario) -> String {
        let simplest = Proof.simplest(scenario) { Proof($0).failure() != nil }
        return "TACT_SEED=\(seed): \(Proof(simplest).failure() ?? "")\n\(simplest)"
    }

    /// How often each thing decides in 1,000 scenarios, at the least.
    private static let minimums = [
        "due": 250, "suppressed": 90, "several channels": 300, "several channels, a tie": 250,
        "a later channel wins": 100,
        "paused decides": 100, "quietHours decides": 270, "sendWindow decides": 220, "plausible zones decide": 100,
        "busy decides": 120, "max_wait decides": 8, "cap sliding decides": 140, "cap day decides": 25,
        "cap isoWeek decides": 10, "cap month decides": 3, "cap day without a zone decides": 20,
        "cap isoWeek without a zone decides": 3, "cap with each decides": 40,
        "cap with filters decides": 80, "cap": 40, "gives way": 200, "gives way to a later slot": 100, "spread": 300,
        "spread keeps its instant": 6, "spread falls back": 15, "high urgency not spread": 60, "channelHeld": 80,
        "timeZoneUnknown": 200, "noAddress": 150, "subjectCompleted": 8, "noSlotBeforeExpiry": 500, "expired": 50,
        "overdue, reserves now": 12, "overdue, reserves nothing": 15,
    ]
}

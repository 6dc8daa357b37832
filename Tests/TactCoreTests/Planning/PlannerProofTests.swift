import Foundation
import TactCore
import Testing

/// The planner against a reference that steps through time: the first permitted instant, to the millisecond, with
/// all its findings, for hundreds of thousands of random scenarios.
@Suite struct PlannerProofTests {
    #if DEBUG
        private static let scenarios: UInt64 = 4000
    #else
        private static let scenarios =
            ProcessInfo.processInfo.environment["TACT_SCENARIOS"].flatMap { UInt64($0) } ?? 200_000
    #endif

    /// `TACT_SEED` replays one scenario.
    private static let seeds: ClosedRange<UInt64> = {
        let asked = ProcessInfo.processInfo.environment["TACT_SEED"].flatMap { UInt64($0) }
        return asked.map { $0...$0 } ?? 1...scenarios
    }()

    @Test func plansAndFindingsAreThoseOfTheReference() {
        var coverage = Coverage()
        var failures = 0
        for seed in Self.seeds {
            let scenario = ScenarioMaker.scenario(seed: seed)
            let proof = Proof(scenario)
            proof.count(in: &coverage)
            guard proof.failure() != nil else { continue }
            failures += 1
            if failures <= 3 { Issue.record("\(Self.told(seed, scenario))") }
        }
        #expect(failures == 0)
        print("planner proof: seeds \(Self.seeds); \(coverage.report)")
        guard Self.seeds.count > 1 else { return }
    }

    /// The seed, and the simplest scenario that fails as well.
    private static func told(_ seed: UInt64, _ scenario: Scenario) -> String {
        let simplest = Proof.simplest(scenario) { Proof($0).failure() != nil }
        return "TACT_SEED=\(seed): \(Proof(simplest).failure() ?? "")\n\(simplest)"
    }
}

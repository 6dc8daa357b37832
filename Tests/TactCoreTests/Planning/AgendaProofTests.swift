import TactCore
import Testing

/// Incremental planning against planning from scratch.
@Suite struct AgendaProofTests {
    @Test func whateverHappensThePlansAreThoseOfANewAgenda() {
        var coverage = Coverage()
        var failures = 0
        for seed in Seeds.asked(of: 10_000) {
            var run = AgendaRun(seed: seed)
            for _ in 0..<15 {
                guard let problem = run.step(&coverage) else { continue }
                failures += 1
                if failures <= 3 { Issue.record("TACT_SEED=\(seed): \(problem)\n\(run.log.joined(separator: "\n"))") }
                break
            }
        }
        #expect(failures == 0)
        Seeds.report("agenda proof", of: 10_000, coverage, Self.minimums)
    }

    /// How often each thing happens in 1,000 runs, at the least.
    private static let minimums = [
        "added": 2000, "released": 800, "judged": 600, "removed": 600, "changed": 1000, "discounted": 400,
        "lapsed": 100,
        "compared at once": 8000,
    ]
}

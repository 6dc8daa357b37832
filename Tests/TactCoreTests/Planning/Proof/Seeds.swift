import Foundation
import Testing

/// How many seeds a proof takes, and what is told of it.
enum Seeds {
    /// Debug builds are some thirty times slower.
    private static func count(_ wanted: Int) -> Int {
        #if DEBUG
            wanted / 100
        #else
            wanted
        #endif
    }

    /// `TACT_SEED` replays one.
    private static let one = ProcessInfo.processInfo.environment["TACT_SEED"].flatMap { UInt64($0) }

    static func asked(of wanted: Int) -> ClosedRange<UInt64> { one.map { $0...$0 } ?? 1...UInt64(count(wanted)) }

    /// Prints what decided how often, and minds that it did often enough. `minimums` are per 1,000 seeds.
    static func report(_ proof: String, of wanted: Int, _ coverage: Coverage, _ minimums: [String: Int]) {
        print("\(proof), seeds \(asked(of: wanted)): \(coverage.report)")
        guard one == nil else { return }
        let missing = coverage.missing(minimums.mapValues { $0 * count(wanted) / 1000 })
        #expect(missing.isEmpty, "too seldom: \(missing.joined(separator: ", "))")
    }
}

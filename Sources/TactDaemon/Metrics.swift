import Synchronization
import TactCore

/// What the daemon counts while it runs.
package final class Metrics: Sendable {
    /// A number that only grows.
    package final class Counter: Sendable {
        private let count = Atomic<Int>(0)

        package func add(_ n: Int = 1) { count.add(n, ordering: .relaxed) }
        package var value: Int { count.load(ordering: .relaxed) }
    }

    /// How values are distributed over fixed bounds, in seconds.
    package final class Histogram: Sendable {
        let bounds: [Double]
        private let counts: [Counter]
        private let sum = Atomic<Int>(0)

        init(_ bounds: [Double]) {
            self.bounds = bounds
            counts = (0...bounds.count).map { _ in Counter() }
        }

        package func observe(_ duration: Duration) {
            let seconds = Double(max(0, duration.milliseconds)) / 1000
            counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count].add()
            sum.add(Int(max(0, duration.milliseconds)), ordering: .relaxed)
        }

        /// Counts up to each bound, and of all; and the sum in seconds.
        var snapshot: (cumulative: [Int], sum: Double) {
            var total = 0
            let cumulative = counts.map { counter in
                total += counter.value
                return total
            }
            return (cumulative, Double(sum.load(ordering: .relaxed)) / 1000)
        }
    }

    package let requests = Counter()
    package let refusals = Counter()
    package let submitted = Counter()
    package let released = Counter()
    package let beats = Counter()
    package let failures = Counter()
    /// From the planned instant to the release.
    package let lateness = Histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 60])

    package init() {}
}

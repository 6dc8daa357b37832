/// How values are distributed over fixed bounds.
package struct Distribution: Sendable, Equatable {
    /// Inclusive upper bounds, growing.
    package let bounds: [Double]
    /// How many values lie within each bound and above the one before it; the last is of those above all bounds.
    package private(set) var counts: [Int]
    package private(set) var sum = 0.0

    package init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func add(_ value: Double) {
        var place = 0
        while place < bounds.count, value > bounds[place] { place += 1 }
        counts[place] += 1
        sum += value
    }

    /// Adds another of the same bounds.
    package mutating func add(_ other: Distribution) {
        for place in counts.indices { counts[place] += other.counts[place] }
        sum += other.sum
    }

    /// How many values lie at or below each bound, and last how many there are.
    package var cumulative: [Int] {
        var total = 0
        return counts.map { count in
            total += count
            return total
        }
    }
}

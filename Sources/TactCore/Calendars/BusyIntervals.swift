/// Busy time, merged: intervals in ascending order that neither overlap nor touch. What the planner asks.
package struct BusyIntervals: Hashable, Sendable {
    /// Milliseconds; of equal count, `starts[i] < ends[i] < starts[i + 1]`.
    private var starts: [Int64] = []
    private var ends: [Int64] = []

    /// Never busy.
    package init() {}

    /// The union of everything that blocks. What is empty or FREE does not count.
    package init(merging busy: some Sequence<BusyInterval>) {
        self.init(
            sorting: busy.lazy.filter(\.type.blocks).map { ($0.start.milliseconds, $0.end.milliseconds) })
    }

    /// The union of several calendars of one person.
    package init(merging all: some Sequence<BusyIntervals>) {
        self.init(sorting: all.lazy.flatMap { zip($0.starts, $0.ends) })
    }

    init(sorting spans: some Sequence<(Int64, Int64)>) {
        for (start, end) in spans.sorted(by: { $0.0 < $1.0 }) where start < end {
            if let last = ends.last, start <= last {
                ends[ends.count - 1] = max(last, end)
            } else {
                starts.append(start)
                ends.append(end)
            }
        }
    }

    /// How many intervals there are.
    package var count: Int { starts.count }
    /// Never busy.
    package var isEmpty: Bool { starts.isEmpty }

    /// The intervals, ascending.
    package var all: [Interval] { starts.indices.map(interval(at:)) }

    /// The first instant at or after `t` that is not busy. Logarithmic.
    package func firstFree(from t: Timestamp) -> Timestamp {
        guard let i = last(startingUpTo: t.milliseconds), ends[i] > t.milliseconds else { return t }
        return Timestamp(milliseconds: ends[i])
    }

    /// The busy interval around `t`, if there is one. Logarithmic.
    package func interval(containing t: Timestamp) -> Interval? {
        guard let i = last(startingUpTo: t.milliseconds), ends[i] > t.milliseconds else { return nil }
        return interval(at: i)
    }

    /// The busy intervals that overlap `window`, whole, ascending.
    package func overlapping(_ window: Interval) -> [Interval] {
        guard !window.isEmpty, let last = last(startingUpTo: window.end.milliseconds - 1) else { return [] }
        var first = (self.last(startingUpTo: window.start.milliseconds) ?? -1) + 1
        if first > 0, ends[first - 1] > window.start.milliseconds { first -= 1 }
        return first <= last ? (first...last).map(interval(at:)) : []
    }

    private func interval(at i: Int) -> Interval {
        Interval(start: Timestamp(milliseconds: starts[i]), end: Timestamp(milliseconds: ends[i]))
    }

    /// The index of the last interval that starts at or before `t`.
    private func last(startingUpTo t: Int64) -> Int? {
        let count = starts.withUnsafeBufferPointer { all in
            var low = 0
            var length = all.count
            // Without a branch on the comparison: the processor cannot guess it.
            while length > 0 {
                let half = (length + 1) / 2
                low += all[low + half - 1] <= t ? half : 0
                length -= half
            }
            return low
        }
        return count == 0 ? nil : count - 1
    }
}

extension BusyIntervals {
    private static let version: UInt8 = 1

    /// For the disk: each interval as its distance from the one before and its length.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.version)
        writer.write(UInt64(count))
        var last: Int64 = 0
        for (start, end) in zip(starts, ends) {
            writer.write(start &- last)
            writer.write(UInt64(bitPattern: end &- start))
            last = end
        }
        return writer.bytes
    }

    /// Bytes that `encoded` did not write throw or give some intervals; they never trap.
    package init(decoding bytes: [UInt8]) throws(DecodingProblem) {
        var reader = ByteReader(bytes)
        let version = try reader.byte()
        guard version == Self.version else { throw .unknownVersion(version) }
        let count = try reader.unsigned()
        guard count <= UInt64(bytes.count) else { throw .truncated }
        starts.reserveCapacity(Int(count))
        ends.reserveCapacity(Int(count))
        var last: Int64 = 0
        for i in 0..<count {
            let start = last &+ (try reader.signed())
            let end = start &+ Int64(bitPattern: try reader.unsigned())
            guard start < end, i == 0 || start > last else { throw .malformed }
            starts.append(start)
            ends.append(end)
            last = end
        }
        guard reader.isAtEnd else { throw .malformed }
    }
}

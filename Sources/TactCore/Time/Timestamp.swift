/// An instant: milliseconds of UTC since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch. On the wire between the years 0001 and 9999.
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Whole seconds since the Unix epoch. Saturates.
    package init(seconds: Int64) { self.milliseconds = seconds.saturatingMultiply(by: 1000) }

    /// Whole seconds since the Unix epoch, rounded down.
    package var seconds: Int64 { milliseconds.flooredQuotient(by: 1000) }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    /// Saturates at the ends of `Int64`: a time sum never traps.
    package static func + (a: Timestamp, b: Duration) -> Timestamp {
        Timestamp(milliseconds: a.milliseconds.saturatingAdd(b.milliseconds))
    }

    /// Saturates at the ends of `Int64`.
    package static func - (a: Timestamp, b: Duration) -> Timestamp {
        Timestamp(milliseconds: a.milliseconds.saturatingSubtract(b.milliseconds))
    }

    /// Saturates at the ends of `Int64`.
    package static func - (a: Timestamp, b: Timestamp) -> Duration {
        Duration(milliseconds: a.milliseconds.saturatingSubtract(b.milliseconds))
    }

    /// Before everything that can be written on the wire.
    package static let distantPast = Timestamp(milliseconds: .min / 4)
    /// After everything that can be written on the wire.
    package static let distantFuture = Timestamp(milliseconds: .max / 4)
}

/// A half-open stretch of time, `[start, end)`.
package struct Interval: Hashable, Sendable {
    package var start: Timestamp
    package var end: Timestamp

    package init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = end
    }

    package func contains(_ t: Timestamp) -> Bool { start <= t && t < end }
    package var isEmpty: Bool { end <= start }
}

extension Int64 {
    /// Division that rounds towards minus infinity, for `divisor > 0`.
    package func flooredQuotient(by divisor: Int64) -> Int64 {
        let q = self / divisor
        return self % divisor < 0 ? q - 1 : q
    }

    /// The remainder that belongs to `flooredQuotient`, in `0 ..< divisor`.
    package func flooredRemainder(by divisor: Int64) -> Int64 {
        let r = self % divisor
        return r < 0 ? r + divisor : r
    }

    func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    func saturatingSubtract(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    func saturatingMultiply(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}

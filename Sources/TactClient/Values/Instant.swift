internal import TactCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// An instant, to the millisecond.
public struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z. The daemon takes the years 0001 to 9999.
    public var milliseconds: Int64

    /// An instant so many milliseconds after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads RFC 3339, such as `2026-11-22T09:00:00Z`; `nil` where it is not, or is finer than a millisecond.
    public init?(_ text: String) {
        guard let read = try? Timestamp(rfc3339: text) else { return nil }
        milliseconds = read.milliseconds
    }

    /// What the system's clock says.
    public static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Which of two comes first.
    public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

    /// So much later, rounded to the millisecond.
    public static func + (instant: Instant, duration: Swift.Duration) -> Instant {
        Instant(
            milliseconds: (Timestamp(milliseconds: instant.milliseconds) + TactCore.Duration(duration)).milliseconds)
    }

    /// How much later one is than the other.
    public static func - (later: Instant, earlier: Instant) -> Swift.Duration {
        let distance = Timestamp(milliseconds: later.milliseconds) - Timestamp(milliseconds: earlier.milliseconds)
        return .milliseconds(distance.milliseconds)
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC.
    public var description: String { Timestamp(milliseconds: milliseconds).rfc3339 }
}

extension TactCore.Duration {
    /// The nearest number of milliseconds. Saturates.
    init(_ duration: Swift.Duration) {
        let (seconds, attoseconds) = duration.components
        self =
            .seconds(seconds)
            + Self(milliseconds: (attoseconds + attoseconds.signum() * 500_000_000_000_000) / 1_000_000_000_000_000)
    }
}

extension Swift.Duration {
    /// As the wire has it, in whole seconds, rounded up.
    var wireText: String { TactCore.Duration(self).text }

    /// Reads `1h30m`.
    init?(wireText: String) {
        guard let read = try? TactCore.Duration(wireText) else { return nil }
        self = .milliseconds(read.milliseconds)
    }
}

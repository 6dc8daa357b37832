/// A length of time in milliseconds. Written `90s`, `15m`, `24h`, `7d` or a sum such as `1h30m`;
/// a `d` is exactly 24 hours.
package struct Duration: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (a: Duration, b: Duration) -> Bool { a.milliseconds < b.milliseconds }

    /// Saturates at the ends of `Int64`.
    package static func + (a: Duration, b: Duration) -> Duration {
        Duration(milliseconds: a.milliseconds.saturatingAdd(b.milliseconds))
    }

    /// Saturates.
    package static func - (a: Duration, b: Duration) -> Duration {
        Duration(milliseconds: a.milliseconds.saturatingAdd(-b.milliseconds))
    }

    package static let zero = Duration(milliseconds: 0)
    // The four below saturate at the ends of `Int64`.
    package static func seconds(_ n: Int64) -> Duration { Duration(milliseconds: n.saturatingMultiply(by: 1000)) }
    package static func minutes(_ n: Int64) -> Duration { .seconds(n.saturatingMultiply(by: 60)) }
    package static func hours(_ n: Int64) -> Duration { .minutes(n.saturatingMultiply(by: 60)) }
    package static func days(_ n: Int64) -> Duration { .hours(n.saturatingMultiply(by: 24)) }
}

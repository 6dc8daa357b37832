import Glibc
import TactCore
import TactEngine
import TactService
import TactSettings

/// The machine's clocks.
package struct SystemClock: Sendable {
    private let boot: Int64
    /// Whether this boot can be told from others. If not, leases of before look like this boot's, and may lapse late:
    /// see `Engine.adoptLeases`.
    package let knowsBoot: Bool

    package init() {
        let id = (try? SystemClock.bootID()) ?? ""
        knowsBoot = !id.isEmpty
        boot = Int64(
            truncatingIfNeeded: id.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
                ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
            })
    }

    package var moment: Moment {
        Moment(now: WallClock.now, steady: SteadyClock.now, boot: boot)
    }

    package var now: Timestamp { WallClock.now }

    /// Microseconds, for measuring.
    static func microseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// Whether so much time has passed since the call.
    package static let stopwatch: @Sendable (Duration) -> (() -> Bool) = { limit in
        let end = microseconds() + limit.milliseconds * 1000
        return { microseconds() >= end }
    }

    private static func bootID() throws -> String {
        try String(decoding: SmallFile.read("/proc/sys/kernel/random/boot_id", limit: 64), as: UTF8.self)
    }
}

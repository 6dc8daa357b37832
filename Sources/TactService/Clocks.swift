import Glibc
import TactCore

/// A clock that no step moves and that goes on while the machine sleeps: leases and waits are measured by it.
package enum SteadyClock {
    package static var now: Timestamp { Timestamp(reading: CLOCK_BOOTTIME) }
}

/// The time of day, for what others are told.
package enum WallClock {
    package static var now: Timestamp { Timestamp(reading: CLOCK_REALTIME) }
}

extension Timestamp {
    fileprivate init(reading clock: clockid_t) {
        var time = timespec()
        clock_gettime(clock, &time)
        self.init(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

import TactCore

/// What time it is, on the clock on the wall and on the one that nobody can set.
package struct Moment: Sendable, Equatable {
    /// UTC, as the system believes.
    package var now: Timestamp
    /// A clock that no step moves and that runs on while the machine is suspended; its zero is the boot's.
    package var steady: Timestamp
    /// Which boot `steady` belongs to.
    package var boot: Int64

    package init(now: Timestamp, steady: Timestamp, boot: Int64) {
        self.now = now
        self.steady = steady
        self.boot = boot
    }

    /// A moment of a simulation or test: both clocks are one.
    package init(virtual now: Timestamp) {
        self.init(now: now, steady: now, boot: 0)
    }
}

import Glibc
import Logging
import Synchronization
import TactAPI
import TactCore
import TactEngine
import TactStore

/// What the routes work with.
package final class Services: Sendable {
    /// The configuration in force, and what became of the last reload.
    package struct Loaded: Sendable {
        package var configuration: Configuration
        package var at: Timestamp
        /// Why the last reload was refused; nil: it was not.
        package var refusal: String?
    }

    package let store: Store
    package let engine: Engine
    package let commits: GroupCommit
    package let scheduler: Scheduler
    package let access: Access
    package let clock: SystemClock
    package let metrics: Metrics
    package let watchers: Watchers
    let eraser: Eraser
    let exports = Exports()
    let keeper: KeyKeeper
    package let links: Links
    private let queue: Gauge<QueueDepth>
    private let people: Gauge<Int>
    package let logger: Logger
    package let startedAt: Timestamp
    /// The tz database in force, for what is read outside transactions.
    let zones: Mutex<ZoneDatabase>
    let loaded: Mutex<Loaded>
    /// Reads the configuration again. Set by the daemon.
    let reload = Mutex<(@Sendable () async -> Problem?)?>(nil)

    init(
        store: Store, engine: Engine, commits: GroupCommit, scheduler: Scheduler, access: Access, clock: SystemClock,
        metrics: Metrics, watchers: Watchers, eraser: Eraser, keeper: KeyKeeper,
        links: Links, logger: Logger, zones: ZoneDatabase,
        configuration: Configuration
    ) {
        self.store = store
        self.engine = engine
        self.commits = commits
        self.scheduler = scheduler
        self.access = access
        self.clock = clock
        self.metrics = metrics
        self.watchers = watchers
        self.eraser = eraser
        self.keeper = keeper
        self.links = links
        queue = Gauge(store)
        people = Gauge(store)
        self.logger = logger
        self.zones = Mutex(zones)
        startedAt = clock.now
        loaded = Mutex(Loaded(configuration: configuration, at: startedAt))
    }

    /// What waits, by topic and channel.
    func queueDepth() async throws -> QueueDepth {
        let channels = loaded.withLock { $0.configuration.policy.channels.map(\.name) }
        return try await queue.value { [now = clock.now] in try $0.queueDepth(of: channels, now: now) }
    }

    /// How many recipients are known.
    func recipientCount() async throws -> Int { try await people.value { try $0.recipientCount() } }
}

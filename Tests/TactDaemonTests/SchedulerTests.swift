import NIOEmbedded
import Synchronization
import TactEngine
import Testing

@testable import TactDaemon
@testable import TactStore

@Suite struct SchedulerTests {
    private static let policy = """
        [[channel]]
        name = "push"
        [[topic]]
        name = "offers"
        consent = "not_required"
        channels = ["push"]
        """

    /// A full disk fails every beat for hours, and no restart would mend it: the watchdog must hear of the loop.
    @Test(.timeLimit(.minutes(1)))
    func aBeatThatFailsIsHeardOfToo() async throws {
        let zones = try ZoneDatabase()
        let policy = try Configuration.load(text: SchedulerTests.policy, file: "test.toml", zones: zones).policy
        let store = try Store(inMemory: 1)
        let engine = Engine(
            policy: policy, zones: zones, ids: store.ids, token: { 1 }, stopwatch: SystemClock.stopwatch)
        try store.write { session in
            try engine.start(session)
            try session.run("ALTER TABLE attempts RENAME TO hidden")
        }
        let loop = NIOAsyncTestingEventLoop()
        let counts = Mutex((beats: 0, failures: 0))
        let scheduler = Scheduler(
            engine, GroupCommit(store) { engine.forget() }, clock: SystemClock(), loop: loop,
            onBeat: { counts.withLock { $0.beats += 1 } }, onFailure: { _ in counts.withLock { $0.failures += 1 } })
        scheduler.start()
        while counts.withLock({ $0.failures }) < 3 {
            await loop.advanceTime(by: .seconds(2))
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(counts.withLock { $0.beats } >= 3)
        scheduler.stop()
        await loop.shutdownGracefully()
    }
}

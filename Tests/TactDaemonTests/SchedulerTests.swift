import NIOEmbedded
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
        let (beats, failures) = (Mailbox<Void>(), Mailbox<Void>())
        let scheduler = Scheduler(
            engine, GroupCommit(store) { engine.forget() }, clock: SystemClock(), loop: loop,
            onBeat: { beats.put(()) }, onFailure: { _ in failures.put(()) })
        scheduler.start()
        for _ in 0..<3 {
            try await blocking {
                try failures.take()
                try beats.take()
            }
            await loop.advanceTime(by: .seconds(2))
        }
        scheduler.stop()
        await loop.shutdownGracefully()
    }
}

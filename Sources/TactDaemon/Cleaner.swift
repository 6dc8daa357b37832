import Logging
import NIOCore
import Synchronization
import TactCore
import TactEngine
import TactStore

/// Throws away what was kept long enough, a slice after the other, and rests between them: however much there is, the
/// writer is free for others most of the time.
final class Cleaner: Sendable {
    /// How often it is looked whether there is anything.
    private static let interval = TimeAmount.seconds(60)
    /// How soon after the start for the first time: the daemon may have been down for long.
    private static let first = TimeAmount.seconds(1)
    /// After each slice, so many times as long as it took is left to others, and at least so many microseconds.
    private static let restsPerWork: Int64 = 4
    private static let shortestRest: Int64 = 5000

    private let engine: Engine
    private let commits: GroupCommit
    private let clock: SystemClock
    private let loop: any EventLoop
    private let logger: Logger
    private let isStopped = Atomic<Bool>(false)

    init(_ engine: Engine, _ commits: GroupCommit, clock: SystemClock, loop: any EventLoop, logger: Logger) {
        self.engine = engine
        self.commits = commits
        self.clock = clock
        self.loop = loop
        self.logger = logger
    }

    func start() { work(in: Cleaner.first) }

    /// Hands nothing more to the writer from now on.
    func stop() async {
        // On the loop, where slices begin: none can be on its way to the writer meanwhile.
        try? await loop.submit { [self] in isStopped.store(true, ordering: .relaxed) }.get()
    }

    private func work(in rest: TimeAmount) {
        loop.scheduleTask(in: rest) { [self] in slice() }
    }

    private func slice() {
        guard !isStopped.load(ordering: .relaxed) else { return }
        commits.perform(needing: .certainty, pace: .patient) { [engine, clock] session in
            let begin = SystemClock.microseconds()
            let more = try engine.forgetOld(session, now: clock.now)
            return (more: more, microseconds: SystemClock.microseconds() - begin)
        } done: { [self] result in
            switch result {
            case .success(let slice):
                let rest = max(Cleaner.shortestRest, slice.microseconds * Cleaner.restsPerWork)
                work(in: slice.more ? .microseconds(rest) : Cleaner.interval)
            case .failure(let error):
                logger.error("old records were not thrown away", metadata: ["error": "\(error)"])
                work(in: Cleaner.interval)
            }
        }
    }
}

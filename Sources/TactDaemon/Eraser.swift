import Logging
import TactCore
import TactEngine
import TactStore
import TactVault

/// Carries an erasure to its end once its beginning is on disk: the key first, then the rows, slice by slice, then the log.
final class Eraser: Sendable {
    /// How many messages go at once: about two milliseconds of work.
    private static let slice = 25
    /// How often and for how long it is tried to empty the log while somebody reads from it.
    private static let pause = Swift.Duration.milliseconds(50)
    private static let tries = 200

    private let store: Store
    private let commits: GroupCommit
    private let keeper: KeyKeeper
    private let watchers: Watchers
    private let clock: SystemClock
    private let logger: Logger

    init(
        _ store: Store, _ commits: GroupCommit, _ keeper: KeyKeeper, _ watchers: Watchers, clock: SystemClock,
        logger: Logger
    ) {
        self.store = store
        self.commits = commits
        self.keeper = keeper
        self.watchers = watchers
        self.clock = clock
        self.logger = logger
    }

    func finish(_ erasure: Erasure) async throws {
        try store.destroyKey(of: erasure, at: clock.now)
        try keeper.renewCopy()
        let recipient = erasure.recipient
        // Whoever watches hears that messages were cancelled, and not whose.
        if watchers.count > 0 { try await Task.sleep(for: Watchers.telling) }
        while try await commits.perform(
            needing: .certainty, pace: .patient, { try $0.eraseMessages(of: recipient, limit: Eraser.slice) })
        {}
        try await commits.perform(needing: .certainty, pace: .patient) { try $0.finishErasure(recipient) }
        for _ in 0..<Eraser.tries {
            if try await commits.emptyLog() { return }
            try await Task.sleep(for: Eraser.pause)
        }
        logger.warning(
            "somebody was erased, and the write-ahead log could not be emptied yet, for a backup or check reads from it: what is left there of them is sealed with a key that is destroyed"
        )
    }
}

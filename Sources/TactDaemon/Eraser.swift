import Logging
import Synchronization
import TactCore
import TactEngine
import TactStore
import TactVault

/// Carries an erasure to its end once its beginning is on disk: the key first, then what waits and the rows, slice by slice,
/// then the log.
final class Eraser: Sendable {
    /// How often and for how long it is tried to empty the log while somebody reads from it.
    private static let pause = Swift.Duration.milliseconds(50)
    private static let tries = 200

    private let store: Store
    private let commits: GroupCommit
    private let keeper: KeyKeeper
    private let watchers: Watchers
    private let clock: SystemClock
    private let logger: Logger
    /// The recipients whose erasures are being carried to their end.
    private let underWay = Mutex<Set<Int64>>([])

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
        keeper.onTurn.withLock { $0 = { [weak self] in self?.takeUp() } }
    }

    /// Takes up erasures that have begun and that nobody carries on, for something failed in the middle of them.
    private func takeUp() {
        do {
            let begun = try store.read { try $0.erasures() }
            let busy = underWay.withLock { $0 }
            for erasure in begun where !busy.contains(erasure.recipient) {
                Task {
                    do { try await finish(erasure) } catch { note(error) }
                }
            }
        } catch {
            note(error)
        }
    }

    private func note(_ error: any Error) {
        logger.error(
            "an erasure could not be brought to its end; it is tried again",
            metadata: ["error": .string(String(describing: error))])
    }

    /// To do so twice, and even at the same time, does no harm.
    func finish(_ erasure: Erasure) async throws {
        let recipient = erasure.recipient
        underWay.withLock { _ = $0.insert(recipient) }
        defer { underWay.withLock { _ = $0.remove(recipient) } }
        try await keeper.onThread { [store, clock] in try store.destroyKey(of: erasure, at: clock.now) }
        while try await commits.perform(
            needing: .certainty, pace: .patient,
            { [clock] in try $0.endWaiting(of: recipient, at: clock.now, limit: Store.erasingSlice) })
        {}
        do {
            try await keeper.renewCopy()
        } catch {
            // The rows are not to wait for it: the list of erasures takes the key out of an older copy once more.
            logger.error(
                "the copy of the keys could not be renewed after an erasure; it is tried again",
                metadata: ["error": .string(String(describing: error))])
        }
        // Whoever watches hears that messages were cancelled, and not whose.
        if watchers.count > 0 { try await Task.sleep(for: Watchers.telling) }
        while try await commits.perform(
            needing: .certainty, pace: .patient, { try $0.eraseRows(of: recipient, limit: Store.erasingSlice) })
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

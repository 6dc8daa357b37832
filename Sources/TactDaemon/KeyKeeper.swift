import Dispatch
import Logging
import NIOCore
import Synchronization
import TactAPI
import TactCore
import TactEngine
import TactStore
import TactVault

/// Looks after the keys in the background: wraps them anew when the master key has changed, keeps their copy current, and
/// writes down how far the audit log has come.
final class KeyKeeper: Sendable {
    private static let first = TimeAmount.seconds(1)
    private static let interval = TimeAmount.seconds(30)
    /// Between two slices of wrapping anew, for others who want keys.
    private static let rest = TimeAmount.milliseconds(5)
    /// How many keys are wrapped anew at once: about a millisecond of work, and one wait for the disk.
    private static let slice: Int64 = 256
    /// After how many slices everything else is looked after, too, while there are more: some seconds.
    private static let run = 512

    private let store: Store
    private let commits: GroupCommit
    private let clock: SystemClock
    private let loop: any EventLoop
    private let logger: Logger
    private let copyPath: String?
    private let thread = DispatchQueue(label: "tact.keys")
    private let isStopped = Atomic<Bool>(false)
    /// All keys are wrapped anew, and nobody was told yet.
    private let isRotated = Atomic<Bool>(false)
    /// Slices that were wrapped anew so far.
    private let slices = Atomic<Int>(0)
    /// It was told that the audit log was cut off.
    private let toldOfCut = Atomic<Bool>(false)
    /// Called at every turn, on the keeper's thread.
    let onTurn = Mutex<(@Sendable () -> Void)?>(nil)

    init(
        _ store: Store, _ commits: GroupCommit, copyPath: String?, clock: SystemClock, loop: any EventLoop,
        logger: Logger
    ) {
        self.store = store
        self.commits = commits
        self.copyPath = copyPath
        self.clock = clock
        self.loop = loop
        self.logger = logger
    }

    func start() { work(in: KeyKeeper.first) }

    /// Nothing is begun after this.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        thread.sync {}
    }

    // MARK: For others

    /// Does what waits for the disk on the keeper's thread: those that serve many are not to wait.
    func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            thread.async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Replaces the copy of the keys, if one is kept and it is not current.
    func renewCopy() async throws { try await onThread { [self] in try renewCopyNow() } }

    /// A piece of the keys as they lie in their file; nil: there is no more.
    func copy(from place: Int) async throws -> [UInt8]? {
        try await onThread { [store] in try store.vault.copy(from: place) }
    }

    /// Puts other master keys in force, and begins to wrap anew. Refuses ones that leave any key closed.
    func adopt(_ masters: [MasterKey]) async throws {
        guard try await onThread({ [store] in try store.vault.adopt(masters) }) else { return }
        logger.notice("the master key was changed; keys are wrapped anew in the background")
        work(in: .zero, isOnce: true)
    }

    /// How the keys are kept.
    var answer: KeysAnswer {
        let wrapping = store.vault.wrapping
        return KeysAnswer(
            isSealed: wrapping.isSealed, keys: wrapping.keys, oldKeys: wrapping.old, damaged: wrapping.damaged,
            erased: wrapping.erased,
            masters: wrapping.masters.map { .init(fingerprint: $0.fingerprint, keys: $0.keys) },
            copy: copyPath.map { .init(path: $0, isCurrent: !wrapping.isCopyOld) })
    }

    // MARK: Turns

    private func renewCopyNow() throws(VaultError) {
        guard let copyPath else { return }
        _ = try store.vault.renewCopy(at: copyPath)
    }

    /// `isOnce`: as long as there is more to do, besides the turns that come in any case.
    private func work(in rest: TimeAmount, isOnce: Bool = false) {
        loop.scheduleTask(in: rest) { [self] in
            thread.async { [self] in
                guard !isStopped.load(ordering: .relaxed) else { return }
                let hasMore = turn()
                if hasMore || !isOnce { work(in: hasMore ? KeyKeeper.rest : KeyKeeper.interval, isOnce: isOnce) }
            }
        }
    }

    /// Answers whether there is more to do at once. What fails keeps nothing else from being done.
    private func turn() -> Bool {
        var hasMore = false
        attempt {
            let slice = try store.vault.rewrap(KeyKeeper.slice)
            switch slice {
            case .more: hasMore = true
            case .finished: isRotated.store(true, ordering: .relaxed)
            case .nothing: break
            }
        }
        if hasMore {
            guard slices.wrappingAdd(1, ordering: .relaxed).newValue.isMultiple(of: KeyKeeper.run) else { return true }
        } else {
            attempt {
                try renewCopyNow()
                // Not before: until now the copy needed the old master key.
                if isRotated.exchange(false, ordering: .relaxed) { tellRotated() }
            }
        }
        attempt { try followAudit() }
        let others = onTurn.withLock { $0 }
        others?()
        return hasMore
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            logger.error("the keys could not be looked after", metadata: ["error": .string(String(describing: error))])
        }
    }

    /// Writes down how far the audit log has come, as long as it goes on from where it was.
    private func followAudit() throws {
        let known = try store.vault.auditHead()
        let last = try store.read { session -> (number: Int64, hash: [UInt8])? in
            if let known, try !session.hasAudit(known.number, known.hash) { return nil }
            return try session.lastAudit()
        }
        if let last, try store.vault.advanceAuditHead(last.number, last.hash) { return }
        guard known != nil, !toldOfCut.exchange(true, ordering: .relaxed) else { return }
        logger.error("the audit log lacks entries that were in it, or has others in their place; see tactctl verify")
    }

    private func tellRotated() {
        logger.notice("all keys are wrapped by the master key in force; one that it replaced is needed no more")
        commits.perform(needing: .certainty, pace: .patient) { [clock] session in
            try session.audit(.rotate, by: .daemon, target: nil, detail: nil, at: clock.now)
        } done: { [logger] result in
            if case .failure(let error) = result {
                logger.error("the audit log could not be written", metadata: ["error": "\(error)"])
            }
        }
    }
}

import GRDB
import Synchronization
import TactCore

/// Commits the work of many writers together, so that they share one sync of the disk. Whoever comes while a group is
/// being written is in the next one: the network reads them meanwhile, which joining the first group would forgo.
package final class GroupCommit: Sendable {
    /// One writer's work. `run` may be called twice, if its group has to be taken back.
    private struct Job: Sendable {
        var run: @Sendable (Session) -> Bool
        var finish: @Sendable ((any Error)?) -> Void
    }

    /// A transaction that is on disk.
    package struct Report: Sendable {
        package var jobs: Int
        /// From its begin until it was on disk.
        package var microseconds: Int64
        /// Whether it changed anything: else the disk was not waited for.
        package var hasWritten: Bool
    }

    private struct Waiting {
        var jobs: [Job] = []
        var isDraining = false
    }

    /// How many jobs one transaction takes in at the most.
    private static let largestGroup = 512

    private let store: Store
    /// Microseconds, for measuring.
    private let clock: @Sendable () -> Int64
    /// Told, on the writer's thread, of every transaction before those who wait for it are.
    private let onCommit: @Sendable (Report) -> Void
    /// What is kept in memory of the database must be dropped: a transaction was taken back.
    private let onRollback: @Sendable () -> Void
    private let waiting = Mutex(Waiting())

    package init(
        _ store: Store, clock: @escaping @Sendable () -> Int64 = { 0 },
        onCommit: @escaping @Sendable (Report) -> Void = { _ in }, onRollback: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.clock = clock
        self.onCommit = onCommit
        self.onRollback = onRollback
    }

    /// Runs `body` in a transaction with others, and calls `done`, on the writer's thread, when its result is on disk.
    /// A refusal thrown before anything was written concerns this work alone, for free; one thrown later, and any failure
    /// of the database, takes the group back, and the others are run again.
    package func perform<T: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> T, done: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let result = Box<T>()
        let job = Job(
            run: { session in
                let mark = session.changes
                do {
                    result.value = .success(try body(session))
                    return true
                } catch {
                    result.value = .failure(error is DatabaseError ? StoreError(error) : error)
                    // A refusal is free. Where the database failed, nobody knows what is kept in memory of it; and where
                    // SQLite itself took the transaction back, nothing more may be written outside of one.
                    let isRefusal = !(error is DatabaseError) && !(error is StoreError)
                    return isRefusal && session.changes == mark && session.isInsideTransaction
                }
            },
            finish: { failure in
                done(
                    failure.map { .failure($0) } ?? result.value ?? .failure(StoreError.failed("the work was not run")))
            })
        let starts = waiting.withLock { waiting in
            waiting.jobs.append(job)
            defer { waiting.isDraining = true }
            return !waiting.isDraining
        }
        if starts { store.writer.asyncWriteWithoutTransaction { [self] db in drain(db) } }
    }

    package func perform<T: Sendable>(_ body: @escaping @Sendable (Session) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            perform(body) { continuation.resume(with: $0) }
        }
    }

    private func drain(_ db: Database) {
        while let group = take() { commit(group, db) }
    }

    /// The next jobs in the order of their coming; nil: there are none, and the next to come starts anew.
    private func take() -> [Job]? {
        waiting.withLock { waiting in
            let group = Array(waiting.jobs.prefix(GroupCommit.largestGroup))
            waiting.jobs.removeFirst(group.count)
            waiting.isDraining = !group.isEmpty
            return group.isEmpty ? nil : group
        }
    }

    private func commit(_ group: [Job], _ db: Database) {
        let (begin, mark) = (clock(), db.totalChangesCount)
        do {
            try store.commit(db) { session in
                for job in group where !job.run(session) { throw Spoiled() }
            }
            onCommit(
                Report(jobs: group.count, microseconds: clock() - begin, hasWritten: db.totalChangesCount != mark))
            for job in group { job.finish(nil) }
        } catch {
            onRollback()
            guard group.count > 1 else {
                // The job's own error tells more than that it spoiled its group.
                group[0].finish(error is Spoiled ? nil : StoreError(error))
                return
            }
            for job in group { commit([job], db) }
        }
    }

    /// A job threw after it had written.
    private struct Spoiled: Error {}
}

/// A result on its way out of a transaction. Written and read on the writer's queue alone.
private final class Box<T>: @unchecked Sendable {
    var value: Result<T, any Error>?
}

import GRDB
import Synchronization
import TactCore

/// Commits the work of many writers together, so that they share one sync of the disk. Whoever comes while a group is
/// being written is in the next one: the network reads them meanwhile, which joining the first group would forgo.
package final class GroupCommit: Sendable {
    /// One writer's work. `run` may be called twice, if its group has to be taken back.
    private struct Job: Sendable {
        var need: Need
        /// Answers what spoils the group: a failure after which the transaction cannot stand.
        var run: @Sendable (Session) -> (any Error)?
        var finish: @Sendable ((any Error)?) -> Void
    }

    /// What becomes of a work when the disk is full.
    package enum Need: Sendable {
        /// It takes room, and whoever asks can come again later: it is refused.
        case room
        /// It takes none, or what it does must not be lost, or makes room: it is done in the room that was kept.
        case certainty
    }

    /// Who goes first.
    package enum Pace: Sendable {
        /// Somebody waits for this one answer.
        case prompt
        /// Many messages at once, or work in the background. It takes turns with what is prompt, and while that comes a
        /// transaction has only one such work in it: who does it keeps it small then, see `patientSlice`.
        case patient
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
        /// Whether somebody whose work is prompt was there just now, and may soon come again.
        func hasCompany(now: Int64) -> Bool { now - lastPrompt < GroupCommit.companyLasts }

        var prompt: [Job] = []
        var patient: [Job] = []
        /// What is done with the database between two transactions.
        var asides: [@Sendable (Database) -> Void] = []
        /// Whether the last group was of patient work.
        var wasPatient = false
        var isDraining = false
        /// When prompt work came last.
        var lastPrompt = -GroupCommit.companyLasts
        /// What a transaction of prompt work takes, in microseconds; the last ones weigh most.
        var promptCost: Int64 = 0
    }

    /// Whether the disk is full. All times are `clock`'s.
    private struct Shortage {
        var isShort = false
        /// Not before this is it looked whether there is room again.
        var lookAgain: Int64 = 0
        var endedAt: Int64 = -GroupCommit.distrust
    }

    /// How many jobs one transaction takes in at the most.
    private static let largestGroup = 512
    /// How many patient ones.
    private static let largestPatientGroup = 32
    /// For how long, in microseconds, whoever was prompt may come again.
    private static let companyLasts: Int64 = 50_000
    /// What a message costs that is released or reported on, in microseconds, roughly.
    private static let messageCost: Int64 = 80
    private static let slices = 4...64

    private let store: Store
    /// Microseconds, for measuring.
    private let clock: @Sendable () -> Int64
    /// Told, on the writer's thread, of every transaction before those who wait for it are.
    private let onCommit: @Sendable (Report) -> Void
    /// What is kept in memory of the database must be dropped: a transaction was taken back.
    private let onRollback: @Sendable () -> Void
    /// Told, on the writer's thread, that the disk is full, and that there is room again.
    private let onShortage: @Sendable (Bool) -> Void
    private let shortage = Mutex(Shortage())
    private let waiting = Mutex(Waiting())

    /// How long to stay short, in microseconds, where a file system says that it has room and then has not: quotas do.
    private static let distrust: Int64 = 5_000_000

    package init(
        _ store: Store, clock: @escaping @Sendable () -> Int64 = { 0 },
        onCommit: @escaping @Sendable (Report) -> Void = { _ in },
        onShortage: @escaping @Sendable (Bool) -> Void = { _ in }, onRollback: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.clock = clock
        self.onCommit = onCommit
        self.onShortage = onShortage
        self.onRollback = onRollback
    }

    /// Runs `body` in a transaction with others, and calls `done`, on the writer's thread, when its result is on disk.
    /// A refusal thrown before anything was written concerns this work alone, for free; one thrown later, and any failure
    /// of the database, takes the group back, and the others are run again.
    package func perform<T: Sendable>(
        needing need: Need = .room, pace: Pace = .prompt, _ body: @escaping @Sendable (Session) throws -> T,
        done: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let result = Box<T>()
        let job = Job(
            need: need,
            run: { session in
                let mark = session.changes
                do {
                    result.value = .success(try body(session))
                    return nil
                } catch {
                    result.value = .failure(error is DatabaseError ? StoreError(error) : error)
                    // A refusal is free. Where the database failed, nobody knows what is kept in memory of it; and where
                    // SQLite itself took the transaction back, nothing more may be written outside of one.
                    let isRefusal = !(error is DatabaseError) && !(error is StoreError)
                    return isRefusal && session.changes == mark && session.isInsideTransaction ? nil : error
                }
            },
            finish: { failure in
                done(
                    failure.map { .failure($0) } ?? result.value ?? .failure(StoreError.failed("the work was not run")))
            })
        let now = clock()
        let starts = waiting.withLock { waiting in
            switch pace {
            case .prompt:
                waiting.prompt.append(job)
                waiting.lastPrompt = now
            case .patient: waiting.patient.append(job)
            }
            defer { waiting.isDraining = true }
            return !waiting.isDraining
        }
        if starts { store.writer.asyncWriteWithoutTransaction { [self] db in drain(db) } }
    }

    package func perform<T: Sendable>(
        needing need: Need = .room, pace: Pace = .prompt, _ body: @escaping @Sendable (Session) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            perform(needing: need, pace: pace, body) { continuation.resume(with: $0) }
        }
    }

    /// How many messages a patient work may be about. While there is prompt work, so many that it takes about as long as
    /// that: few where the disk is fast, more where a transaction is slow in any case. Without it, as many as one likes.
    package var patientSlice: Int {
        let now = clock()
        return waiting.withLock { waiting in
            guard waiting.hasCompany(now: now) else { return .max }
            let cost = Int(waiting.promptCost / GroupCommit.messageCost)
            return max(GroupCommit.slices.lowerBound, min(GroupCommit.slices.upperBound, cost))
        }
    }

    /// Empties the write-ahead log between two transactions, unless somebody reads from it. Answers whether it is empty.
    package func emptyLog() async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            let starts = waiting.withLock { waiting in
                waiting.asides.append { db in continuation.resume(with: Result { try db.emptyLog() }) }
                defer { waiting.isDraining = true }
                return !waiting.isDraining
            }
            if starts { store.writer.asyncWriteWithoutTransaction { [self] db in drain(db) } }
        }
    }

    private func drain(_ db: Database) {
        while let group = take(db) {
            let group = refuse(group)
            if !group.isEmpty { commit(group, db) }
        }
    }

    /// The next jobs, prompt and patient ones in turn, each in the order of their coming; nil: there are none, and the next
    /// to come starts anew.
    private func take(_ db: Database) -> [Job]? {
        let now = clock()
        let asides = waiting.withLock { waiting in
            defer { waiting.asides = [] }
            return waiting.asides
        }
        for aside in asides { aside(db) }
        return waiting.withLock { waiting in
            waiting.wasPatient = waiting.prompt.isEmpty || (!waiting.wasPatient && !waiting.patient.isEmpty)
            let group: [Job]
            if waiting.wasPatient {
                group = Array(
                    waiting.patient.prefix(waiting.hasCompany(now: now) ? 1 : GroupCommit.largestPatientGroup))
                waiting.patient.removeFirst(group.count)
            } else {
                group = Array(waiting.prompt.prefix(GroupCommit.largestGroup))
                waiting.prompt.removeFirst(group.count)
            }
            waiting.isDraining = !group.isEmpty || !waiting.asides.isEmpty
            return waiting.isDraining ? group : nil
        }
    }

    private func commit(_ group: [Job], _ db: Database) {
        let (begin, mark) = (clock(), db.totalChangesCount)
        do {
            try store.commit(db) { session in
                for job in group {
                    if let failure = job.run(session) { throw Spoiled(cause: failure) }
                }
            }
            let report = Report(
                jobs: group.count, microseconds: clock() - begin, hasWritten: db.totalChangesCount != mark)
            learn(report)
            onCommit(report)
            for job in group { job.finish(nil) }
        } catch {
            onRollback()
            // Once more, in the room that was kept for this: but without those who can come again later.
            if StoreError.isLackOfRoom((error as? Spoiled)?.cause ?? error), becomeShort() {
                let group = refuse(group)
                return group.isEmpty ? () : commit(group, db)
            }
            guard group.count > 1 else {
                // The job's own error tells more than that it spoiled its group.
                group[0].finish(error is Spoiled ? nil : StoreError(error))
                return
            }
            for job in group { commit([job], db) }
        }
    }

    /// What prompt work costs.
    private func learn(_ report: Report) {
        guard report.hasWritten else { return }
        waiting.withLock { waiting in
            if !waiting.wasPatient { waiting.promptCost += (report.microseconds - waiting.promptCost) / 8 }
        }
    }

    // MARK: A full disk

    /// Gives up the room that was kept. Answers false if there was none: then everyone takes their chances.
    private func becomeShort() -> Bool {
        guard store.reserve?.giveUp() ?? false else { return false }
        let now = clock()
        shortage.withLock { shortage in
            shortage.isShort = true
            let isAgain = shortage.endedAt > now - GroupCommit.distrust
            shortage.lookAgain = isAgain ? now + GroupCommit.distrust : now
        }
        onShortage(true)
        return true
    }

    /// Whether there is room again: as much as is kept, and as much besides.
    private func endShortage() -> Bool {
        let now = clock()
        guard shortage.withLock({ now >= $0.lookAgain }), store.reserve?.takeBack() ?? true else { return false }
        shortage.withLock { shortage in
            shortage.isShort = false
            shortage.endedAt = now
        }
        onShortage(false)
        return true
    }

    /// While the disk is full, refuses those who can come again, and answers the others.
    private func refuse(_ group: [Job]) -> [Job] {
        guard shortage.withLock({ $0.isShort }), !endShortage() else { return group }
        for job in group where job.need == .room {
            job.finish(StoreError.diskFull("what room is left is kept for outcomes"))
        }
        return group.filter { $0.need == .certainty }
    }

    /// A job threw after it had written.
    private struct Spoiled: Error {
        let cause: any Error
    }
}

/// A result on its way out of a transaction. Written and read on the writer's queue alone.
private final class Box<T>: @unchecked Sendable {
    var value: Result<T, any Error>?
}

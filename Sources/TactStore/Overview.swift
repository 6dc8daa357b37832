import Dispatch
import GRDB
import Glibc
import Synchronization
import TactCore

/// Looks at the whole database, which takes seconds: to check it, to copy it. Each look has a thread, a connection and
/// a snapshot of its own, so that nobody waits for it, and comes when the one before is done. The connection can
/// neither write nor checkpoint; see `Store`.
final class Overview: Sendable {
    private struct State {
        var isClosed = false
        /// The connection at work.
        var connection: DatabaseQueue?
    }

    private let path: String
    private let thread = DispatchQueue(label: "tact.overview")
    private let state = Mutex(State())

    init(path: String) { self.path = path }

    func look<T: Sendable>(_ body: @escaping @Sendable (DatabaseQueue) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            thread.async { [self] in
                continuation.resume(with: Result { try run(body) })
            }
        }
    }

    private func run<T>(_ body: (DatabaseQueue) throws -> T) throws -> T {
        let connection = try DatabaseQueue(path: path, configuration: Store.configuration(readonly: true))
        try state.withLock { state in
            guard !state.isClosed else { throw StoreError.failed("the database is being closed") }
            state.connection = connection
        }
        defer {
            state.withLock { $0.connection = nil }
            try? connection.close()
        }
        return try body(connection)
    }

    /// Breaks off what is under way, and lets nothing more begin.
    func close() {
        state.withLock { $0.isClosed = true }
        let idle = DispatchSemaphore(value: 0)
        thread.async { idle.signal() }
        // A look may be between two statements: then there is nothing to interrupt yet.
        while idle.wait(timeout: .now() + .milliseconds(20)) == .timedOut {
            state.withLock { $0.connection?.interrupt() }
        }
    }
}

extension Store {
    /// Checks everything that must always hold, as of the last commit.
    package func verify() async throws -> [Check] {
        guard let overview else { return try await read { try $0.checks() } }
        do {
            return try await overview.look { [ids, vault] connection in
                try connection.read {
                    try Session($0, names: Names(), counters: Counters(), ids: ids, vault: vault).checks()
                }
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Makes a consistent copy of the last commit beside the database, and answers its path. To be removed after use. The
    /// copy knows that it is one, and since when: see `Session.leaveCopyBehind`.
    package func backup(now: Timestamp) async throws -> String {
        guard let overview else { throw StoreError.failed("a database in memory cannot be copied") }
        let copy = writer.path + Store.copyMark + String(UInt32.random(in: 0 ... .max))
        do {
            try await overview.look { connection in
                try connection.writeWithoutTransaction { db in
                    // The database stays read-only, as it was opened; the copy must be written.
                    try db.execute(sql: "PRAGMA query_only = OFF")
                    try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
                }
                let copied = try DatabaseQueue(path: copy)
                try copied.write { db in
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                        arguments: [Store.copiedAt, now.milliseconds])
                }
                try copied.close()
            }
            return copy
        } catch {
            for path in [copy, copy + "-journal"] { unlink(path) }
            throw StoreError(error)
        }
    }
}

import Foundation
import GRDB
import TactCore
import TactVault

/// The database of one daemon. One connection does every write and every checkpoint; others only read. What it
/// acknowledges is on disk.
package final class Store: Sendable {
    let writer: DatabaseQueue
    let reader: DatabaseQueue
    let names: Names
    let readerNames: Names
    let counters: Counters
    /// The keys of what is sealed.
    package let vault: Vault
    /// Where the whole database is looked at; nil in memory.
    let overview: Overview?
    /// nil in memory.
    package let reserve: DiskReserve?
    private let lock: FileLock?

    /// What the ids of this database's messages are made of.
    package let ids: MessageIDs

    /// Opens the database, or makes it, and brings it to this version. Refuses, without touching it, a file that is
    /// in use, not ours, newer, or sealed with keys that are not there. `masters` wrap the keys; the first is in force.
    package convenience init(path: String, masters: [MasterKey] = []) throws(StoreError) {
        do {
            let lock = try FileLock(path: path + ".lock", of: path)
            let expected = try Store.inspect(path)
            Store.removeAbandonedCopies(of: path)
            let vault = try Vault.open(beside: path, masters: masters, for: expected)
            let writer = try DatabaseQueue(path: path, configuration: Store.configuration(readonly: false))
            try Schema.migrator(vault).migrate(writer)
            try Store.removeClearBytes(writer)
            let reader = try DatabaseQueue(path: path, configuration: Store.configuration(readonly: true))
            try self.init(writer: writer, reader: reader, vault: vault, lock: lock)
        } catch {
            throw StoreError(error)
        }
    }

    /// A database in memory, for simulations and tests. `tag` makes its ids the same every time.
    package convenience init(inMemory tag: Int64) throws(StoreError) {
        do {
            let writer = try DatabaseQueue()
            let vault = Vault(inMemory: tag)
            try Schema.migrator(vault).migrate(writer)
            try writer.write { try $0.execute(sql: "UPDATE meta SET value = ? WHERE key = 'tag'", arguments: [tag]) }
            try self.init(writer: writer, reader: writer, vault: vault, lock: nil)
        } catch {
            throw StoreError(error)
        }
    }

    private init(writer: DatabaseQueue, reader: DatabaseQueue, vault: Vault, lock: FileLock?) throws {
        self.writer = writer
        self.reader = reader
        self.vault = vault
        self.lock = lock
        reserve = reader === writer ? nil : DiskReserve(beside: writer.path)
        overview = reader === writer ? nil : Overview(path: writer.path)
        names = Names()
        readerNames = reader === writer ? names : Names()
        counters = Counters()
        let tag = try writer.read { try Int64.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'tag'") }
        guard let tag else { throw StoreError.damaged("it has no tag") }
        ids = MessageIDs(tag: tag)
    }

    /// What a log holds at the start, and what a file had before it was sealed, may be in the clear, or of somebody who was
    /// erased.
    private static func removeClearBytes(_ writer: DatabaseQueue) throws {
        try writer.writeWithoutTransaction { db in
            if try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [Schema.clearMark]) != nil
            {
                try vacuum(db)
            }
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Writes the whole file anew. Where there is no room for that, everything is as sound as before: the mark stays, and
    /// it is tried again at the next start.
    private static func vacuum(_ db: Database) throws {
        // A large database does not fit in memory.
        try db.execute(sql: "PRAGMA temp_store = FILE")
        defer { try? db.execute(sql: "PRAGMA temp_store = MEMORY") }
        do {
            try db.execute(sql: "VACUUM")
            try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [Schema.clearMark])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {}
    }

    /// Looks at a file before anything is written to it. Answers what it says of its keys.
    private static func inspect(_ path: String) throws -> VaultExpectation {
        var expected = VaultExpectation(vault: nil, lastRecipient: 0)
        guard FileManager.default.fileExists(atPath: path) else { return expected }
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read { db in
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            guard tables > 0 else { return }
            let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id")
            guard mark == Schema.applicationID else { throw StoreError.notOurs(path: path) }
            if try Schema.migrator(nil).hasBeenSuperseded(db) { throw StoreError.newerVersion(path: path) }
            guard try db.tableExists("recipients"),
                try db.columns(in: "recipients").contains(where: { $0.name == "sealed" })
            else { return }
            expected.vault = try Int64.fetchOne(
                db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [Schema.vaultMark])
            expected.lastRecipient = try Int64.fetchOne(db, sql: "SELECT max(n) FROM recipients") ?? 0
        }
        try queue.close()
        return expected
    }

    static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.label = readonly ? "tact.reader" : "tact.writer"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(
                sql:
                    "PRAGMA mmap_size = 0; PRAGMA secure_delete = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY"
            )
            if readonly {
                // The connection only ever reads; a checkpoint at its close would be a second writer's.
                try db.execute(sql: "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0")
            } else {
                try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
                try db.execute(sql: "PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000")
            }
        }
        return configuration
    }

    // MARK: Access

    /// Runs one unit of work by itself and commits it. For starting up, simulating and tests; a daemon's work goes
    /// through `GroupCommit`.
    package func write<T>(_ body: (Session) throws -> T) throws -> T {
        try writer.writeWithoutTransaction { db in try commit(db, body) }
    }

    /// Reads from one consistent snapshot.
    package func read<T>(_ body: (Session) throws -> T) throws -> T {
        try reader.read { db in try body(Session(db, names: readerNames, counters: counters, ids: ids, vault: vault)) }
    }

    /// Reads from one consistent snapshot, off the caller's thread.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Session) throws -> T) async throws -> T {
        try await reader.read { [self] db in
            try body(Session(db, names: readerNames, counters: counters, ids: ids, vault: vault))
        }
    }

    /// One transaction. On any error nothing of it remains, in the file or in what is kept in memory of the file.
    func commit<T>(_ db: Database, _ body: (Session) throws -> T) throws -> T {
        do {
            try db.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
            let session = Session(db, names: names, counters: counters, ids: ids, vault: vault)
            let value = try body(session)
            try session.flush()
            try db.cachedStatement(sql: "COMMIT").execute()
            return value
        } catch {
            names.forget()
            counters.forget()
            if db.isInsideTransaction { try? db.execute(sql: "ROLLBACK") }
            throw error
        }
    }

    static let copyMark = ".backup-"
    /// In meta: the database is a copy, made at that time.
    static let copiedAt = "copied_at"
    /// In meta: it was one, and what follows a restore is not all done.
    static let restoring = "restoring"

    /// Removes copies that a daemon left behind when it was killed: what was erased since is still in them.
    private static func removeAbandonedCopies(of path: String) {
        let folder = (path as NSString).deletingLastPathComponent
        let mark = (path as NSString).lastPathComponent + copyMark
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        where name.hasPrefix(mark) {
            unlink((folder as NSString).appendingPathComponent(name))
        }
    }

    /// Moves what the write-ahead log holds into the database, and closes it.
    package func close() throws(StoreError) {
        do {
            overview?.close()
            if reader !== writer { try reader.close() }
            try writer.close()
        } catch {
            throw StoreError(error)
        }
    }
}

/// Held for as long as a daemon has its database.
private final class FileLock: Sendable {
    private let descriptor: Int32

    init(path: String, of database: String) throws(StoreError) {
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .failed("\(path) cannot be opened (\(String(cString: strerror(errno))))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw .inUse(path: database)
        }
    }

    deinit { Glibc.close(descriptor) }
}

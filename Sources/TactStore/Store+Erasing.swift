import GRDB
import TactCore
import TactVault

extension Store {
    /// Destroys the key of somebody whose erasure is written down: what was sealed with it cannot be read from here on, in no
    /// copy.
    package func destroyKey(of erasure: Erasure, at now: Timestamp) throws(StoreError) {
        do throws(VaultError) {
            try vault.erase(erasure.recipient, hash: erasure.hash, at: now)
        } catch {
            throw StoreError(error)
        }
    }

    /// Carries every erasure that has begun to its end. For starting up, and for simulations; a daemon's own go slice by
    /// slice. Answers how many there were.
    package func finishErasures(at now: Timestamp) throws -> Int {
        let begun = try write { try $0.erasures() }
        for erasure in begun {
            try destroyKey(of: erasure, at: now)
            while try write({ try $0.eraseMessages(of: erasure.recipient, limit: 1000) }) {}
            try write { try $0.finishErasure(erasure.recipient) }
        }
        if !begun.isEmpty, reader !== writer {
            try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        }
        return begun.count
    }

    /// Recipients whose keys were destroyed and who are in the database still: it is an older copy.
    package func outlived() throws -> [Int64] {
        let erased = vault.erased
        return try write { session in try erased.filter { try session.outlives(erased: $0) } }
    }
}

extension Database {
    /// Moves what the write-ahead log holds into the database and empties it, unless somebody reads from it: then not now.
    /// Answers whether it is empty.
    func emptyLog() throws -> Bool {
        try execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? execute(sql: "PRAGMA busy_timeout = 5000") }
        return try Int.fetchOne(self, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
    }
}

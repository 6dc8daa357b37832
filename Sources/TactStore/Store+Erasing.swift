import GRDB
import TactCore
import TactVault

extension Store {
    /// How many messages one slice of an erasure is about: some milliseconds of work.
    package static let erasingSlice = 25

    /// Destroys the key of somebody whose erasure is written down: what was sealed with it cannot be read from here on, in no
    /// copy. Waits for the disk.
    package func destroyKey(of erasure: Erasure, at now: Timestamp) throws {
        let person = try read { try $0.person(erasure, at: now) }
        do throws(VaultError) { try vault.erase(person) } catch { throw StoreError(error) }
    }

    /// Carries every erasure that has begun to its end. For starting up, and for simulations; a daemon's own go slice by
    /// slice. Answers how many there were.
    package func finishErasures(at now: Timestamp) throws -> Int {
        let begun = try write { try $0.erasures() }
        for erasure in begun { try destroyKey(of: erasure, at: now) }
        try endWaiting(at: now)
        for erasure in begun {
            while try write({ try $0.eraseRows(of: erasure.recipient, limit: 1000) }) {}
            try write { try $0.finishErasure(erasure.recipient) }
        }
        if !begun.isEmpty, reader !== writer {
            try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        }
        return begun.count
    }

    /// Ends what waits for all whose erasures have begun.
    package func endWaiting(at now: Timestamp) throws {
        for erasure in try write({ try $0.erasures() }) {
            while try write({ try $0.endWaiting(of: erasure.recipient, at: now, limit: 1000) }) {}
        }
    }

    /// Recipients whose keys were destroyed and who are in the database still: it is an older copy.
    package func outlived() throws -> [Int64] {
        let erased = vault.erased
        return try write { session in try erased.filter { try session.outlives(erased: $0) } }
    }

    /// Puts in force what people had switched off who were erased while this database lay aside as a copy, those among them
    /// who had come after it was made. `isCopy`: it is known to be one, whatever it says itself. Answers who was erased.
    package func recallErasures(isCopy: Bool) throws -> [ErasedPerson] {
        guard try isCopy || read({ try $0.lacksErasures() }) else { return [] }
        let people: [ErasedPerson]
        do throws(VaultError) { people = try vault.erasedPeople() } catch { throw StoreError(error) }
        try write { try $0.recall(people) }
        return people
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

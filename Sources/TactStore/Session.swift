import GRDB
import TactCore
import TactVault

/// The database within one transaction. Everything Tact ever asks of it or writes to it is a method of this class, by
/// subject in files of their own.
package final class Session {
    let db: Database
    let names: Names
    let counters: Counters
    package let ids: MessageIDs
    let vault: Vault
    /// How the counts of messages by state change, and that of all ever submitted; written once, at the end.
    var tallies: [MessageState: Int] = [:]
    var submitted = 0
    /// The recipient that was looked for last.
    var lastHashed: (id: String, hash: [UInt8])?
    /// The same for what has not ended, by topic.
    var queue: [(topic: Int64, state: MessageState, delta: Int)] = []

    /// Deliveries by topic and hour, for the share of complaints.
    var delivered: [Delivered: Int] = [:]

    init(_ db: Database, names: Names, counters: Counters, ids: MessageIDs, vault: Vault) {
        self.db = db
        self.names = names
        self.counters = counters
        self.ids = ids
        self.vault = vault
    }

    func rows<T>(_ sql: String, _ arguments: StatementArguments = [], _ make: (Row) throws -> T) throws -> [T] {
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        var result: [T] = []
        while let row = try cursor.next() { result.append(try make(row)) }
        return result
    }

    func row<T>(_ sql: String, _ arguments: StatementArguments = [], _ make: (Row) throws -> T) throws -> T? {
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        return try cursor.next().map(make)
    }

    /// Whether anything was written since `mark`.
    var changes: Int { db.totalChangesCount }

    /// False once SQLite has taken the transaction back of its own accord, as it does when the disk is full.
    var isInsideTransaction: Bool { db.isInsideTransaction }
}

/// Numbers that only grow, kept in memory between transactions. Used on the writer's queue alone.
final class Counters: @unchecked Sendable {
    /// The raw values are kept in the database.
    enum Name: String, CaseIterable {
        case lastMessage = "last_message"
        case lastEntry = "last_entry"
        case lastRecipient = "last_recipient"
    }

    fileprivate var last: [Name: Int64] = [:]
    /// Not written yet.
    fileprivate var isNew: Set<Name> = []

    func forget() {
        last = [:]
        isNew = []
    }
}

extension Session {
    /// The number for the next message; never given twice, also after the newest messages were deleted.
    package func nextMessage() throws -> Int64 { try next(.lastMessage) }

    /// The highest number of a message.
    func lastMessage() throws -> Int64 {
        try counters.last[.lastMessage] ?? counter(Counters.Name.lastMessage.rawValue)
    }

    /// The number for the next journal entry; never given twice, so that watchers can go on from the last they saw.
    func nextEntry() throws -> Int64 { try next(.lastEntry) }

    /// The number for the next recipient. Never given twice: a number names a key.
    func nextRecipient() throws -> Int64 {
        var number = try next(.lastRecipient)
        // A database that was restored has not come to numbers yet whose keys the original destroyed.
        while vault.isErased(number) { number = try next(.lastRecipient) }
        return number
    }

    private func next(_ name: Counters.Name) throws -> Int64 {
        let last = try counters.last[name] ?? counter(name.rawValue)
        counters.last[name] = last + 1
        counters.isNew.insert(name)
        return last + 1
    }

    /// If this is a copy that takes the place of its original: goes on with numbers that the original cannot have given
    /// since, for receivers take a message whose id they know for a repetition, and watchers an event. Answers whether it
    /// was one.
    package func leaveCopyBehind(now: Timestamp) throws -> Bool {
        guard let copiedAt = try mark(Store.copiedAt) else { return false }
        // Far more a millisecond than any machine can give.
        let leap = 1_000_000 + max(0, now.milliseconds - copiedAt) * 1000
        for name in [Counters.Name.lastMessage, .lastEntry] {
            counters.last[name] = try counter(name.rawValue) + leap
            counters.isNew.insert(name)
        }
        // Those who came after the copy was made have keys, too.
        counters.last[.lastRecipient] = max(try counter(Counters.Name.lastRecipient.rawValue), vault.last)
        counters.isNew.insert(.lastRecipient)
        // Whoever comes back with the id of an event of the original's last days has missed what is not here.
        try noteLoss(upTo: counters.last[.lastEntry])
        try beginLinksEra()
        try clearMark(Store.copiedAt)
        try setMark(Store.restoring, 1)
        return true
    }

    func counter(_ name: String) throws -> Int64 {
        try integer("SELECT value FROM counters WHERE name = ?", name) ?? 0
    }

    /// Writes what was only counted so far.
    func flush() throws {
        if submitted != 0 { try count("submitted", submitted) }
        for (state, delta) in tallies where delta != 0 { try count(state.name, delta) }
        for name in counters.isNew {
            try run("UPDATE counters SET value = ? WHERE name = ?", counters.last[name], name.rawValue)
        }
        try flushQueue()
        try flushDelivered()
        submitted = 0
        tallies = [:]
        counters.isNew = []
    }

    private func count(_ name: String, _ delta: Int) throws {
        try run("UPDATE counters SET value = value + ? WHERE name = ?", delta, name)
    }

    /// Messages by state, and how many were ever submitted.
    package func counts() throws -> (submitted: Int, byState: [MessageState: Int]) {
        var byState: [MessageState: Int] = [:]
        for state in MessageState.allCases { byState[state] = Int(try counter(state.name)) }
        return (Int(try counter("submitted")), byState)
    }
}

extension Timestamp {
    init?(_ milliseconds: Int64?) {
        guard let milliseconds else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

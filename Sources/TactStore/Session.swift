import GRDB
import TactCore

/// The database within one transaction. Everything Tact ever asks of it or writes to it is a method of this class, by
/// subject in files of their own.
package final class Session {
    let db: Database
    let names: Names
    let counters: Counters
    package let ids: MessageIDs
    /// How the counts of messages by state change; written once, at the end of the transaction.
    var tallies: [Int: Int] = [:]

    init(_ db: Database, names: Names, counters: Counters, ids: MessageIDs) {
        self.db = db
        self.names = names
        self.counters = counters
        self.ids = ids
    }

    /// Runs one statement, prepared once per connection.
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
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

    func integer(_ sql: String, _ arguments: StatementArguments = []) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
    }

    /// Whether anything was written since `mark`.
    var changes: Int { db.totalChangesCount }
}

/// Numbers that only grow, kept in memory between transactions. Used on the writer's queue alone.
final class Counters: @unchecked Sendable {
    var lastMessage: Int64?

    func forget() { lastMessage = nil }
}

extension Session {
    /// The number for the next message; never given twice, also after the newest messages were deleted.
    package func nextMessage() throws -> Int64 {
        let last = try counters.lastMessage ?? integer("SELECT value FROM meta WHERE key = 'last_message'") ?? 0
        counters.lastMessage = last + 1
        return last + 1
    }

    /// Writes what was only counted so far.
    func flush() throws {
        for (state, delta) in tallies where delta != 0 {
            try run("UPDATE tallies SET count = count + ? WHERE state = ?", [delta, state])
            if state == -1, let last = counters.lastMessage {
                try run(
                    "INSERT INTO meta (key, value) VALUES ('last_message', ?) "
                        + "ON CONFLICT (key) DO UPDATE SET value = excluded.value", [last])
            }
        }
        tallies = [:]
    }

    /// Messages by state, and under nil how many were ever submitted.
    package func counts() throws -> (submitted: Int, byState: [MessageState: Int]) {
        var submitted = 0
        var byState: [MessageState: Int] = [:]
        for (state, count) in try rows("SELECT state, count FROM tallies", [], { ($0[0] as Int, $0[1] as Int) }) {
            if let state = MessageState(rawValue: state) { byState[state] = count } else { submitted = count }
        }
        return (submitted, byState)
    }
}

extension Timestamp {
    init?(_ milliseconds: Int64?) {
        guard let milliseconds else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

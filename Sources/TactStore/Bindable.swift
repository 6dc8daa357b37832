import Foundation
import GRDB
import GRDBSQLite

/// What a column can hold, bound by SQLite's own functions. GRDB's arguments take any value at all, at a price: boxed,
/// checked and nested, they cost a tenth of what storing a message costs.
protocol Bindable {
    /// Answers SQLite's result code.
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt
}

extension Int64: Bindable {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt { sqlite3_bind_int64(statement, index, self) }
}

extension Int: Bindable {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt { Int64(self).bind(to: statement, at: index) }
}

extension Double: Bindable {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt { sqlite3_bind_double(statement, index, self) }
}

extension String: Bindable {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        var text = self
        return text.withUTF8 { bytes in
            // An empty text may have no address, which would mean NULL.
            guard let start = bytes.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, copied) }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                sqlite3_bind_text64(statement, index, $0, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
            }
        }
    }
}

extension [UInt8]: Bindable {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        if isEmpty { return sqlite3_bind_zeroblob(statement, index, 0) }
        return withUnsafeBytes { sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), copied) }
    }
}

extension Data: Bindable {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        if isEmpty { return sqlite3_bind_zeroblob(statement, index, 0) }
        return withUnsafeBytes { sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), copied) }
    }
}

extension Optional: Bindable where Wrapped: Bindable {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        self?.bind(to: statement, at: index) ?? sqlite3_bind_null(statement, index)
    }
}

/// `SQLITE_TRANSIENT`, a cast that Swift does not import: SQLite copies what it is given before the call returns. A
/// constant, which nothing from outside reaches.
private var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

extension Session {
    /// Runs one statement that answers nothing, prepared once per connection, with a value for each parameter.
    func run<each Argument: Bindable>(_ sql: String, _ arguments: repeat each Argument) throws {
        let handle = try prepare(sql, repeat each arguments)
        defer { sqlite3_reset(handle) }
        guard sqlite3_step(handle) == SQLITE_DONE else { throw failure(of: sql) }
    }

    /// The first column of the first row, if there is one and it is not NULL.
    func integer<each Argument: Bindable>(_ sql: String, _ arguments: repeat each Argument) throws -> Int64? {
        let handle = try prepare(sql, repeat each arguments)
        defer { sqlite3_reset(handle) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return sqlite3_column_type(handle, 0) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, 0)
        case SQLITE_DONE: return nil
        default: throw failure(of: sql)
        }
    }

    private func prepare<each Argument: Bindable>(
        _ sql: String, _ arguments: repeat each Argument
    ) throws -> SQLiteStatement {
        let handle = try db.cachedStatement(sql: sql).sqliteStatement
        var index: CInt = 0
        for argument in repeat each arguments {
            index += 1
            let code = argument.bind(to: handle, at: index)
            guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code), sql: sql) }
        }
        guard index == sqlite3_bind_parameter_count(handle) else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "\(index) values", sql: sql)
        }
        return handle
    }

    private func failure(of sql: String) -> DatabaseError {
        let code = sqlite3_extended_errcode(db.sqliteConnection)
        let message = sqlite3_errmsg(db.sqliteConnection).map { String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql)
    }
}

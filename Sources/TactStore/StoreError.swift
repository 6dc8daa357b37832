import GRDB

/// What can go wrong with the database.
package enum StoreError: Error, Sendable, CustomStringConvertible {
    /// Another daemon has the database.
    case inUse(path: String)
    /// The file was written by a newer Tact.
    case newerVersion(path: String)
    /// The file is a database, but not ours.
    case notOurs(path: String)
    case diskFull
    /// The file is damaged or is no database.
    case damaged(String)
    case failed(String)

    package var description: String {
        switch self {
        case .inUse(let path):
            "\(path) is in use by another tactd. Stop that one, or name another [store] path."
        case .newerVersion(let path):
            "\(path) was written by a newer Tact. It was not touched. Start that version, or restore a backup."
        case .notOurs(let path):
            "\(path) is a database, but not one of Tact. It was not touched. Name another [store] path."
        case .diskFull: "The disk that holds the database is full. Make room; nothing was stored."
        case .damaged(let detail): "The database is damaged (\(detail)). Restore a backup."
        case .failed(let detail): "The database could not be used: \(detail)."
        }
    }

    init(_ error: any Error) {
        if let error = error as? StoreError {
            self = error
        } else if let error = error as? DatabaseError {
            switch error.resultCode {
            case .SQLITE_FULL: self = .diskFull
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(error.message ?? "\(error.resultCode)")
            default: self = .failed("\(error.extendedResultCode): \(error.message ?? "no message")")
            }
        } else {
            self = .failed(String(describing: error))
        }
    }
}

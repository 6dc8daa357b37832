import GRDB
import TactVault

/// What can go wrong with the database.
package enum StoreError: Error, Sendable, CustomStringConvertible {
    /// Another daemon has the database.
    case inUse(path: String)
    /// The file was written by a newer Tact.
    case newerVersion(path: String)
    /// The file is a database, but not ours.
    case notOurs(path: String)
    /// There is no room for what was to be written.
    case diskFull(String)
    /// The file is damaged or is no database.
    case damaged(String)
    /// The keys of what is sealed cannot be had.
    case keys(VaultError)
    case failed(String)

    package var description: String {
        switch self {
        case .inUse(let path):
            "\(path) is in use by another tactd. Stop that one, or name another [store] path."
        case .newerVersion(let path):
            "\(path) was written by a newer Tact. It was not touched. Start that version, or restore a backup."
        case .notOurs(let path):
            "\(path) is a database, but not one of Tact. It was not touched. Name another [store] path."
        case .diskFull(let detail):
            "The disk that holds the database takes no more (\(detail)). Make room; nothing was stored."
        case .damaged(let detail): "The database is damaged (\(detail)). Restore a backup."
        case .keys(let error): "The keys: \(error)"
        case .failed(let detail): "The database could not be used: \(detail)."
        }
    }

    /// SQLite says that the disk is full only where the system does in these very words (ENOSPC).
    private static let refusedWrites: [ResultCode] = [.SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE]

    /// Whether it is room that is missing, and nothing else.
    static func isLackOfRoom(_ error: any Error) -> Bool {
        if case .diskFull = StoreError(error) { true } else { false }
    }

    init(_ error: any Error) {
        if let error = error as? StoreError {
            self = error
        } else if let error = error as? VaultError {
            if case .noRoom(let detail) = error { self = .diskFull(detail) } else { self = .keys(error) }
        } else if let error = error as? DatabaseError {
            let detail = "\(error.extendedResultCode): \(error.message ?? "no message")"
            switch error.resultCode {
            case .SQLITE_FULL: self = .diskFull(detail)
            // A quota that is used up, a limit on the size of files, and no room for the index of the log.
            case .SQLITE_IOERR where StoreError.refusedWrites.contains(error.extendedResultCode):
                self = .diskFull(detail)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(error.message ?? "\(error.resultCode)")
            default: self = .failed(detail)
            }
        } else {
            self = .failed(String(describing: error))
        }
    }
}

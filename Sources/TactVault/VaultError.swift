/// Why keys cannot be had.
package enum VaultError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The database is sealed, and the file with its keys is not there.
    case missing(path: String)
    /// The file is none of ours, or its head is spoiled.
    case damaged(path: String, String)
    /// The keys belong to another database.
    case ofAnotherDatabase(path: String)
    /// The keys are wrapped by a master key that was not given.
    case masterKeyMissing(path: String)
    /// The file was written by a newer Tact.
    case newerVersion(path: String)
    /// Recipients are in the database whose keys are not in the file.
    case older(path: String, missing: Int)
    /// The key of one recipient cannot be unwrapped: its bytes were changed.
    case damagedKey(recipient: Int64)
    /// A recipient that should have a key has none.
    case noKey(recipient: Int64)
    /// What was sealed does not open with its key: its bytes were changed.
    case damagedSeal(recipient: Int64)
    /// There is no room for more keys.
    case noRoom(String)
    case failed(String)

    package var description: String {
        switch self {
        case .missing(let path):
            "\(path) is missing. Without it nothing in the database about recipients can be read. Put back your copy of the keys (tactctl backup --keys, or [privacy] keys_copy)."
        case .damaged(let path, let what):
            "\(path) is damaged (\(what)). Put back your copy of the keys (tactctl backup --keys, or [privacy] keys_copy)."
        case .ofAnotherDatabase(let path):
            "\(path) holds the keys of another database. Put back the keys that belong to this one; nothing was touched."
        case .masterKeyMissing(let path):
            "\(path) is wrapped by a master key that is not among those given. Give the one it was wrapped by: the credential tact-master-key, or [privacy] master_key; during a rotation the old one stays as a line below the new."
        case .newerVersion(let path):
            "\(path) was written by a newer Tact. It was not touched. Start that version, or put back older keys with an older database."
        case .older(let path, let missing):
            "\(path) is older than the database: the keys of \(missing) recipients are not in it. Put back a newer copy of the keys, or an older copy of the database."
        case .damagedKey(let recipient):
            "the key of the recipient with number \(recipient) is damaged; put back your copy of the keys"
        case .noKey(let recipient): "the recipient with number \(recipient) has no key; put back your copy of the keys"
        case .damagedSeal(let recipient):
            "something kept of the recipient with number \(recipient) does not open with its key"
        case .noRoom(let detail): detail
        case .failed(let detail): detail
        }
    }
}

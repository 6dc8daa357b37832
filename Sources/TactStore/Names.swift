import GRDB
import TactCore

/// Words that recur, by the numbers they are stored under. Belongs to one connection and is used on its queue alone.
final class Names: @unchecked Sendable {
    /// The raw values are kept in the database.
    enum Kind: Int {
        case topic = 0
        case channel, sender, version
    }

    private var numbers: [Kind: [String: Int64]] = [:]
    private var words: [Int64: String] = [:]
    /// What versions of templates need, by their numbers.
    var wordings: [Int64: Message.Wording] = [:]

    /// After a transaction was rolled back, what it added is not there.
    func forget() {
        numbers = [:]
        words = [:]
        wordings = [:]
    }

    /// The number of a word, which is given one if it has none.
    func number(_ word: String, _ kind: Kind, _ db: Database) throws -> Int64 {
        if let known = try find(word, kind, db) { return known }
        let statement = try db.cachedStatement(sql: "INSERT INTO names (kind, name) VALUES (?, ?)")
        try statement.execute(arguments: [kind.rawValue, word])
        return remember(word, kind, db.lastInsertedRowID)
    }

    /// The number of a word; nil if it has none.
    func find(_ word: String, _ kind: Kind, _ db: Database) throws -> Int64? {
        if let known = numbers[kind]?[word] { return known }
        let statement = try db.cachedStatement(sql: "SELECT n FROM names WHERE kind = ? AND name = ?")
        return try Int64.fetchOne(statement, arguments: [kind.rawValue, word]).map { remember(word, kind, $0) }
    }

    func word(_ number: Int64, _ db: Database) throws -> String {
        if let known = words[number] { return known }
        let statement = try db.cachedStatement(sql: "SELECT name FROM names WHERE n = ?")
        guard let word = try String.fetchOne(statement, arguments: [number]) else {
            throw StoreError.damaged("there is no name \(number)")
        }
        words[number] = word
        return word
    }

    /// The numbers of all words of a kind.
    func all(_ kind: Kind, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(db.cachedStatement(sql: "SELECT n FROM names WHERE kind = ?"), arguments: [kind.rawValue])
    }

    private func remember(_ word: String, _ kind: Kind, _ number: Int64) -> Int64 {
        numbers[kind, default: [:]][word] = number
        words[number] = word
        return number
    }
}

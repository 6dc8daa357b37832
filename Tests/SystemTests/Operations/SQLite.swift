import Foundation

/// Somebody who opens a database file without asking its daemon, which must not run then (Python's `sqlite3`).
enum SQLite {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs statements and answers the rows of all, a line each.
    ///
    /// - Parameter crashes: the process ends without closing the database, so that a write-ahead log stays.
    @discardableResult
    static func run(_ statements: String..., in database: String, crashes: Bool = false) async throws -> [String] {
        let output = database + ".sqlite-output"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let script = """
            import os, sqlite3, sys
            db = sqlite3.connect(sys.argv[2], isolation_level=None)
            for statement in sys.argv[3:]:
                for row in db.execute(statement): print(*row, flush=True)
            if sys.argv[1] == "crash": os._exit(0)
            db.close()
            """
        let child = try Child(
            "python3", ["-c", script, crashes ? "crash" : "close", database] + statements, output: output)
        let text = { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }
        guard try await child.waitForEnd() == .code(0) else { throw Failed(description: text()) }
        return text().split(separator: "\n").map(String.init)
    }
}

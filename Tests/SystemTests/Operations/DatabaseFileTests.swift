import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// A database that the daemon must not have: it says why, and leaves it as it is.
@Suite struct DatabaseFileTests {
    /// All that belongs to a database, byte for byte. A log that is empty is none; the index of a log is no content.
    private static func bytes(of database: String) -> [Data] {
        ["", "-wal"].map { FileManager.default.contents(atPath: database + $0) ?? Data() }
    }

    @Test func aSecondDaemonIsRefused() async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            let before = DatabaseFileTests.bytes(of: daemon.database)

            #expect(try await daemon.startInVain() == .code(1), "under the same configuration")
            #expect(daemon.log.contains("\(daemon.database) is in use by another tactd"), "\(daemon.log)")

            let other = try Daemon.make()
            defer { other.cleanUp() }
            try other.configure(database: daemon.database)
            #expect(try await other.startInVain() == .code(1), "on another socket")
            #expect(other.log.contains("\(daemon.database) is in use by another tactd"), "\(other.log)")
            #expect(!FileManager.default.fileExists(atPath: other.socket))

            // Its own database, but a socket that is served.
            try other.configure(socket: daemon.socket)
            #expect(try await other.startInVain() == .code(1))
            #expect(other.log.contains("another process listens there"), "\(other.log)")

            #expect(DatabaseFileTests.bytes(of: daemon.database) == before)
            #expect(try await daemon.lease().map(\.id) == [id], "the first goes on as if nothing had been")
        }
    }

    @Test(arguments: [false, true]) func aNewerDatabaseIsRefusedAndNotTouched(hasLog: Bool) async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            try await daemon.stop()
            try await SQLite.run(
                "INSERT INTO grdb_migrations (identifier) VALUES ('of tomorrow')", "CREATE TABLE of_tomorrow (a)",
                in: daemon.database, crashes: hasLog)
            let before = DatabaseFileTests.bytes(of: daemon.database)
            #expect(before[1].isEmpty != hasLog)
            for _ in 0..<2 {
                #expect(try await daemon.startInVain() == .code(1))
                #expect(DatabaseFileTests.bytes(of: daemon.database) == before)
            }
            #expect(daemon.log.contains("\(daemon.database) was written by a newer Tact. It was not touched."))

            try await SQLite.run(
                "DELETE FROM grdb_migrations WHERE identifier = 'of tomorrow'", "DROP TABLE of_tomorrow",
                in: daemon.database)
            try await daemon.start()
            #expect(try await daemon.lease().map(\.id) == [id])
        }
    }

    @Test func somebodyElsesFileIsRefusedAndNotTouched() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        func refuses(_ message: String) async throws {
            let before = DatabaseFileTests.bytes(of: daemon.database)
            #expect(try await daemon.startInVain() == .code(1))
            #expect(daemon.log.contains(message), "\(daemon.log)")
            #expect(DatabaseFileTests.bytes(of: daemon.database) == before)
            #expect(!FileManager.default.fileExists(atPath: daemon.socket))
        }
        try await SQLite.run("CREATE TABLE theirs (a)", "INSERT INTO theirs VALUES (1)", in: daemon.database)
        try await refuses("\(daemon.database) is a database, but not one of Tact. It was not touched.")
        #expect(try await SQLite.run("SELECT a FROM theirs", in: daemon.database) == ["1"])
        try await SQLite.run("PRAGMA journal_mode = WAL", in: daemon.database)
        try await refuses("is a database, but not one of Tact")

        try Data("Dear diary, today I was no database.\n".utf8).write(to: URL(fileURLWithPath: daemon.database))
        try await refuses("file is not a database")
        try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(
            to: URL(fileURLWithPath: daemon.database))
        try await refuses("file is not a database")
    }

    @Test func aDatabaseThatCannotBeReachedIsNamed() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try daemon.configure(database: daemon.folder + "/nowhere/tact.db")
        #expect(try await daemon.startInVain() == .code(1))
        #expect(daemon.log.contains("\(daemon.folder)/nowhere/tact.db"), "\(daemon.log)")
    }
}

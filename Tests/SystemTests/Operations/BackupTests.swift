import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// What operators ask of a daemon that has other things to do.
@Suite struct BackupTests {
    private static let policy = """
        [[channel]]
        name = "email"
        retry = { attempts = 1000, initial = "1s", max = "1s" }
        [[topic]]
        name = "news"
        consent = "not_required"
        channels = ["email"]
        """

    /// All in which a message of these tests can be. Asked for at once, for messages move from one to another.
    private static let states = "pending,leased,delivered"

    /// Runs `body` while many submit and work, and answers what they were told.
    private static func underLoad(_ daemon: Daemon, _ body: (Book) async throws -> Void) async throws -> Book {
        let book = Book()
        let crowd = Crowd(daemon, book, Dice())
        async let submitting: Void = crowd.submit()
        async let working: Void = crowd.work()
        do { try await body(book) } catch { Issue.record("\(error)") }
        crowd.stop()
        _ = await (submitting, working)
        #expect(book.failures.isEmpty, "\(book.failures.prefix(10))")
        return book
    }

    private static func acknowledged(_ book: Book) -> Set<String> { Set(book.submissions.compactMap(\.id)) }

    @Test func aBackupMadeUnderLoadIsWholeAndWorks() async throws {
        try await Daemon.run(BackupTests.policy) { daemon in
            let copy = try Daemon.make(BackupTests.policy)
            defer { copy.cleanUp() }
            var before: Set<String> = []
            var delivered: Set<String> = []
            let book = try await BackupTests.underLoad(daemon) { book in
                try await eventually(within: 20, "there is something to copy") { book.delivered.count > 100 }
                (before, delivered) = (BackupTests.acknowledged(book), book.delivered)
                let reply = try await daemon.post("/v1/backup")
                #expect(reply.status == 200 && reply.header("content-type") == "application/vnd.sqlite3")
                try Data(reply.body).write(to: URL(fileURLWithPath: copy.database))
                let keys = try await daemon.post("/v1/backup?part=keys")
                #expect(keys.status == 200 && keys.header("content-type") == "application/octet-stream")
                try Data(keys.body).write(to: URL(fileURLWithPath: copy.database + ".keys"))
                let more = book.delivered.count + 50
                try await eventually(within: 20, "work goes on") { book.delivered.count > more }
            }
            #expect(try await SQLite.run("PRAGMA integrity_check", in: copy.database) == ["ok"])
            #expect(try await SQLite.run("PRAGMA foreign_key_check", in: copy.database) == [])
            try await eventually("nothing is left beside the database") {
                try !FileManager.default.contentsOfDirectory(atPath: daemon.folder).contains { $0.contains("backup") }
            }

            try await copy.start()
            try await copy.checkBooks()
            #expect(try await copy.ids(state: "delivered").isSuperset(of: delivered))
            let all = try await copy.ids(state: BackupTests.states)
            #expect(all.isSuperset(of: before), "all that was acknowledged before it")
            let original = try await daemon.ids(state: BackupTests.states)
            #expect(all.isSubset(of: original) && all.count < original.count, "and nothing that was never there")
            #expect(BackupTests.acknowledged(book).isSubset(of: original))
            // It goes on where the copy was made.
            let id = try #require(try await copy.submit(to: "ann")["id"]?.stringValue)
            try await eventually("it can be leased") {
                let leases = try await copy.lease(max: 1000)
                for lease in leases { try await copy.report(lease, "delivered") }
                return try await copy.state(id) == "delivered"
            }
            try await copy.checkBooks()
            #expect(!copy.log.contains(" error tactd"), "\(copy.log)")
        }
    }

    /// The day on which a backup is needed.
    @Test func aCopyTakesThePlaceOfTheDatabase() async throws {
        try await Daemon.run(BackupTests.policy) { daemon in
            let copy = daemon.folder + "/copy.db"
            var before: [String: JSON] = [:]
            let book = try await BackupTests.underLoad(daemon) { book in
                try await eventually(within: 20, "there is something to copy") { book.delivered.count > 100 }
                for submission in book.submissions {
                    if let id = submission.id { before[id] = submission.body }
                }
                let socket = daemon.socket
                let made = try await onThread { try CLICommand.run(["backup", copy], socket: socket) }
                #expect(made.status == 0, "\(made.stderr)")
                let more = book.delivered.count + 50
                try await eventually(within: 20, "work goes on") { book.delivered.count > more }
            }
            let late = book.submissions.filter { $0.id != nil && before[$0.id ?? ""] == nil }
            #expect(late.count > 10, "something was submitted after the copy")
            try await daemon.stop()
            for suffix in ["", "-wal", "-shm"] { unlink(daemon.database + suffix) }
            try FileManager.default.moveItem(atPath: copy, toPath: daemon.database)

            try await daemon.start()
            try await daemon.checkBooks()
            #expect(daemon.log.contains("the database is a copy that was restored"))
            // What it knows it answers again; what it does not know is taken as new, under ids that nobody has seen.
            let known = try await daemon.ids(state: BackupTests.states)
            let given = Set(book.submissions.compactMap(\.id))
            #expect(known.isSuperset(of: before.keys) && known.isSubset(of: given))
            for (id, body) in before.prefix(50) {
                let reply = try await daemon.post("/v1/messages", body)
                #expect(reply.status == 200 && reply["id"]?.stringValue == id, "\(reply)")
            }
            let unknown = late.filter { !known.contains($0.id ?? "") }
            #expect(!unknown.isEmpty)
            for submission in unknown {
                let reply = try await daemon.post("/v1/messages", submission.body)
                let id = try #require(reply["id"]?.stringValue)
                #expect(reply.status == 201 && !given.contains(id), "\(reply)")
            }
            // Everything that waited goes on to its end, also what was leased when the copy was made.
            try await eventually(within: 40, "all is delivered") {
                for lease in try await daemon.lease(max: 1000) { try await daemon.report(lease, "delivered") }
                let counts = try await daemon.counts()
                return counts["pending"] == 0 && counts["leased"] == 0
            }
            #expect(try await daemon.ids(state: "delivered").count == known.count + unknown.count)
            // It is a copy once: another start changes nothing.
            try await daemon.stop()
            try await daemon.start()
            #expect(daemon.log.components(separatedBy: "is a copy that was restored").count == 2)
        }
    }

    @Test func statusHealthAndVerifyAreTrueAtAnyMoment() async throws {
        try await Daemon.run(BackupTests.policy) { daemon in
            let book = try await BackupTests.underLoad(daemon) { book in
                var rounds = 0
                let end = Book.steady() + .seconds(3)
                while Book.steady() < end || rounds < 10 {
                    rounds += 1
                    #expect(try await daemon.get("/healthz").status == 200)
                    let known = BackupTests.acknowledged(book).count
                    let status = try await daemon.get("/v1/status").json
                    #expect(status["conservation"]?["ok"] == true, "\(status)")
                    #expect(status["conservation"]?["submitted"]?.integerValue ?? -1 >= known, "\(status)")
                    #expect(try await daemon.get("/metrics").text.contains("tact_scheduler_failures_total 0"))
                    if rounds.isMultiple(of: 5) { try await daemon.checkBooks() }
                }
            }
            #expect(try await daemon.counts().values.reduce(0, +) >= BackupTests.acknowledged(book).count)
        }
    }
}

import Foundation
import GRDB
import TactCore
import Synchronization
import Testing

@testable import TactStore

/// A folder that goes with the test.
final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "tact-store-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    var database: String { path + "/tact.db" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct OpeningTests {
    @Test func acknowledgedMeansOnDisk() throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let pragmas = try store.writer.read { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(db, sql: "PRAGMA mmap_size"), try Int.fetchOne(db, sql: "PRAGMA foreign_keys")
            )
        }
        #expect(pragmas.0 == 2, "2 is FULL")
        #expect(pragmas.1 == "wal")
        #expect(pragmas.2 ?? 0 == 0)
        #expect(pragmas.3 == 1)
    }

    @Test func readersCannotWrite() throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        #expect(throws: (any Error).self) {
            try store.read { try $0.setMark("x", 1) }
        }
    }

    @Test func oneDaemonPerDatabase() throws {
        let folder = try Folder()
        let first = try Store(path: folder.database)
        #expect { try Store(path: folder.database) } throws: { error in
            if case StoreError.inUse = error { true } else { false }
        }
        try first.close()
    }

    @Test func aNewerDatabaseIsRefusedAndNotTouched() throws {
        let folder = try Folder()
        try makeNewer(folder.database)
        let before = try Data(contentsOf: URL(filePath: folder.database))
        #expect { try Store(path: folder.database) } throws: { error in
            if case StoreError.newerVersion = error { true } else { false }
        }
        #expect(try Data(contentsOf: URL(filePath: folder.database)) == before)
    }

    /// A database with a migration that this version does not know.
    private func makeNewer(_ path: String) throws {
        let store = try Store(path: path)
        try store.writer.writeWithoutTransaction { db in
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9999')")
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try store.close()
    }

    @Test func somebodyElsesDatabaseIsRefused() throws {
        let folder = try Folder()
        try DatabaseQueue(path: folder.database).write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
        #expect { try Store(path: folder.database) } throws: { error in
            if case StoreError.notOurs = error { true } else { false }
        }
    }

    @Test func whatIsNoDatabaseIsRefused() throws {
        let folder = try Folder()
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: folder.database))
        #expect { try Store(path: folder.database) } throws: { error in
            if case StoreError.damaged = error { true } else { false }
        }
    }

    @Test func idsOfOneDatabaseMeanNothingInAnother() throws {
        let (one, other) = (MessageIDs(tag: 1), MessageIDs(tag: 2))
        for number in [1, 31, 32, 1_000_000, Int64.max >> 4] as [Int64] {
            #expect(one.number(one.id(number)) == number)
            #expect(other.number(one.id(number)) == nil)
        }
        for text in ["", "-", "00000001", "00000001-", "00000001-01", "00000001-!", "00000001-zzzzzzzzzzzzzzzz"] {
            #expect(one.number(text) == nil, "\(text)")
        }
    }
}

@Suite struct GroupCommitTests {
    /// The writer is kept busy while work piles up, and then does it in some order: which?
    private func order(company: Bool, _ paces: [GroupCommit.Pace]) async throws -> [Int] {
        let store = try Store(inMemory: 1)
        let clock = Counter()
        let commits = GroupCommit(store, clock: { company ? 0 : Int64(clock.value) * 1_000_000 }, onRollback: {})
        let (isBusy, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let done = Mutex<[Int]>([])
        commits.perform { _ in
            isBusy.signal()
            mayGoOn.wait()
        } done: { _ in
        }
        await Task.detached { isBusy.wait() }.value
        let all = DispatchGroup()
        for (number, pace) in paces.enumerated() {
            clock.add()
            all.enter()
            commits.perform(pace: pace) { _ in
                done.withLock { $0.append(number) }
            } done: { _ in
                all.leave()
            }
        }
        clock.add()
        mayGoOn.signal()
        await withCheckedContinuation { continuation in all.notify(queue: .global()) { continuation.resume() } }
        return done.withLock { $0 }
    }

    @Test func whoIsPromptWaitsForOnePatientWorkAtTheMost() async throws {
        let many: [GroupCommit.Pace] = [.patient, .patient, .patient, .prompt, .prompt, .patient, .prompt]
        #expect(try await order(company: true, many) == [0, 3, 4, 6, 1, 2, 5])
    }

    @Test func withoutCompanyPatientWorkSharesItsTransactions() async throws {
        #expect(try await order(company: false, [.patient, .patient, .prompt, .patient]) == [0, 1, 3, 2])
    }

    private struct Refused: Error {}

    @Test func manyWritersShareCommitsAndEachGetsItsOwnResult() async throws {
        let folder = try Folder()
        let commits = GroupCommit(try Store(path: folder.database)) {}
        let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
            for index in 0..<500 {
                group.addTask {
                    try await commits.perform { try $0.insert(recipient("r\(index)")).number }
                }
            }
            return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
        }
        #expect(numbers.count == 500)
        let stored = try await commits.perform { try $0.recipientCount() }
        #expect(stored == 500)
    }

    @Test func aRefusalBeforeAnyWriteHarmsNobody() async throws {
        let rollbacks = Counter()
        let commits = GroupCommit(try Store(inMemory: 1)) { rollbacks.add() }
        await #expect(throws: Refused.self) { try await commits.perform { _ in throw Refused() } }
        #expect(rollbacks.value == 0)
    }

    @Test func whoSpoilsAGroupSpoilsOnlyItsOwnWork() async throws {
        let rollbacks = Counter()
        let commits = GroupCommit(try Store(inMemory: 1)) { rollbacks.add() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<60 {
                group.addTask {
                    do {
                        try await commits.perform { session in
                            _ = try session.insert(recipient("r\(index)"))
                            if index % 3 == 0 { throw Refused() }
                        }
                        return true
                    } catch is Refused { return false }
                }
            }
            let kept = try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            #expect(kept == 40)
        }
        let stored = try await commits.perform { try $0.recipientCount() }
        #expect(stored == 40)
        #expect(rollbacks.value > 0, "what is kept in memory must be dropped")
    }

    /// SQLite takes the whole transaction back by itself when there is no room: what others of the group write must
    /// not become durable outside of one.
    @Test func whoFindsTheDiskFullHarmsNobodyInTheGroup() async throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        try await store.writer.write { try $0.execute(sql: "PRAGMA max_page_count = 200") }
        let commits = GroupCommit(store) {}
        let results = Mutex<[String]>([])
        let isReady = DispatchSemaphore(value: 0)
        // While the first is at work, the others gather. It may have to work twice.
        commits.perform(
            { _ in
                isReady.wait()
                isReady.signal()
            }, done: { _ in })
        for name in ["one", String(repeating: "large", count: 400_000), "two"] {
            commits.perform({ try $0.insert(recipient(name)).id }) { result in
                let text =
                    switch result {
                    case .success(let id): id
                    case .failure(StoreError.diskFull): "full"
                    case .failure(let error): "\(error)"
                    }
                results.withLock { $0.append(text) }
            }
        }
        isReady.signal()
        _ = try await commits.perform { _ in }
        #expect(results.withLock { $0 } == ["one", "full", "two"])
        #expect(try await commits.perform { try $0.recipientCount() } == 2)
    }
}

@Suite struct FindingTextTests {
    @Test func whatIsKeptComesBack() {
        let all: [Finding] = [
            Finding(
                rule: .quietHours, effect: .hold, code: .quietHours, until: Timestamp(seconds: 5),
                detail: .window(start: 79_200, end: 28_800)),
            Finding(
                rule: .cap, effect: .suppress, code: .cap, channel: "push", name: "a\tb%\nc",
                detail: .cap(limit: 3, per: .sliding(.hours(24)))),
            Finding(
                rule: .cap, effect: .hold, code: .cap, name: "weekly", detail: .cap(limit: 1, per: .calendar(.isoWeek))),
            Finding(rule: .completion, effect: .suppress, code: .subjectCompleted, detail: .subject("order 1\t%09")),
            Finding(rule: .channel, effect: .hold, code: .channelHeld, until: nil, channel: "sms"),
        ]
        #expect(FindingText.decode(FindingText.encode(all)) == all)
        #expect(FindingText.encode([]) == nil)
        #expect(FindingText.decode("rubbish\nquiet_hours\th") == [])
    }
}

@Suite struct InvariantTests {
    /// SQLite itself refuses what must not be.
    @Test(arguments: [
        "UPDATE messages SET state = 8", "UPDATE messages SET relevance = 1.5", "UPDATE messages SET urgency = 4",
        "UPDATE messages SET plan_channel = NULL", "UPDATE messages SET state = 2",
        "UPDATE messages SET recipient = 99",
        "UPDATE messages SET ended_at = 1", "UPDATE messages SET attempts = -1", "UPDATE counters SET value = -1",
        "DELETE FROM recipients", "UPDATE messages SET submitted_at = 'soon'",
        "UPDATE messages SET has_content = 0",
    ]) func isRefused(_ sql: String) throws {
        let store = try Store(inMemory: 1)
        try store.write { session in
            let number = try session.insert(recipient("ann")).number
            let message = Message(
                number: try session.nextMessage(), sender: "app", topic: "offers", channels: ["push"],
                submittedAt: Timestamp(seconds: 1), expiresAt: Timestamp(seconds: 9),
                plan: .init(at: Timestamp(seconds: 2), channel: "push"))
            try session.insert(StoredMessage(message: message, recipient: number, state: .pending), content: [])
        }
        #expect(throws: DatabaseError.self) { try store.write { try $0.db.execute(sql: sql) } }
        #expect(try store.read { try $0.checks().filter { !$0.isPassed } } == [])
    }

    @Test func verifySeesWhatIsWrong() throws {
        let store = try Store(inMemory: 1)
        try store.write { try $0.db.execute(sql: "UPDATE counters SET value = 5 WHERE name = 'delivered'") }
        #expect(try store.read { try $0.checks().filter { !$0.isPassed }.map(\.name) } == ["conservation"])
    }
}

func recipient(_ id: String) -> StoredRecipient { StoredRecipient(id: id, createdAt: Timestamp(seconds: 1)) }

final class Counter: Sendable {
    private let count = Mutex(0)
    func add() { count.withLock { $0 += 1 } }
    var value: Int { count.withLock { $0 } }
}

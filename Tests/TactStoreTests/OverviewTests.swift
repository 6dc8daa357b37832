import Dispatch
import Foundation
import GRDB
import TactCore
import Testing

@testable import TactStore

/// Checking and copying the whole database.
@Suite struct OverviewTests {
    private func insert(_ name: String, _ session: Session) throws {
        let number = try session.insert(recipient(name)).number
        let message = Message(
            number: try session.nextMessage(), sender: "app", topic: "offers", channels: ["push"],
            submittedAt: Timestamp(seconds: 1), expiresAt: Timestamp(seconds: 9))
        try session.insert(StoredMessage(message: message, recipient: number, state: .pending), content: [1])
    }

    /// The writer is in the middle of a transaction, and stays there until both are done.
    @Test(.timeLimit(.minutes(1)))
    func neitherWaitsForTheWriterNorSeesHalfOfItsWork() async throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let commits = GroupCommit(store) {}
        try await commits.perform { try insert("ann", $0) }
        let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let written: Void = commits.perform { session in
            try insert("bob", session)
            began.signal()
            mayEnd.wait()
        }
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "test").async {
                began.wait()
                continuation.resume()
            }
        }
        #expect(try await store.verify().filter { !$0.isPassed } == [])
        let copy = try await store.backup(now: Timestamp(seconds: 1))
        mayEnd.signal()
        try await written
        // The keys come apart from it.
        try FileManager.default.copyItem(atPath: folder.database + ".keys", toPath: copy + ".keys")
        let restored = try Store(path: copy)
        #expect(try await restored.read { try $0.recipientCount() } == 1)
        #expect(try await restored.read { try $0.counts().submitted } == 1)
        #expect(try await restored.verify().filter { !$0.isPassed } == [])
        #expect(try await store.verify().filter { !$0.isPassed } == [])
        #expect(try await store.verify().contains { $0.detail.hasPrefix("2 submitted") })
    }

    /// Writers go on while a look is under way, and looks come one after the other.
    @Test(.timeLimit(.minutes(1)))
    func writersGoOnMeanwhile() async throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let overview = try #require(store.overview)
        let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let looked = overview.look { connection in
            try connection.read { db in
                let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM recipients")
                began.signal()
                mayEnd.wait()
                return [before, try Int.fetchOne(db, sql: "SELECT count(*) FROM recipients")]
            }
        }
        async let next = overview.look { try $0.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM recipients") } }
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "test").async {
                began.wait()
                continuation.resume()
            }
        }
        try store.write { try insert("ann", $0) }
        mayEnd.signal()
        #expect(try await looked == [0, 0])
        #expect(try await next == 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func theConnectionCannotWrite() async throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        await #expect(throws: DatabaseError.self) {
            try await store.overview?.look { connection in
                try connection.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA query_only = OFF; DELETE FROM meta")
                }
            }
        }
    }

    /// A daemon that stops does not wait for a check of a large database.
    @Test(.timeLimit(.minutes(1)))
    func closingBreaksALookOff() async throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let began = DispatchSemaphore(value: 0)
        async let endless = store.overview?.look { connection in
            try connection.read { db in
                began.signal()
                return try Int.fetchOne(
                    db, sql: "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c")
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "test").async {
                began.wait()
                try? store.close()
                continuation.resume()
            }
        }
        do {
            _ = try await endless
            Issue.record("an endless query has ended")
        } catch let error as DatabaseError {
            #expect(error.resultCode == .SQLITE_INTERRUPT)
        }
        await #expect(throws: (any Error).self) { _ = try await store.verify() }
    }
}

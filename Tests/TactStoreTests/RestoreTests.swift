import Foundation
import GRDB
import TactCore
import TactVault
import Testing

@testable import TactStore

/// Older copies of the database that take the place of it.
@Suite struct RestoreTests {
    private static let now = SealedStoreTests.now
    private static let offers = Suppression(scope: .init(topic: "offers"), at: now)

    private func audit(_ store: Store, _ count: Int) throws {
        try store.write { session in
            for _ in 0..<count {
                try session.audit(.hold, by: .init(name: "root", role: "operate"), detail: "channel x", at: Self.now)
            }
        }
    }

    /// Somebody comes, switches offers off, and is erased.
    private func comeAndGo(
        _ id: String, _ address: String, formerly former: String? = nil, _ store: Store
    ) throws {
        let number = try store.write { session in
            let number = try session.insert(StoredRecipient(id: id, createdAt: Self.now)).number
            if let former { try session.noteFormer(["email": former], of: number) }
            _ = try session.beginErasure(
                number, suppressing: [Self.offers], addresses: ["email": address], at: Self.now)
            return number
        }
        #expect(try store.finishErasures(at: Self.now) == 1)
        #expect(store.vault.isErased(number))
    }

    /// Puts a file in the place of the database.
    private func restore(_ copy: String, _ folder: Folder) throws {
        for suffix in ["", "-wal", "-shm"] { unlink(folder.database + suffix) }
        try FileManager.default.copyItem(atPath: copy, toPath: folder.database)
    }

    /// A copy that was made before people came and went, and entries of the audit log were written. Answers its path.
    private func madeCopy(_ folder: Folder) async throws -> String {
        let store = try Store(path: folder.database)
        try audit(store, 3)
        let made = try await store.backup(now: Self.now)
        let copy = folder.path + "/copy"
        try FileManager.default.moveItem(atPath: made, toPath: copy)
        try comeAndGo("ben", "Ben@Example.org", formerly: "old@example.org", store)
        try audit(store, 20)
        let last = try #require(try await store.read { try $0.lastAudit() })
        #expect(try store.vault.advanceAuditHead(last.number, last.hash))
        try store.close()
        return copy
    }

    @Test func whoCameAndWentSinceTheCopyIsStillOptedOut() async throws {
        let folder = try Folder()
        let copy = try await madeCopy(folder)
        try restore(copy, folder)
        let store = try Store(path: folder.database)
        #expect(try await store.read { try $0.suppressions(ofID: "ben") } == [])
        #expect(try store.takeUp(at: Self.now) == .init(isCopy: true, erasures: 0, outlived: 0))
        try await store.read { (session: Session) throws in
            #expect(try session.suppressions(ofID: "ben") == [Self.offers])
            for spelling in ["Ben@Example.org", "BEN@EXAMPLE.ORG", "ben@example.org.", "old@example.org"] {
                #expect(try session.suppressions(of: spelling, on: "email") == [Self.offers], "\(spelling)")
            }
            #expect(try session.suppressions(of: "ann@example.org", on: "email") == [])
            #expect(try session.checks().filter { !$0.isPassed } == [])
        }
        try store.close()
    }

    /// Bytes of the list were changed, or it began anew elsewhere: it is no longer than the copy knew it.
    @Test(arguments: [true, false])
    func aListThatIsNoLongerThanBeforeIsRecalledNevertheless(saysItIsACopy: Bool) async throws {
        let folder = try Folder()
        let copy = folder.path + "/copy"
        do {
            let store = try Store(path: folder.database)
            try comeAndGo("ann", "ann@example.org", store)
            let ben = try store.write { try $0.insert(StoredRecipient(id: "ben", createdAt: Self.now)).number }
            let made = try await store.backup(now: Self.now)
            try FileManager.default.moveItem(atPath: made, toPath: copy)
            _ = try store.write {
                try $0.beginErasure(
                    ben, suppressing: [Self.offers], addresses: ["email": "ben@example.org"], at: Self.now)
            }
            #expect(try store.finishErasures(at: Self.now) == 1)
            try store.close()
        }
        if !saysItIsACopy {
            let queue = try DatabaseQueue(path: copy)
            try await queue.write { try $0.execute(sql: "DELETE FROM meta WHERE key = 'copied_at'") }
            try queue.close()
        }
        let list = URL(filePath: folder.database + ".erased")
        var bytes = try Data(contentsOf: list)
        bytes[50] ^= 1  // In the first entry.
        try bytes.write(to: list)
        try restore(copy, folder)
        let store = try Store(path: folder.database)
        #expect(store.vault.listed == 1)
        #expect(try store.takeUp(at: Self.now) == .init(isCopy: saysItIsACopy, erasures: 1, outlived: 1))
        try await store.read { (session: Session) throws in
            for id in ["ann", "ben"] { #expect(try session.suppressions(ofID: id) == [Self.offers], "\(id)") }
            #expect(try session.suppressions(of: "ben@example.org", on: "email") == [Self.offers])
        }
        try store.close()
    }

    /// The steps of a start, up to one of them.
    private func takeUp(_ folder: Folder, upTo stop: Int) throws {
        let store = try Store(path: folder.database)
        if stop >= 1 { _ = try store.leaveCopyBehind(at: Self.now) }
        if stop >= 2 { _ = try store.eraseAgain(at: Self.now) }
        if stop >= 3 { _ = try store.finishErasures(at: Self.now) }
        if stop >= 4, let last = try store.read({ try $0.lastAudit() }) {
            try store.vault.keepAuditHead(last.number, last.hash)
        }
        try store.close()
    }

    /// The power may go between any two steps, and again at the next start.
    @Test func aRestoreThatIsBrokenOffIsBroughtToItsEnd() async throws {
        for stop in 0...4 {
            let folder = try Folder()
            let copy = try await madeCopy(folder)
            try restore(copy, folder)
            for _ in 0..<2 { try takeUp(folder, upTo: stop) }
            let store = try Store(path: folder.database)
            _ = try store.takeUp(at: Self.now)
            try await store.read { (session: Session) throws in
                #expect(try session.checks().filter { !$0.isPassed } == [], "after step \(stop)")
                let restores = try session.auditEntries(before: nil, limit: 99).filter { $0.action == .restore }
                #expect(restores.count == 1, "after step \(stop)")
                #expect(try session.suppressions(ofID: "ben") == [Self.offers], "after step \(stop)")
                #expect(try !session.isRestoring())
            }
            try store.close()
        }
    }

    @Test func aLogThatWasCutOffIsNoRestore() async throws {
        let folder = try Folder()
        let copy = try await madeCopy(folder)
        try restore(copy, folder)
        do {
            let store = try Store(path: folder.database)
            _ = try store.takeUp(at: Self.now)
            try audit(store, 5)
            let last = try #require(try await store.read { try $0.lastAudit() })
            #expect(try store.vault.advanceAuditHead(last.number, last.hash))
            try await store.writer.write { db in
                try db.execute(sql: "DROP TRIGGER audit_is_not_cut; DELETE FROM audit WHERE n > 4")
            }
            try store.close()
        }
        let store = try Store(path: folder.database)
        _ = try store.takeUp(at: Self.now)
        #expect(try await store.read { try $0.checks().filter { !$0.isPassed }.map(\.name) } == ["audit"])
        try store.close()
    }

    @Test func aDatabaseOfBeforeSealingIsPutBackAfterAnErasure() throws {
        let folder = try Folder()
        try SealedStoreTests().makeVersion3(folder.database)
        let clear = folder.path + "/clear"
        do {
            let queue = try DatabaseQueue(path: folder.database)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            try queue.close()
        }
        try FileManager.default.copyItem(atPath: folder.database, toPath: clear)
        do {
            let store = try Store(path: folder.database)
            _ = try store.write {
                try $0.beginErasure(
                    1, suppressing: [Self.offers], addresses: ["email": "ann@example.org"], at: Self.now)
            }
            #expect(try store.finishErasures(at: Self.now) == 1)
            try store.close()
        }
        try restore(clear, folder)
        unlink(clear)
        let store = try Store(path: folder.database)
        #expect(try store.takeUp(at: Self.now).erasures == 1)
        try store.read { (session: Session) throws in
            #expect(try session.recipient("ann-4711") == nil && session.recipientCount() == 0)
            #expect(try session.message(1) == nil)
            #expect(try session.suppressions(ofID: "ann-4711") == [Self.offers])
            #expect(try session.suppressions(of: "ann@EXAMPLE.org", on: "email") == [Self.offers])
            #expect(try session.counts().byState[.cancelled] == 1)
            #expect(try session.checks().filter { !$0.isPassed } == [])
        }
        try store.close()
        #expect(try SealedStoreTests().found(SealedStoreTests.telltales, in: folder) == [])
    }
}

@Suite struct CanonicalAddressTests {
    @Test(arguments: [
        ("Ann@Example.ORG", "ann@example.org"), (" ann@example.org\n", "ann@example.org"),
        ("ann@example.org.", "ann@example.org"), ("ann+pizza@example.org", "ann+pizza@example.org"),
        ("JOSE\u{301}@example.org", "jos\u{e9}@example.org"), ("\"a@B\"@example.org", "\"a@b\"@example.org"),
        ("+49 (170) 123-45.67", "+491701234567"), ("0170/1234567", "01701234567"), ("+491701234567", "+491701234567"),
    ])
    func spellingsOfOneAddressAreOne(_ spelling: String, _ canonical: String) {
        #expect(CanonicalAddress.of(spelling).utf8.elementsEqual(canonical.utf8), "\(CanonicalAddress.of(spelling))")
    }

    @Test func tokensStayAsTheyAre() {
        for token in ["fcm:AbC-12", "AbC", "abc", "12-3", "@nobody", "a b", "++4912345", "12345+"] {
            #expect(CanonicalAddress.of(token) == token)
        }
    }
}

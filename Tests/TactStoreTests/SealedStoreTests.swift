import Foundation
import GRDB
import TactCore
import TactVault
import Testing

@testable import TactStore

/// What stands in the files, and what comes out of them again.
@Suite struct SealedStoreTests {
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    /// Whatever of these is found in a file was not sealed.
    static let telltales = [
        "ann-4711", "ann@example.org", "Europe/Paris", "first-name-Ann", "cart:42-secret", "collapse-secret",
        "idempotency-secret", "Half price pizza", "bounced: mailbox full", "calendar-of-ann", "web-form-17",
        "preferences-of-ann", "event-detail-of-ann",
    ]

    private static var recipient: StoredRecipient {
        var recipient = StoredRecipient(id: "ann-4711", createdAt: now)
        recipient.timeZone = "Europe/Paris"
        recipient.country = "FR"
        recipient.locale = "fr-FR"
        recipient.addresses = #"{"email":"ann@example.org"}"#
        recipient.quietHours = "[]"
        recipient.pausedUntil = now
        recipient.attributes = #"{"first-name-Ann":{}}"#
        return recipient
    }

    /// Everything there can be of one person. Answers their number.
    @discardableResult
    private func fill(_ store: Store) throws -> Int64 {
        try store.write { session in
            let now = Self.now
            let recipient = try session.insert(Self.recipient)
            let message = Message(
                number: try session.nextMessage(), sender: "app", topic: "offers", channels: ["email"],
                submittedAt: now, expiresAt: now + .days(1), subject: "cart:42-secret",
                plan: Message.Plan(at: now, channel: "email"))
            let stored = StoredMessage(
                message: message, recipient: recipient.number, state: .pending, collapseKey: "collapse-secret",
                idempotencyKey: "idempotency-secret", digest: [1, 2, 3], attempts: 0)
            try session.insert(stored, content: Array("Half price pizza".utf8))
            try session.append(
                JournalEntry(
                    message: message.number, at: now, state: .pending, isChange: true,
                    basis: .init(policy: "p", tz: "t", zone: "Europe/Paris"),
                    findings: [
                        Finding(
                            rule: .completion, effect: .suppress, code: .subjectCompleted,
                            detail: .subject("cart:42-secret"))
                    ]))
            try session.insert(
                StoredAttempt(
                    message: message.number, recipient: recipient.number, sender: "app", topic: "offers",
                    channel: "email", attempt: 1, releasedAt: now, lease: "l", deadline: now, boot: 1, counts: true))
            let attempt = try #require(try session.attempts(of: message.number).first)
            try session.close(
                attempt, outcome: .retry, at: now, detail: "bounced: mailbox full", stillCounts: false)
            try session.put(
                StoredCalendar(
                    recipient: recipient.number, name: "calendar-of-ann", updatedAt: now, rules: [1, 2], busy: [3],
                    covers: Interval(start: now, end: now + .days(1)), renewAt: now + .days(1)))
            try session.complete("cart:42-secret", recipient: recipient.number, until: now + .days(1))
            _ = try session.insert(
                StoredConsent(
                    scope: .init(topic: "offers"), word: .granted, source: "web-form-17", receivedAt: now,
                    recordedBy: "app", policy: "p"), of: recipient.number)
            try session.setPreferences(#"{"preferences-of-ann":1}"#, of: recipient.number, at: now)
            try session.insert(
                StoredEvent(
                    type: .opened, message: message.number, receivedAt: now, detail: "event-detail-of-ann",
                    recordedBy: "app"), of: recipient.number)
            return recipient.number
        }
    }

    private func expectAll(_ session: Session) throws {
        var expected = Self.recipient
        expected.number = 1
        // What was stored before it was known when attributes are stale is looked at once.
        for var found in [try session.recipient("ann-4711"), try session.recipient(number: 1)] {
            found?.staleAt = nil
            #expect(found == expected)
        }
        let stored = try #require(try session.message(1))
        #expect(stored.message.subject == "cart:42-secret")
        #expect(stored.collapseKey == "collapse-secret")
        #expect(stored.digest == [1, 2, 3])
        #expect(try session.message(sender: "app", idempotencyKey: "idempotency-secret") == stored)
        #expect(
            try session.pending(recipient: 1, topic: "offers", sender: "app", collapseKey: "collapse-secret") == stored)
        let completion = Completion(
            subject: session.hash("cart:42-secret", as: .subject), recipient: 0, upTo: 1, past: 0)
        #expect(try session.unfinished(completion, limit: 9) == [stored])
        #expect(session.covers(completion, stored.message, of: 1))
        #expect(try session.content(of: 1) == Array("Half price pizza".utf8))
        let entry = try #require(try session.journal(of: 1).first)
        #expect(entry.basis?.zone == "Europe/Paris")
        #expect(entry.findings.first?.detail == .subject("cart:42-secret"))
        #expect(try session.attempts(of: 1).first?.detail == "bounced: mailbox full")
        let calendar = try #require(try session.calendar("calendar-of-ann", of: 1))
        #expect(calendar.rules == [1, 2] && calendar.busy == [3] && calendar.name == "calendar-of-ann")
        #expect(try session.completion(of: "cart:42-secret", recipient: 1) != nil)
        #expect(try session.consentRecords(of: 1, limit: 9).first?.source == "web-form-17")
        #expect(try session.preferences(of: 1)?.document == #"{"preferences-of-ann":1}"#)
        #expect(try session.events(of: 1).first?.detail == "event-detail-of-ann")
    }

    /// What of `words` stands in any file of a folder.
    func found(_ words: [String], in folder: Folder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).flatMap { name in
            let data = try Data(contentsOf: URL(filePath: folder.path + "/" + name))
            return words.filter { data.range(of: Data($0.utf8)) != nil }.map { "\($0) in \(name)" }
        }
    }

    @Test func whatGoesInComesOutAndStandsInNoFile() async throws {
        let folder = try Folder()
        do {
            let store = try Store(path: folder.database)
            try fill(store)
            try await store.read { try expectAll($0) }
            let copy = try await store.backup(now: Self.now)
            #expect(try found(Self.telltales, in: folder) == [])
            unlink(copy)
            try store.close()
        }
        #expect(try found(Self.telltales, in: folder) == [])
        let store = try Store(path: folder.database)
        try await store.read { try expectAll($0) }
        #expect(try await store.read { try $0.checks().filter { !$0.isPassed } } == [])
    }

    /// Texts of every kind in every field that takes one.
    @Test func everyTextComesOutAsItWentIn() throws {
        let store = try Store(inMemory: 1)
        var seed = SystemRandomNumberGenerator()
        for round in 0..<200 {
            func text() -> String {
                String(
                    String.UnicodeScalarView(
                        (0..<Int.random(in: 0...40, using: &seed)).compactMap { _ in
                            Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &seed))
                        }))
            }
            var recipient = StoredRecipient(id: "\(round)-" + text(), createdAt: Self.now)
            recipient.timeZone = Bool.random() ? text() : nil
            recipient.country = Bool.random() ? text() : nil
            recipient.locale = Bool.random() ? text() : nil
            recipient.addresses = text()
            recipient.quietHours = Bool.random() ? text() : nil
            recipient.pausedUntil = Bool.random() ? Timestamp(milliseconds: .random(in: -9...9)) : nil
            recipient.attributes = text()
            let stored = try store.write { try $0.insert(recipient) }
            recipient.number = stored.number
            #expect(stored == recipient)
            #expect(try store.read { try $0.recipient(recipient.id) } == recipient)
            recipient.attributes = text()
            try store.write { try $0.update(recipient) }
            #expect(try store.read { try $0.recipient(number: recipient.number) } == recipient)
        }
    }

    // MARK: From the version before

    @Test func aDatabaseFromBeforeIsSealedInPlace() throws {
        let folder = try Folder()
        try makeVersion3(folder.database)
        #expect(try !found(Self.telltales, in: folder).isEmpty)
        let store = try Store(path: folder.database)
        try store.read { try expectAll($0) }
        for (address, isClosed) in [(" ANN@example.org", true), ("ann@example.net", false)] {
            #expect(
                try store.read { try $0.closedAddresses(of: 1, among: ["email": address]) }
                    == (isClosed ? ["email"] : []))
        }
        #expect(try store.read { try $0.checks().filter { !$0.isPassed } } == [])
        let next = try store.write { try $0.insert(StoredRecipient(id: "ben", createdAt: Self.now)) }
        #expect(next.number == 2)
        #expect(try found(Self.telltales, in: folder) == [])
        try store.close()
        #expect(try found(Self.telltales, in: folder) == [])
    }

    /// A database as the last version without keys left it.
    func makeVersion3(_ path: String) throws {
        let queue = try DatabaseQueue(path: path, configuration: Store.configuration(readonly: false))
        try Schema.migrator(nil).migrate(queue, upTo: "3")
        let ms = Self.now.milliseconds
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO names (n, kind, name) VALUES (1, 0, 'offers'), (2, 1, 'email'), (3, 2, 'app'), (4, 3, 'p'),
                        (5, 3, 't');
                    INSERT INTO recipients (n, id, time_zone, country, locale, addresses, quiet_hours, paused_until,
                        attributes, created_at, updated_at) VALUES (1, 'ann-4711', 'Europe/Paris', 'FR', 'fr-FR',
                        '{"email":"ann@example.org"}', '[]', \(ms), '{"first-name-Ann":{}}', \(ms), \(ms));
                    INSERT INTO messages (n, recipient, sender, topic, channels, state, urgency, relevance, submitted_at,
                        expires_at, waits_from, subject, collapse_key, idempotency_key, digest, plan_at, plan_channel,
                        codes, has_content) VALUES (1, 1, 3, 1, '2', 0, 2, 0.5, \(ms), \(ms + 86_400_000), \(ms),
                        'cart:42-secret', 'collapse-secret', 'idempotency-secret', x'010203', \(ms), 2, 0, 1);
                    INSERT INTO contents (message, body) VALUES (1, CAST('Half price pizza' AS BLOB));
                    INSERT INTO journal (n, message, at, state, is_change, policy, tz, zone, findings) VALUES (1, 1, \(ms),
                        0, 1, 4, 5, 'Europe/Paris', 'completion' || char(9) || 's' || char(9) || 'subject_completed' ||
                        char(9) || char(9) || char(9) || char(9) || 's cart:42-secret');
                    INSERT INTO attempts (message, recipient, sender, topic, channel, attempt, released_at, lease, deadline,
                        boot, outcome, ended_at, detail, counts) VALUES (1, 1, 3, 1, 2, 1, \(ms), 'l', \(ms), 1, 1, \(ms),
                        'bounced: mailbox full', 0);
                    INSERT INTO calendars (recipient, name, updated_at, rules, busy, covers_from, covers_until, renew_at)
                        VALUES (1, 'calendar-of-ann', \(ms), x'0102', x'03', \(ms), \(ms + 86_400_000), \(ms));
                    INSERT INTO completions (subject, recipient, until) VALUES ('cart:42-secret', 1, \(ms + 1000));
                    INSERT INTO consents (recipient, topic, is_granted, source, received_at, recorded_by, policy)
                        VALUES (1, 1, 1, 'web-form-17', \(ms), 3, 4);
                    INSERT INTO preferences (recipient, document, updated_at)
                        VALUES (1, '{"preferences-of-ann":1}', \(ms));
                    INSERT INTO events (recipient, message, type, received_at, detail, recorded_by)
                        VALUES (1, 1, 0, \(ms), 'event-detail-of-ann', 3);
                    INSERT INTO closed_addresses (recipient, channel, since) VALUES (1, 2, \(ms));
                    INSERT INTO queue (topic, state, value) VALUES (1, 0, 1);
                    UPDATE counters SET value = 1 WHERE name IN ('submitted', 'pending', 'last_message', 'last_entry');
                    """)
        }
        try queue.close()
    }

    // MARK: Erasing

    @discardableResult
    private func begin(_ number: Int64, _ store: Store) throws -> Erasure {
        let begun = try store.write {
            try $0.beginErasure(
                number, suppressing: [], addresses: ["email": "ann@example.org"], at: Self.now)
        }
        return try #require(begun)
    }

    /// Begins an erasure, and breaks it off after so many steps. Answers whose it was.
    private func eraseHalf(_ folder: Folder, upTo step: Int) throws -> Int64 {
        let store = try Store(path: folder.database)
        let number = try fill(store)
        let before = try Data(contentsOf: URL(filePath: folder.database + ".keys"))
        let erasure = try begin(number, store)
        if step >= 1 { try store.destroyKey(of: erasure, at: Self.now) }
        if step >= 2 { _ = try store.write { try $0.endWaiting(of: number, at: Self.now, limit: 10) } }
        if step >= 3 { _ = try store.write { try $0.eraseRows(of: number, limit: 10) } }
        // Between the list and the slot: the list knows, the keys do not yet.
        if step == 4 { try before.write(to: URL(filePath: folder.database + ".keys")) }
        try store.close()
        return number
    }

    @Test func anErasureIsFinishedAtTheNextStartWhereverItWasBrokenOff() throws {
        for step in 0...4 {
            let folder = try Folder()
            let number = try eraseHalf(folder, upTo: step)
            let store = try Store(path: folder.database)
            #expect(try store.finishErasures(at: Self.now) == 1, "step \(step)")
            #expect(store.vault.isErased(number))
            try store.read { session in
                #expect(try session.recipient("ann-4711") == nil)
                #expect(try session.recipientCount() == 0)
                #expect(try session.checks().filter { !$0.isPassed } == [])
                let counts = try session.counts()
                #expect(counts.submitted == 1 && counts.byState[.cancelled] == 1)
                #expect(try session.erasedCounts().byState == [.cancelled: 1])
                #expect(try session.erasedCounts().recipients == 1)
            }
            try store.writer.read { db in
                for table in [
                    "recipients", "messages", "contents", "journal", "attempts", "calendars", "consents", "preferences",
                    "events", "completions", "completing", "addresses_held", "closed_addresses",
                ] {
                    let rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
                    #expect(rows == 0, "\(table), step \(step)")
                }
            }
            #expect(try found(Self.telltales, in: folder) == [])
            try store.close()
        }
    }

    @Test func anErasureThatHasBegunLeavesNoFalseAlarm() throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let number = try fill(store)
        try begin(number, store)
        #expect(try store.read { try $0.checks() }.filter { !$0.isPassed } == [])
        #expect(try store.write { try !$0.endWaiting(of: number, at: Self.now, limit: 10) })
        #expect(try store.read { try $0.checks() }.filter { !$0.isPassed } == [])
        try store.close()
    }

    @Test func anErasureThatIsFinishedTwiceCountsOnce() throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let number = try fill(store)
        try begin(number, store)
        _ = try store.finishErasures(at: Self.now)
        try store.write { try $0.finishErasure(number) }
        #expect(try store.read { try $0.erasedCounts().recipients } == 1)
        try store.close()
    }

    @Test func anErasureLeavesAnothersSuppressionAtTheSameAddress() throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let addresses = ["email": "family@example.org"]
        let scope = Consents.Scope(topic: "*")
        try store.write { session in
            let (ann, ben) = (session.recipientHash("ann"), session.recipientHash("ben"))
            let hashes = addresses.map { session.addressHash($0.key, $0.value) }
            try session.suppress([Suppression(scope: scope, at: Self.now)], id: ann, addresses: hashes)
            try session.suppress([], id: ben, addresses: hashes)
            #expect(try session.suppressions(of: "family@example.org", on: "email").map(\.scope) == [scope])
            try session.suppress([], id: ann, addresses: [])
            #expect(try session.suppressions(ofID: "ann") == [])
        }
        try store.close()
    }

    @Test func aNumberIsNeverGivenTwice() throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let number = try fill(store)
        try begin(number, store)
        _ = try store.finishErasures(at: Self.now)
        let again = try store.write { try $0.insert(StoredRecipient(id: "ann-4711", createdAt: Self.now)) }
        #expect(again.number > number)
    }

    @Test func anOlderCopyOfTheDatabaseKnowsNobodyWhoWasErased() async throws {
        let folder = try Folder()
        let number: Int64
        do {
            let store = try Store(path: folder.database)
            number = try fill(store)
            // Under another name than a daemon's own, which goes at the next start.
            let copy = try await store.backup(now: Self.now)
            try FileManager.default.moveItem(atPath: copy, toPath: folder.path + "/copy")
            try begin(number, store)
            _ = try store.finishErasures(at: Self.now)
            try store.close()
        }
        for suffix in ["", "-wal", "-shm"] { unlink(folder.database + suffix) }
        try FileManager.default.moveItem(atPath: folder.path + "/copy", toPath: folder.database)
        let store = try Store(path: folder.database)
        #expect(try await store.read { try $0.recipient("ann-4711") } == nil, "not even before they are erased again")
        #expect(try store.outlived() == [number])
    }

    // MARK: The audit log

    @Test func whatWasPromisedBeforeACopyWasMadeIsVoidInIt() async throws {
        let folder = try Folder()
        let store = try Store(path: folder.database)
        let ann = try store.write { try $0.insert(StoredRecipient(id: "ann", createdAt: Self.now)).number }
        let before = try await store.read { try $0.linkIssue(of: ann) }
        let copy = try await store.backup(now: Self.now)
        #expect(try await store.read { try $0.linkIssue(of: ann) } == before, "the original goes on")
        try store.write { try $0.revokeLinks(of: ann) }
        #expect(
            try await store.read { try $0.linkIssue(of: ann) } == LinkIssue(era: before.era, round: before.round + 1))
        try store.close()
        var eras: Set<Int64> = [before.era]
        for number in 0..<2 {
            let path = folder.database + ".restored\(number)"
            try FileManager.default.copyItem(atPath: copy, toPath: path)
            try FileManager.default.copyItem(atPath: folder.database + ".keys", toPath: path + ".keys")
            let restored = try Store(path: path)
            // The clock goes back: the copy is younger than now.
            #expect(try restored.write { try $0.leaveCopyBehind(now: Self.now - .days(1)) })
            eras.insert(try await restored.read { try $0.linkIssue(of: ann).era })
            try restored.close()
        }
        #expect(eras.count == 3, "the same copy twice is two lives")
    }

    @Test func whoeverChangesTheAuditLogIsFoundOut() throws {
        let folder = try Folder()
        func made() throws -> Store {
            let store = try Store(path: folder.database)
            try store.write { session in
                for n in 1...5 {
                    try session.audit(
                        .hold, by: .init(name: "root", role: "operate"), recipient: "ann-\(n)", detail: "channel x",
                        at: Self.now)
                }
            }
            return store
        }
        let store = try made()
        func isPassed() throws -> Bool {
            try store.read { try $0.auditCheck(against: store.vault.auditHead()) }.isPassed
        }
        #expect(try isPassed())
        #expect(throws: (any Error).self, "the table itself refuses it") {
            try store.writer.write { try $0.execute(sql: "UPDATE audit SET actor = 'nobody' WHERE n = 2") }
        }
        let last = try #require(try store.read { try $0.lastAudit() })
        #expect(try store.vault.advanceAuditHead(last.number, last.hash))
        #expect(try !store.vault.advanceAuditHead(last.number - 1, last.hash), "never back")
        try store.writer.write { db in
            try db.execute(sql: "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_cut")
        }
        for spoil in [
            "UPDATE audit SET actor = 'nobody' WHERE n = 2", "DELETE FROM audit WHERE n = 3",
            "UPDATE audit SET detail = NULL WHERE n = 5", "DELETE FROM audit WHERE n > 3", "DELETE FROM audit",
        ] {
            try store.writer.writeWithoutTransaction { db in
                try db.inTransaction {
                    try db.execute(sql: spoil)
                    let session = Session(
                        db, names: Names(), counters: Counters(), ids: store.ids, vault: store.vault)
                    #expect(try !session.auditCheck(against: store.vault.auditHead()).isPassed, "\(spoil)")
                    return .rollback
                }
            }
        }
        #expect(try isPassed())
    }
}

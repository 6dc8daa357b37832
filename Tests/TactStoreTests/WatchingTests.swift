import TactCore
import Testing

@testable import TactStore

/// What those who watch are told.
@Suite struct WatchingTests {
    /// A journal with changes at these places.
    private func store(_ changes: [Bool]) throws -> Store {
        let store = try Store(inMemory: 1)
        try store.write { session in
            let number = try session.insertMessage(to: "ann")
            for isChange in changes {
                try session.append(
                    JournalEntry(message: number, at: Timestamp(seconds: 1), state: .pending, isChange: isChange))
            }
        }
        return store
    }

    @Test func nobodyGoesTwiceThroughWhatTellsNothing() throws {
        let store = try store(Array(repeating: false, count: 1000))
        try store.read { session in
            let page = try session.page(after: 0, of: 5000)
            #expect(page == JournalPage(changes: [], position: 1000, hasMore: false))
            #expect(try session.page(after: page.position, of: 5000).position == 1000)
        }
    }

    /// Entries of a message that has not ended stay, so a hole may be anywhere: it is kept how far holes reach.
    @Test func itIsKnownUpToWhereEntriesAreMissing() throws {
        let store = try store([true, true, true])
        func lost() throws -> Int64 { try store.read { try $0.lastLostEntry() } }
        func sweep(before second: Int64) throws {
            try store.write {
                _ = try $0.dropJournal(before: Timestamp(seconds: second), after: .beginning, of: 100)
            }
        }
        try sweep(before: 2)
        #expect(try lost() == 0, "the message has not ended")
        try store.write { try $0.move(1, from: .pending, to: .delivered, at: Timestamp(seconds: 2), reason: nil) }
        try sweep(before: 2)
        #expect(try lost() == 3)
        try store.write { session in
            let number = try session.insertMessage(to: "ben")
            try session.append(
                JournalEntry(message: number, at: Timestamp(seconds: 5), state: .delivered, isChange: true))
            try session.move(number, from: .pending, to: .delivered, at: Timestamp(seconds: 5), reason: nil)
            #expect(try session.dropMessages(endedBefore: Timestamp(seconds: 9), limit: 9) == 2)
        }
        #expect(try lost() == 4)
    }

    @Test func pagesHaveEveryChangeOnceAndInOrder() throws {
        let changes = (0..<1000).map { $0 % 7 == 3 || $0 > 900 }
        let store = try store(changes)
        try store.read { session in
            for size in [1, 10, 99, 1000, 1001] {
                var (told, position, hasMore) = ([Int64](), Int64(0), true)
                while hasMore {
                    let page = try session.page(after: position, of: size)
                    #expect(page.position <= position + Int64(size))
                    told += page.changes.map(\.number)
                    (position, hasMore) = (page.position, page.hasMore)
                }
                #expect(told == changes.indices.filter { changes[$0] }.map { Int64($0) + 1 }, "pages of \(size)")
            }
        }
    }

    @Test func aPositionThatIsNotThereYetIsKept() throws {
        let store = try store([true])
        let page = try store.read { try $0.page(after: 77, of: 10) }
        #expect(page == JournalPage(changes: [], position: 77, hasMore: false))
    }
}

extension Session {
    /// A pending message, or one in another state.
    func insertMessage(to recipient: String, state: MessageState = .pending) throws -> Int64 {
        let number = try self.recipientNumber(recipient) ?? insert(TactStoreTests.recipient(recipient)).number
        let message = Message(
            number: try nextMessage(), sender: "app", topic: "offers", channels: ["push"],
            submittedAt: Timestamp(seconds: 1), expiresAt: Timestamp(seconds: 9))
        try insert(StoredMessage(message: message, recipient: number, state: state), content: [1])
        return message.number
    }
}

import TactCore
import Testing

@testable import TactStore

/// What has been kept long enough goes, and nothing else.
@Suite struct RetentionTests {
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

    @Test func contentGoesByStateAndByEnd() throws {
        let store = try Store(inMemory: 1)
        let ends: [(MessageState, Int64)] = [(.delivered, 10), (.failed, 10), (.expired, 20), (.failed, 20)]
        try store.write { session in
            for (state, end) in ends {
                let number = try session.insertMessage(to: "ann")
                try session.move(number, from: .pending, to: state, at: at(end), reason: nil)
            }
            let gone = try session.insertMessage(to: "ann")
            try session.move(gone, from: .pending, to: .cancelled, at: at(5), reason: nil, keepsContent: false)
            _ = try session.insertMessage(to: "ann")
        }
        func kept() throws -> [Int64] { try store.read { s in try (1...6).filter { try s.content(of: $0) != nil } } }
        func drop(_ states: [MessageState], _ end: Int64, limit: Int = 9) throws -> Int {
            try store.write { try $0.dropContents(of: states, endedBy: at(end), limit: limit) }
        }
        let unfailing = MessageState.allCases.filter { $0.isEnd && $0 != .failed }
        #expect(try kept() == [1, 2, 3, 4, 6])
        #expect(try drop(unfailing, 9) == 0)
        #expect(try drop(unfailing, 99, limit: 1) == 1)
        #expect(try drop(unfailing, 99) == 1)
        #expect(try kept() == [2, 4, 6])
        #expect(try drop([.failed], 10) == 1)
        #expect(try kept() == [4, 6])
        // A failed message that was taken up again has its content for as long as it needs it.
        try store.write { try $0.move(4, from: .failed, to: .pending, at: at(30), reason: .requeued) }
        #expect(try drop(MessageState.allCases, 99) == 0)
        #expect(try kept() == [4, 6])
        #expect(try store.read { try $0.checks().first { $0.name == "content" }?.isPassed } == true)
    }

    @Test func oldEntriesOfUnfinishedMessagesArePassedOverAndNotInTheWay() throws {
        let store = try Store(inMemory: 1)
        try store.write { session in
            let (waiting, ended) = (try session.insertMessage(to: "ann"), try session.insertMessage(to: "ann"))
            for second in 0..<100 as Range<Int64> {
                let message = second % 10 == 9 ? ended : waiting
                try session.append(JournalEntry(message: message, at: at(second), state: .pending, isChange: false))
            }
            try session.move(ended, from: .pending, to: .delivered, at: at(100), reason: nil)
        }
        func sweep(_ place: JournalPlace, before: Int64) throws -> (place: JournalPlace, hasMore: Bool) {
            try store.write { try $0.dropJournal(before: at(before), after: place, of: 7) }
        }
        func left(_ message: Int64) throws -> Int { try store.read { try $0.journal(of: message).count } }
        var (place, hasMore) = try sweep(.beginning, before: 50)
        #expect(place == JournalPlace(at: at(6), number: 7))
        while hasMore { (place, hasMore) = try sweep(place, before: 50) }
        #expect(try [left(1), left(2)] == [90, 5])
        // What has aged since is found from there.
        (place, hasMore) = try sweep(place, before: 60)
        while hasMore { (place, hasMore) = try sweep(place, before: 60) }
        #expect(try [left(1), left(2)] == [90, 4])
        try store.write { try $0.move(1, from: .pending, to: .expired, at: at(100), reason: nil) }
        (place, hasMore) = try sweep(.beginning, before: 60)
        while hasMore { (place, hasMore) = try sweep(place, before: 60) }
        #expect(try [left(1), left(2)] == [36, 4])
    }

    /// SQLite itself says that it looks at nothing but what is to go.
    @Test func nothingElseIsLookedAt() throws {
        let store = try Store(inMemory: 1)
        let plans = try store.read { session in
            try [
                "SELECT n FROM messages WHERE state = 7 AND ended_at <= 1 AND ended_at IS NOT NULL AND has_content = 1 ORDER BY ended_at",
                "SELECT at FROM journal WHERE at >= 1 AND (at, n) > (1, 1) AND at < 2 ORDER BY at, n",
            ].map { sql in
                try session.rows("EXPLAIN QUERY PLAN " + sql) { $0["detail"] as String }.joined(separator: "; ")
            }
        }
        #expect(plans[0].contains("USING INDEX messages_outlived (state=? AND ended_at"), "\(plans[0])")
        #expect(plans[1].contains("USING COVERING INDEX journal_aging (at>? AND at<?)"), "\(plans[1])")
        #expect(plans.allSatisfy { !$0.contains("TEMP B-TREE") }, "\(plans)")
    }
}

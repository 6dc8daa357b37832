import Foundation
import TactAPI
import TactCore
import TactEngine
import TactStore

/// An engine on a database in memory, under a clock that the test moves.
final class Office {
    let store: Store
    let engine: Engine
    var now: Timestamp

    /// `isHurried`: whatever has a limit of time has used it up after its first piece.
    init(_ configuration: String, at instant: String = "2026-03-02T09:00:00Z", isHurried: Bool = false) throws {
        now = try Timestamp(rfc3339: instant)
        let zones = try ZoneDatabase()
        store = try Store(inMemory: 7)
        let policy = try Configuration.load(text: configuration, file: "test.toml", zones: zones).policy
        let tokens = Tokens()
        engine = Engine(
            policy: policy, zones: zones, ids: store.ids, token: { tokens.next() }, stopwatch: { _ in { isHurried } })
        try store.write { try engine.start($0) }
    }

    static let basic = """
        [[channel]]
        name = "push"
        retry = { attempts = 2, initial = "1m", max = "1h" }
        [[topic]]
        name = "offers"
        consent = "not_required"
        kind = "marketing"
        channels = ["push"]
        """

    var moment: Moment { Moment(virtual: now) }

    func pass(_ duration: Duration) { now = now + duration }

    @discardableResult
    func submit(_ body: String, sender: String = "app") throws -> Submission {
        try store.write { try engine.submit(MessageRequest(body.utf8), sender: sender, $0, moment) }
    }

    /// A message to Ann, with more members of its body.
    @discardableResult
    func offer(_ more: String = "", sender: String = "app") throws -> Submission {
        try submit(#"{"recipient":"ann","topic":"offers"\#(more.isEmpty ? "" : "," + more)}"#, sender: sender)
    }

    func state(_ submission: Submission) throws -> MessageState? {
        try stored(submission)?.state
    }

    func stored(_ submission: Submission) throws -> StoredMessage? {
        try store.read { try $0.message(submission.stored.message.number) }
    }

    func tick() throws -> Timestamp { try store.write { try engine.tick($0, moment) } }

    func lease(_ length: Duration = .minutes(1)) throws -> [LeaseAnswer.Leased] {
        try store.write {
            try engine.release(.init(channels: ["push"], max: 10, length: length), $0, moment)
        }
    }

    @discardableResult
    func report(_ outcome: Outcome, _ leased: LeaseAnswer.Leased) throws -> LeaseResults.Item {
        try store.write {
            try engine.report(
                outcome, id: leased.id, lease: leased.lease, detail: nil, retryAfter: nil, $0, moment)
        }
    }

    func verify() throws -> [Check] { try store.read { try $0.checks().filter { !$0.isPassed } } }
}

private final class Tokens: @unchecked Sendable {
    private var last: UInt64 = 0

    func next() -> UInt64 {
        last += 1
        return last
    }
}

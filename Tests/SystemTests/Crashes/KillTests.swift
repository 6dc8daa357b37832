import Foundation
import TactAPI
import TactCore
import Testing

/// The daemon is killed again and again while many work with it. What it has acknowledged must be there.
@Suite(.serialized) struct KillTests {
    /// `make soak` sets TACT_KILLS=200.
    static let kills = ProcessInfo.processInfo.environment["TACT_KILLS"].flatMap { Int($0) } ?? 10

    private static let policy = """
        [[channel]]
        name = "email"
        retry = { attempts = 1000, initial = "1s", max = "1s" }
        [[topic]]
        name = "news"
        consent = "not_required"
        channels = ["email"]
        """

    @Test(.timeLimit(.minutes(60))) func nothingAcknowledgedIsLostAndNothingLeasedIsReleasedTwice() async throws {
        let dice = Dice()
        try await Daemon.run(KillTests.policy) { daemon in
            let book = Book()
            let crowd = Crowd(daemon, book, dice)
            let submitters = Task { await crowd.submit() }
            let workers = Task { await crowd.work() }
            defer { crowd.stop() }
            var pauses = dice
            for _ in 0..<KillTests.kills {
                try await Task.sleep(for: .milliseconds(Int.random(in: 30...500, using: &pauses)))
                try await daemon.killAndWait()
                try await daemon.start()
                if pauses.once(in: 5) { try await daemon.checkBooks() }
                if !book.failures.isEmpty { break }
            }
            crowd.stopSubmitting()
            await submitters.value
            try await settle(daemon, book)
            crowd.stop()
            await workers.value
            #expect(book.failures.isEmpty, "seed \(dice.seed): \(book.failures.prefix(20).joined(separator: "\n"))")
            print("killed \(KillTests.kills) times, seed \(dice.seed): \(book.figures)")
        }
    }

    /// Asks for every message by its key, waits until all have been delivered, and counts.
    private func settle(_ daemon: Daemon, _ book: Book) async throws {
        let submissions = book.submissions
        for start in stride(from: 0, to: submissions.count, by: 2000) {
            let some = submissions[start..<min(start + 2000, submissions.count)]
            let answers = try await daemon.bulk(some.map(\.body)).lines
            #expect(answers.count == some.count)
            for (submission, answer) in zip(some, answers) {
                let id = answer["id"]?.stringValue
                #expect(
                    id != nil && (submission.id ?? id) == id,
                    "\(submission.key) was \(submission.id ?? "lost"): \(answer)")
            }
        }
        try await eventually(within: 90, "all are delivered") {
            try await daemon.counts()["delivered"] == submissions.count
        }
        #expect(try await daemon.counts().values.reduce(0, +) == submissions.count, "one message for each key")
        let delivered = try await daemon.ids(state: "delivered")
        #expect(book.delivered.isSubset(of: delivered), "what was reported as delivered is delivered")
    }
}

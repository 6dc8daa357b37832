import Foundation
import Synchronization
import TactAPI
import TactCore
import Testing

/// However many workers ask at once, and however the daemon ends: no cap is overshot.
@Suite(.serialized) struct CapTests {
    private static let policy = """
        [[channel]]
        name = "email"
        retry = { attempts = 50, initial = "1s", max = "1s" }
        [[channel]]
        name = "push"
        [[topic]]
        name = "news"
        consent = "not_required"
        [[topic]]
        name = "offers"
        consent = "not_required"
        [time_zone]
        unknown = "UTC"
        [[cap]]
        name = "sliding"
        limit = 5
        per = "1s"
        [[cap]]
        name = "each-topic"
        limit = 3
        per = "1s"
        each = ["topic"]
        [[cap]]
        name = "each-channel"
        limit = 4
        per = "2s"
        each = ["channel"]
        [[cap]]
        name = "daily"
        limit = 30
        per = "day"
        """

    private static let rules = [
        CapRule(5, per: .sliding(.seconds(1))),
        CapRule(3, per: .sliding(.seconds(1)), each: \.topic),
        CapRule(4, per: .sliding(.seconds(2)), each: \.channel),
        CapRule(30, per: .day),
    ]

    @Test(arguments: [(["ann"], 0), (["ann", "bob", "cid", "dan", "eve", "fay"], 0), (["ann", "bob"], 4)])
    func noCapIsOvershot(recipients: [String], kills: Int) async throws {
        let dice = Dice()
        try await Daemon.run(CapTests.policy) { daemon in
            let team = CapTeam(daemon, dice)
            let work = Task { await team.work() }
            defer { team.stop() }
            try await submit(240 / recipients.count, to: recipients, daemon, dice)
            for _ in 0..<kills {
                try await Task.sleep(for: .milliseconds(900))
                try await daemon.killAndWait()
                try await daemon.start()
            }
            try await Task.sleep(for: .seconds(kills > 0 ? 3 : 6))
            team.stop()
            await work.value
            for recipient in recipients {
                let records = try await daemon.releases(to: recipient)
                for rule in CapTests.rules {
                    let overshoots = rule.overshoots(records)
                    #expect(overshoots.isEmpty, "seed \(dice.seed), \(recipient): \(overshoots)")
                }
                // Not by holding everything back: some slots of every second were used.
                #expect(records.count >= 12, "only \(records.count) releases to \(recipient)")
            }
        }
    }

    /// From several connections at once.
    private func submit(_ count: Int, to recipients: [String], _ daemon: Daemon, _ dice: Dice) async throws {
        try await withThrowingTaskGroup { group in
            for n in 0..<8 {
                group.addTask {
                    var dice = Dice(seed: dice.seed &+ UInt64(n))
                    for _ in 0..<(count * recipients.count / 8) {
                        try await daemon.submit(
                            to: dice.pick(recipients), topic: dice.pick(["news", "offers"]),
                            [
                                "channels": dice.pick([["email"], ["push"], ["email", "push"], ["push", "email"]]),
                                "urgency": dice.pick(["low", "normal", "high"]),
                            ])
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// 32 workers with every kind of fate.
private final class CapTeam: Sendable {
    private let daemon: Daemon
    private let dice: Mutex<Dice>
    private let isWorking = Atomic<Bool>(true)

    init(_ daemon: Daemon, _ dice: Dice) {
        self.daemon = daemon
        self.dice = Mutex(dice)
    }

    func stop() { isWorking.store(false, ordering: .relaxed) }

    func work() async {
        await withTaskGroup { group in
            for _ in 0..<32 { group.addTask { await self.workAlone() } }
        }
    }

    private func workAlone() async {
        while isWorking.load(ordering: .relaxed) {
            let (channels, max) = dice.withLock {
                ($0.pick([["email"], ["push"], ["email", "push"]]), Int.random(in: 1...4, using: &$0))
            }
            guard let leases = try? await daemon.lease(channels, max: max, for: "1s", wait: "1s") else {
                try? await Task.sleep(for: .milliseconds(20))
                continue
            }
            for lease in leases {
                let fate = dice.withLock {
                    $0.pick(["delivered", "delivered", "delivered", "retry", "returned", "failed", "lapse"])
                }
                if fate != "lapse" { _ = try? await daemon.report(lease, fate) }
            }
        }
    }
}

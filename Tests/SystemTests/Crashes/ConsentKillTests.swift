import Foundation
import Synchronization
import TactAPI
import TactCore
import Testing

/// Whatever a person last said and was told to have said holds, also when the daemon is killed in between: no message
/// goes out against their word.
@Suite struct ConsentKillTests {
    private static let people = 4

    private static let policy =
        (0..<people).map {
            "[[channel]]\nname = \"p\($0)\"\nretry = { attempts = 50, initial = \"1s\", max = \"1s\" }\n"
        }
        .joined() + """
            [[topic]]
            name = "offers"
            kind = "marketing"
            expires_in = "1h"
            """

    @Test(.timeLimit(.minutes(2))) func noMessageGoesOutAgainstTheirWord() async throws {
        let dice = Dice()
        try await Daemon.run(ConsentKillTests.policy) { daemon in
            let persons = (0..<ConsentKillTests.people).map {
                Person(number: $0, daemon: daemon, dice: Dice(seed: dice.seed &+ UInt64($0)))
            }
            let end = End()
            try await withThrowingTaskGroup { group in
                for person in persons {
                    group.addTask { while !end.hasCome { await person.act() } }
                }
                for _ in 0..<5 {
                    try await Task.sleep(for: .milliseconds(700))
                    try await daemon.killAndWait()
                    try await daemon.start()
                }
                try await Task.sleep(for: .milliseconds(700))
                end.come()
                try await group.waitForAll()
            }
            let broken = persons.flatMap(\.broken)
            #expect(broken.isEmpty, "seed \(dice.seed): \(broken)")
            #expect(
                persons.reduce(0) { $0 + $1.leased } >= 5, "seed \(dice.seed): too little went out to prove anything")
            #expect(persons.reduce(0) { $0 + $1.changes } >= 5, "seed \(dice.seed): too little was said")
        }
    }

    private final class End: Sendable {
        private let flag = Atomic<Bool>(false)

        var hasCome: Bool { flag.load(ordering: .relaxed) }

        func come() { flag.store(true, ordering: .relaxed) }
    }

    /// Does one thing after the other, on a channel of their own: what was answered before binds all that follows.
    /// Tells everybody that it is over.
    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)

        var isUp: Bool { value.load(ordering: .relaxed) }

        func raise() { value.store(true, ordering: .relaxed) }
    }

    private final class Person: Sendable {
        private struct State {
            var dice: Dice
            /// Whether they agree, as far as the daemon has told; nil: a request was cut off.
            var agrees: Bool? = false
            var held: [Daemon.Lease] = []
            var broken: [String] = []
            var leased = 0
            var changes = 0
        }

        private let name: String
        private let channel: String
        private let daemon: Daemon
        private let state: Mutex<State>

        var broken: [String] { state.withLock { $0.broken } }
        var leased: Int { state.withLock { $0.leased } }
        var changes: Int { state.withLock { $0.changes } }

        init(number: Int, daemon: Daemon, dice: Dice) {
            name = "person\(number)"
            channel = "p\(number)"
            self.daemon = daemon
            state = Mutex(State(dice: dice))
        }

        func act() async {
            do {
                switch state.withLock({ Int.random(in: 0..<6, using: &$0.dice) }) {
                case 0: try await say(granted: true)
                case 1: try await say(granted: false)
                case 2, 3: try await daemon.submit(to: name, topic: "offers", ["channels": [.string(channel)]])
                case 4: try await take()
                default: try await giveBack()
                }
            } catch {
                // The daemon was killed meanwhile.
                try? await Task.sleep(for: .milliseconds(20))
            }
        }

        private func say(granted: Bool) async throws {
            state.withLock { $0.agrees = nil }
            let reply = try await daemon.post(
                "/v1/recipients/\(name)/consents",
                ["topic": granted ? "offers" : "*", "state": granted ? "granted" : "withdrawn"])
            guard reply.status == 201 else { return }
            state.withLock {
                $0.agrees = granted
                $0.changes += 1
            }
        }

        private func take() async throws {
            let leases = try await daemon.lease([channel], max: 5, for: "2s")
            state.withLock {
                $0.leased += leases.count
                $0.held += leases
                if $0.agrees == false, !leases.isEmpty { $0.broken.append("\(leases.count) went out to \(name)") }
            }
        }

        /// A retry: it comes again, unless they have changed their mind.
        private func giveBack() async throws {
            guard let lease = state.withLock({ $0.held.popLast() }) else { return }
            let outcome = state.withLock { $0.dice.pick(["delivered", "retry", "returned"]) }
            _ = try await daemon.report(lease, outcome)
        }
    }
}

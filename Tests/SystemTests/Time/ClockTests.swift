import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// The wall clock is stepped, the machine sleeps: nothing goes out early, nothing on an old decision.
@Suite struct ClockTests {
    private static let policy = """
        [time_zone]
        unknown = "UTC"
        [quiet_hours]
        default = [{ days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start = "22:00", end = "08:00" }]
        [[channel]]
        name = "email"
        [[channel]]
        name = "slow"
        rate = "2/s"
        [[topic]]
        name = "news"
        consent = "not_required"
        channels = ["email"]
        [[topic]]
        name = "alerts"
        consent = "not_required"
        respects = []
        [[cap]]
        name = "hourly"
        limit = 1
        per = "1h"
        """

    /// An instant of the day on which these tests take place.
    private static func at(_ time: String, day: String = "2026-12-01") throws -> Timestamp {
        try Timestamp(rfc3339: "\(day)T\(time)Z")
    }

    /// Runs with a clock that shows noon.
    private static func atNoon(
        _ policy: String = policy, _ body: (Daemon, FakeClock) async throws -> Void
    ) async throws {
        let clock = try FakeClock(at: at("12:00:00"))
        try await Daemon.run(policy, environment: clock.environment) { daemon in
            let now = try Timestamp(rfc3339: try await daemon.get("/v1/status").json["now"]?.stringValue ?? "")
            #expect(try now - at("12:00:00") < .minutes(1), "the daemon's clock is the fake one")
            try await body(daemon, clock)
        }
    }

    @Test func aStepForwardOverThePlanIntoQuietHoursReleasesNothing() async throws {
        try await ClockTests.atNoon { daemon, clock in
            let message = try await daemon.submit(to: "ann", ["not_before": "2026-12-01T20:00:00Z"])
            #expect(message["plan"]?["at"] == "2026-12-01T20:00:00.000Z")
            async let waiting = daemon.lease(wait: "20s")
            try clock.step(to: ClockTests.at("23:00:00"))
            let id = try #require(message["id"]?.stringValue)
            try await eventually("it is decided anew") {
                try await daemon.message(id)["plan"]?["at"] == "2026-12-02T08:00:00.000Z"
            }
            #expect(try await daemon.state(id) == "pending")
            try clock.step(to: ClockTests.at("08:00:00", day: "2026-12-02"))
            #expect(try await waiting.map(\.id) == [id])
        }
    }

    @Test func aStepBackReleasesNothingEarlyAndFutureDeliveriesStillCount() async throws {
        try await ClockTests.atNoon { daemon, clock in
            try await daemon.submit(to: "ann")
            let first = try #require(try await daemon.lease().first)
            try await daemon.report(first, "delivered")
            let later = try await daemon.submit(to: "bob", ["not_before": "2026-12-01T12:30:00Z"])
            try clock.step(to: ClockTests.at("11:30:00"))
            let second = try await daemon.submit(to: "ann")
            let plan = try Timestamp(rfc3339: try #require(second["plan"]?["at"]?.stringValue))
            #expect(try plan >= ClockTests.at("13:00:00"), "\(plan): an hour after a delivery that has not been yet")
            #expect(try await daemon.lease(max: 10, wait: "2s").isEmpty)
            try clock.step(to: ClockTests.at("12:29:58"))
            #expect(try await daemon.lease(max: 10, wait: "10s").map(\.id) == [later["id"]?.stringValue])
            let now = try Timestamp(rfc3339: try #require(try await daemon.get("/v1/status").json["now"]?.stringValue))
            #expect(try now >= ClockTests.at("12:30:00"))
        }
    }

    @Test func aChannelWithARateGoesOnAfterAStepBack() async throws {
        try await ClockTests.atNoon { daemon, clock in
            for n in 0..<6 { try await daemon.submit(to: "r\(n)", topic: "alerts", ["channels": ["slow"]]) }
            #expect(try await daemon.lease(["slow"], max: 10).count == 2)
            try clock.step(to: ClockTests.at("09:00:00"))
            try await daemon.submit(
                to: "late", topic: "alerts", ["channels": ["slow"], "not_before": "2026-12-01T08:00:00Z"])
            try await Task.sleep(for: .seconds(1))
            #expect(try await !daemon.lease(["slow"], max: 10, wait: "5s").isEmpty)
        }
    }

    @Test func leasesFollowAClockThatNoStepMoves() async throws {
        try await ClockTests.atNoon { daemon, clock in
            try await daemon.submit(to: "ann", topic: "alerts", ["channels": ["email"]])
            let short = try #require(try await daemon.lease(for: "3s").first)
            try await daemon.submit(to: "bob", topic: "alerts", ["channels": ["email"]])
            let long = try #require(try await daemon.lease(for: "1h").first)
            try clock.step(to: ClockTests.at("14:00:00", day: "2026-12-03"))
            #expect(try await daemon.lease(wait: "1s").isEmpty, "a step forward ends no lease")
            #expect(try await daemon.report(long, "delivered").result == "ok")
            try clock.step(to: ClockTests.at("12:00:00", day: "2026-11-30"))
            let again = try await daemon.lease(wait: "20s")
            #expect(again.map(\.id) == [short.id], "a step back prolongs none")
            #expect(try await daemon.report(short, "delivered").result == "lapsed")
        }
    }

    @Test func aSuspendIsTimeThatHasPassed() async throws {
        try await Daemon.run { daemon in
            try await daemon.submit(to: "ann", ["content": ["n": 1]])
            let lease = try #require(try await daemon.lease(for: "1s").first)
            let soon = (wallClock() + .seconds(1)).rfc3339
            let lost = try await daemon.submit(to: "bob", ["not_before": .string(soon), "expires_in": "1s"])
            let kept = try await daemon.submit(to: "cid", ["not_before": .string(soon)])
            daemon.signal(SIGSTOP)
            try await Task.sleep(for: .seconds(3))
            daemon.signal(SIGCONT)
            var ids: Set<String> = []
            for _ in 0..<5 { ids.formUnion(try await daemon.lease(max: 10, wait: "1s").map(\.id)) }
            #expect(ids == [lease.id, kept["id"]?.stringValue ?? ""])
            #expect(try await daemon.state(lost["id"]?.stringValue ?? "") == "expired")
        }
    }

    @Test func aHerdThatNobodyFetchesCostsNothing() async throws {
        try await ClockTests.atNoon { daemon, clock in
            let messages = (0..<500).map { n -> JSON in
                [
                    "recipient": .string("r\(n / 2)"), "topic": "alerts", "channels": ["email"],
                    "not_before": "2026-12-01T12:30:00Z",
                ]
            }
            _ = try await daemon.bulk(messages)
            try clock.step(to: ClockTests.at("12:40:00"))
            try await Task.sleep(for: .seconds(2))
            func beats() async throws -> Int {
                let line = try await daemon.get("/metrics").text.split(separator: "\n").first {
                    $0.hasPrefix("tact_scheduler_beats_total")
                }
                return line?.split(separator: " ").last.flatMap { Int($0) } ?? -1
            }
            let before = try await beats()
            try await Task.sleep(for: .seconds(1))
            #expect(try await beats() - before < 20, "the scheduler rests")
            #expect(try await daemon.lease(max: 1000).count == 500)
        }
    }
}

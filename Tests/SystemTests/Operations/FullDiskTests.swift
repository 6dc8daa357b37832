import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// The disk has no room left: everyone is told, nothing is lost, and room is all that it takes.
@Suite struct FullDiskTests {
    private static func message(_ recipient: String, bytes: Int) -> JSON {
        [
            "recipient": .string(recipient), "topic": "news",
            "content": ["body": .string(String(repeating: "x", count: bytes))],
        ]
    }

    /// Runs with little room, and looks in the end for everything that was acknowledged, also after a crash.
    private func run(
        _ way: SmallDisk.Way, megabytes: Int = 24, environment: [String: String] = [:],
        _ body: (Daemon, SmallDisk, inout Set<String>) async throws -> Void
    ) async throws {
        let daemon = try Daemon.make(environment: environment)
        defer { daemon.cleanUp() }
        let disk = try SmallDisk(way, for: daemon, megabytes: megabytes)
        defer {
            daemon.kill()
            disk.remove()
        }
        try daemon.configure(database: disk.database)
        try await daemon.start(disk.limiting(daemon.command))
        let pid = daemon.pid
        var acknowledged: Set<String> = []
        do {
            try await body(daemon, disk, &acknowledged)
            #expect(daemon.isRunning && daemon.pid == pid)
            try await daemon.checkBooks()
            #expect(try await daemon.ids(state: "pending") == acknowledged, "all that was acknowledged, nothing else")
            try await daemon.killAndWait()
            try await daemon.start()
            #expect(try await daemon.ids(state: "pending") == acknowledged, "after a crash as well")
            try await daemon.checkBooks()
        } catch {
            Issue.record("\(error)\nThe end of the log:\n\(daemon.log.suffix(4000))")
        }
    }

    /// Submits until it is refused, and answers the refusal.
    private func fill(_ daemon: Daemon, _ acknowledged: inout Set<String>, bytes: Int) async throws -> Reply {
        for n in 0..<10_000 {
            let reply = try await daemon.post("/v1/messages", FullDiskTests.message("r\(n)", bytes: bytes))
            guard reply.status == 201, let id = reply["id"]?.stringValue else { return reply }
            acknowledged.insert(id)
        }
        throw SmallDisk.Failed(description: "the disk does not get full")
    }

    @Test(arguments: SmallDisk.ways) func writesAreRefusedAndReadingGoesOn(way: SmallDisk.Way) async throws {
        let systemd = try NotifySocket()
        let clock = try FakeClock(at: Timestamp(rfc3339: "2026-12-01T12:00:00Z"))
        let environment = systemd.environment.merging(["WATCHDOG_USEC": "2000000"]) { $1 }
            .merging(clock.environment) { $1 }
        try await run(way, environment: environment) { daemon, disk, acknowledged in
            // So many that there will be no room to write their end.
            let ending = try await daemon.bulk(
                (0..<300).map { ["recipient": .string("e\($0)"), "topic": "news", "expires_in": "1h"] })
            let id = try #require(ending.lines.last?["id"]?.stringValue)
            for bytes in [400_000, 20_000, 10] {
                let reply = try await fill(daemon, &acknowledged, bytes: bytes)
                #expect(reply.status == 507 && reply.problem == .diskFull, "\(reply)")
                #expect(reply.header("content-type") == "application/problem+json")
            }
            let lease = try await daemon.post("/v1/leases", ["channels": ["email"], "max": 1000])
            #expect(lease.status == 507 && lease.problem == .diskFull, "\(lease)")
            let backup = try await daemon.post("/v1/backup")
            #expect(backup.status == 507 || way == .fileSize && backup.status == 200, "\(backup.status)")
            try await eventually("the copy is removed") { try disk.files().allSatisfy { !$0.contains("backup") } }
            for target in [
                "/v1/messages/\(id)", "/v1/messages/\(id)/explanation", "/v1/messages?limit=1000", "/v1/recipients",
                "/v1/status", "/v1/policy", "/v1/channels", "/healthz", "/metrics",
            ] {
                let reply = try await daemon.get(target)
                #expect(reply.status == 200, "\(target): \(reply)")
            }
            try await daemon.checkBooks()

            // What is due cannot be written. That is no reason to start the daemon again.
            let failures = daemon.failures
            try clock.step(to: Timestamp(rfc3339: "2026-12-01T14:00:00Z"))
            try await eventually("the scheduler cannot go on") { daemon.failures > failures }
            let failing = Book.steady()
            try await eventually("the watchdog still hears of it") {
                systemd.heartbeats.count { $0 > failing } >= 3
            }
            #expect(try await daemon.counts()["expired"] == 0)

            try await disk.makeRoom()
            try await eventually("what was due is done") { try await daemon.counts()["expired"] == 300 }
            for n in 0..<20 {
                let reply = try await daemon.submit(to: "after\(n)")
                acknowledged.insert(try #require(reply["id"]?.stringValue))
            }
            #expect(!daemon.log.contains("xxx"), "the log does not tell what could not be stored")
        }
    }

    /// What workers and operators say then is not refused: it cannot come again later as a submission can.
    @Test(arguments: SmallDisk.ways.filter { $0 == .fileSystem })
    func outcomesAreTakenAllTheSame(way: SmallDisk.Way) async throws {
        // Large enough for all the room that is kept on any disk.
        try await run(way, megabytes: 128) { daemon, disk, acknowledged in
            #expect(try disk.files().contains("tact.db.reserve"))
            for n in 0..<120 {
                let reply = try await daemon.submit(to: "w\(n)")
                acknowledged.insert(try #require(reply["id"]?.stringValue))
            }
            let leases = try await daemon.lease(max: 80, for: "10m")
            #expect(leases.count == 80)
            for bytes in [400_000, 20_000, 10] {
                let reply = try await fill(daemon, &acknowledged, bytes: bytes)
                #expect(reply.status == 507, "\(reply)")
            }
            let text = try await daemon.get("/metrics").text
            #expect(text.contains("tact_database_disk_full 1\n"))
            #expect(daemon.log.contains("make room, no restart is needed"))

            let outcomes = ["delivered", "failed", "retry", "returned"]
            for (n, lease) in leases.enumerated() {
                let answer = try await daemon.report(lease, outcomes[n % outcomes.count])
                #expect(answer.result == "ok", "\(n): \(answer)")
                if n % outcomes.count < 2 { acknowledged.remove(lease.id) }
            }
            let waiting = try #require(acknowledged.first { !leases.map(\.id).contains($0) })
            #expect(try await daemon.delete("/v1/messages/\(waiting)").status == 200)
            acknowledged.remove(waiting)
            #expect(try await daemon.post("/v1/channels/email/hold").status == 200)
            // And still nobody else takes the room.
            let reply = try await daemon.post("/v1/messages", FullDiskTests.message("late", bytes: 10))
            #expect(reply.status == 507, "\(reply)")
            let counts = try await daemon.counts()
            #expect(counts["delivered"] == 20 && counts["failed"] == 20 && counts["leased"] == 0, "\(counts)")

            try await disk.makeRoom()
            try await eventually("there is room again") {
                let reply = try await daemon.post("/v1/messages", FullDiskTests.message("after", bytes: 10))
                if let id = reply["id"]?.stringValue { acknowledged.insert(id) }
                return reply.status == 201
            }
            #expect(daemon.log.contains("has room again"))
            #expect(try disk.files().contains("tact.db.reserve"), "for the next time")
        }
    }

    /// Large groups, which SQLite begins to write before they are whole.
    @Test(arguments: SmallDisk.ways) func everyLineIsAnsweredTruthfully(way: SmallDisk.Way) async throws {
        try await run(way) { daemon, disk, acknowledged in
            func load(_ count: Int, bytes: Int) async throws -> (taken: Set<String>, refused: Int) {
                let answers = try await daemon.bulk((0..<count).map { FullDiskTests.message("r\($0)", bytes: bytes) })
                #expect(answers.status == 200 && answers.lines.count == count)
                let ids = answers.lines.compactMap { $0["id"]?.stringValue }
                let problems = answers.lines.compactMap { $0["error"]?["type"]?.stringValue }
                #expect(ids.count + problems.count == count, "each line is taken or refused")
                #expect(Set(problems).subtracting(["urn:tact:problem:disk-full"]).isEmpty, "\(Set(problems))")
                return (Set(ids), problems.count)
            }
            acknowledged.formUnion(try await load(300, bytes: 8_000).taken)
            var refused = 0
            for _ in 0..<10 where refused == 0 {
                let result = try await load(260, bytes: 120_000)
                acknowledged.formUnion(result.taken)
                refused = result.refused
            }
            #expect(refused > 0, "the disk does not get full")
            for bytes in [8_000, 10] { acknowledged.formUnion(try await load(500, bytes: bytes).taken) }
            try await disk.makeRoom()
            let result = try await load(100, bytes: 10)
            #expect(result.taken.count == 100)
            acknowledged.formUnion(result.taken)
        }
    }
}

extension Daemon {
    /// How often the scheduler has failed.
    fileprivate var failures: Int { log.components(separatedBy: "the scheduler failed").count - 1 }
}

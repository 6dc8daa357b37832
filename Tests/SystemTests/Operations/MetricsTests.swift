import Foundation
import TactAPI
import TactCore
import Testing

/// What Prometheus is told: well-formed, true, and enough for the alerts and the dashboard.
@Suite struct MetricsTests {
    private static let policy = """
        [[channel]]
        name = "email"
        retry = { attempts = 2, initial = "1s", max = "1s" }
        [[channel]]
        name = "sms"
        [[topic]]
        name = "news"
        consent = "not_required"
        channels = ["email"]
        [[topic]]
        name = "alerts"
        consent = "not_required"
        channels = ["sms"]
        """

    /// The value of one line; nil: there is none.
    private func value(_ line: String, in text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix(line + " ") }
            .flatMap { Double($0.dropFirst(line.count + 1)) }
    }

    private func expect(
        _ values: [String: Double], in text: String, _ location: SourceLocation = #_sourceLocation
    ) {
        for (line, expected) in values.sorted(by: { $0.key < $1.key }) {
            let found = value(line, in: text)
            #expect(found == expected, "\(line): expected \(expected), found \(found as Any)", sourceLocation: location)
        }
    }

    @Test func everythingIsCountedOnce() async throws {
        try await Daemon.run(MetricsTests.policy) { daemon in
            let ann: JSONObject = ["idempotency_key": "k", "content": ["body": "secret"]]
            try await daemon.submit(to: "ann@example.org", ann)
            var again = ann
            (again["recipient"], again["topic"]) = ("ann@example.org", "news")
            #expect(try await daemon.post("/v1/messages", .object(again)).status == 200)
            try await daemon.submit(
                to: "ben", topic: "alerts", ["not_before": .string((wallClock() + .days(1)).description)])
            for name in ["cid", "dee", "eve"] { try await daemon.submit(to: name) }
            #expect(try await daemon.post("/v1/messages", ["recipient": "ann", "topic": "nothing"]).status == 400)
            let leases = try await daemon.lease(max: 3)
            try await daemon.report(leases[0], "delivered")
            try await daemon.report(leases[1], "failed")
            let text = try await daemon.get("/metrics").text
            expect(
                [
                    "tact_submissions_total{result=\"pending\"}": 5, "tact_submissions_total{result=\"replayed\"}": 1,
                    "tact_decisions_total{outcome=\"deliver\"}": 7, "tact_decisions_total{outcome=\"hold\"}": 1,
                    "tact_findings_total{rule=\"start\",effect=\"hold\"}": 1,
                    "tact_messages{state=\"pending\",topic=\"news\"}": 1,
                    "tact_messages{state=\"leased\",topic=\"news\"}": 1,
                    "tact_messages{state=\"pending\",topic=\"alerts\"}": 1,
                    "tact_channel_planned_messages{channel=\"sms\"}": 1,
                    "tact_channel_due_messages{channel=\"sms\"}": 0,
                    "tact_channel_due_messages{channel=\"email\"}": 1,
                    "tact_channel_leased_messages{channel=\"email\"}": 1,
                    "tact_releases_total{channel=\"email\"}": 3, "tact_release_lateness_seconds_count": 3,
                    "tact_outcomes_total{channel=\"email\",outcome=\"delivered\"}": 1,
                    "tact_outcomes_total{channel=\"email\",outcome=\"failed\"}": 1,
                    "tact_messages_ended_total{state=\"delivered\"}": 1, "tact_messages_submitted_total": 5,
                    "tact_messages_unaccounted": 0, "tact_scheduler_failures_total": 0,
                    "tact_config_last_reload_successful": 1,
                    "tact_http_requests_total{route=\"messages\",code=\"201\"}": 5,
                    "tact_http_requests_total{route=\"messages\",code=\"200\"}": 1,
                    "tact_http_requests_total{route=\"messages\",code=\"400\"}": 1,
                ], in: text)
            for name in ["process_resident_memory_bytes", "process_open_fds", "tact_database_bytes"] {
                #expect(value(name, in: text) ?? 0 > 1, "\(name)")
            }
            for word in ["example.org", "ben", "secret"] { #expect(!text.contains(word), "\(word)") }
            // What came to a bad end is told by its id.
            #expect(daemon.log.contains("a message failed") && daemon.log.contains("message=\(leases[1].id)"))

            let status = try await daemon.get("/v1/status").json
            #expect(status["topics"]?.arrayValue?.count == 2, "\(status)")
            let email = try #require(status["channels"]?[0])
            #expect(email["name"] == "email" && email["pending"] == 1 && email["due"] == 1 && email["leased"] == 1)
            #expect(email["released_last_minute"] == 3 && email["oldest_due"]?.stringValue != nil)
        }
    }

    @Test func leasesThatLapseAreCountedAndTold() async throws {
        try await Daemon.run(MetricsTests.policy) { daemon in
            try await daemon.submit(to: "ann")
            let lease = try #require(try await daemon.lease(for: "1s").first)
            try await eventually("it lapses") { try await daemon.state(lease.id) == "pending" }
            let text = try await daemon.get("/metrics").text
            expect(["tact_outcomes_total{channel=\"email\",outcome=\"lapsed\"}": 1], in: text)
            try await eventually("the log says so") {
                daemon.log.contains("a lease lapsed") && daemon.log.contains("message=\(lease.id)")
            }
        }
    }

    // MARK: Prometheus' own judgement

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private func promtool(_ arguments: [String], _ input: String, _ folder: String) async throws -> String {
        let (given, told) = (folder + "/metrics", folder + "/promtool")
        try input.write(toFile: given, atomically: true, encoding: .utf8)
        let command = "exec \"$0\" \"$@\" < '\(given)'"
        let program = MetricsTests.root + "/.tools/promtool"
        try #require(FileManager.default.isExecutableFile(atPath: program), "“make deps” fetches promtool")
        let child = try Child("sh", ["-c", command, program] + arguments, output: told)
        let end = try await child.waitForEnd()
        let text = try String(contentsOfFile: told, encoding: .utf8)
        #expect(end == .code(0), "\(text)")
        return text
    }

    @Test func prometheusFindsNothingToComplainOf() async throws {
        try await Daemon.run(MetricsTests.policy) { daemon in
            try await daemon.submit(to: "ann")
            let text = try await daemon.get("/metrics").text
            #expect(try await promtool(["check", "metrics"], text, daemon.folder).isEmpty)
            let rules = MetricsTests.root + "/config/prometheus/tact-alerts.yml"
            _ = try await promtool(["check", "rules", rules], "", daemon.folder)
        }
    }

    /// Whoever is woken finds what to do.
    @Test func everyAlertIsExplained() throws {
        func names(in file: String, _ form: Regex<(Substring, Substring)>) throws -> [Substring] {
            try String(contentsOfFile: MetricsTests.root + "/" + file, encoding: .utf8).matches(of: form).map(\.1)
        }
        let alerts = try names(in: "config/prometheus/tact-alerts.yml", /- alert: ([A-Za-z]+)/)
        let explained = try names(in: "docs/operating.md", /\n\| `(Tact[A-Za-z]+)` \|/)
        #expect(alerts.count > 10 && alerts == explained)
    }

    /// A query on a metric that nobody exports would never fire, and nobody would notice.
    @Test(arguments: ["config/prometheus/tact-alerts.yml", "config/grafana/tact.json", "docs/metrics.md"])
    func everyMetricNamedIsExported(file: String) async throws {
        try await Daemon.run(MetricsTests.policy) { daemon in
            try await daemon.submit(to: "ann")
            _ = try await daemon.lease()
            let text = try await daemon.get("/metrics").text
            let exported = Set(
                text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] })
            let source = try String(contentsOfFile: MetricsTests.root + "/" + file, encoding: .utf8)
            let named = Set(source.matches(of: /\b(tact|process)_[a-z_]+[a-z]/).map(\.output.0))
            #expect(named.count > 5)
            for name in named {
                let family = name.replacing(/_(bucket|sum|count)$/, with: "")
                #expect(exported.contains(name) || exported.contains(family), "\(file) names \(name)")
            }
            // And the other way round: what is exported is documented.
            guard file.hasPrefix("docs") else { return }
            for name in exported where name.hasPrefix("tact_") {
                #expect(named.contains(name), "\(name) is not documented")
            }
        }
    }
}

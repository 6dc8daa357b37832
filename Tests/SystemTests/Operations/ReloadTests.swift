import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// Another configuration for a daemon that runs.
@Suite struct ReloadTests {
    /// `plain`, and nobody wants anything at any time.
    private static let silent =
        Policies.plain + """

            [time_zone]
            unknown = "UTC"
            [quiet_hours]
            default = [{ days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start = "00:00", end = "24:00" }]
            """

    /// How many pending messages have a plan.
    private static func planned(_ daemon: Daemon) async throws -> Int {
        let items = try await daemon.get("/v1/messages?state=pending&limit=1000").json["items"]?.arrayValue ?? []
        return items.count { $0["plan"] != .null }
    }

    private static func policy(_ daemon: Daemon) async throws -> JSON {
        try #require(try await daemon.get("/v1/status").json["policy"])
    }

    @Test func aGoodFileTakesEffectAndEverythingIsPlannedAnew() async throws {
        try await Daemon.run { daemon in
            _ = try await daemon.bulk((0..<300).map { ["recipient": .string("r\($0)"), "topic": "news"] })
            #expect(try await ReloadTests.planned(daemon) == 300)
            let before = try await ReloadTests.policy(daemon)

            try daemon.configure(ReloadTests.silent)
            daemon.signal(SIGHUP)
            try await eventually("every plan is withdrawn") { try await ReloadTests.planned(daemon) == 0 }
            let after = try await ReloadTests.policy(daemon)
            #expect(after["version"] != before["version"] && after["error"] == nil)
            #expect(try await daemon.get("/v1/policy")["version"] == after["version"])
            try await eventually("the review ends") { try await daemon.get("/v1/status")["reviews"] == 0 }
            let id = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            let explanation = try await daemon.get("/v1/messages/\(id)/explanation").json
            #expect(explanation["decisions"]?[0]?["policy"] == after["version"])
            #expect(try await daemon.lease(max: 10).isEmpty)

            // A worker waits; the same way back, over the API.
            async let waiting = daemon.lease(max: 1000, wait: "20s")
            try daemon.configure()
            let reply = try await daemon.post("/v1/policy/reload")
            #expect(reply.status == 200 && reply["version"] == before["version"], "\(reply)")
            var leased = try await waiting.count
            #expect(leased > 0, "the change wakes who waits")
            try await eventually("all go") {
                leased += try await daemon.lease(max: 1000).count
                return leased == 301
            }
        }
    }

    @Test func aBadFileLeavesTheOldPolicyInForceAndIsNamed() async throws {
        try await Daemon.run(mayComplain: true) { daemon in
            let version = try await ReloadTests.policy(daemon)["version"]
            let unknownKey = Policies.plain + "\n[[topic]]\nname = \"more\"\nflavour = \"sweet\"\n"
            for (policy, key) in [
                (unknownKey, "topic[2].flavour"), (Policies.plain + "\n[[topic]]\nname = \n", ""),
                (Policies.plain + "\n[[cap]]\nname = \"x\"\nlimit = 0\nper = \"1h\"\n", "cap[0].limit"),
                (Policies.plain + "\n[[topic]]\nname = \"t\"\nchannels = [\"fax\"]\n", "topic[2].channels"),
            ] {
                try daemon.configure(policy)
                let text = try String(contentsOfFile: daemon.configuration, encoding: .utf8)
                daemon.signal(SIGHUP)
                try await eventually("the refusal is told") { try await ReloadTests.policy(daemon)["error"] != nil }
                let told = try await ReloadTests.policy(daemon)
                let error = try #require(told["error"]?.stringValue)
                let place = try #require(error.firstMatch(of: /tactd\.toml:([0-9]+): (\S*)/), "\(error)")
                #expect(place.2.hasPrefix(key), "\(error)")
                let line = text.split(separator: "\n", omittingEmptySubsequences: false)[Int(place.1)! - 1]
                let word = key.split(separator: ".").last.map(String.init) ?? "name"
                #expect(line.contains(word), "line \(place.1) is “\(line)”: \(error)")
                #expect(told["version"] == version)
                #expect(daemon.log.contains(error), "the log has it too")
                let reply = try await daemon.post("/v1/policy/reload")
                #expect(reply.status == 409 && reply.problem == .policyRefused, "\(reply)")
                #expect(reply["detail"]?.stringValue == error)

                try await daemon.submit(to: "ann")
                #expect(try await daemon.lease().count == 1)
                try daemon.configure()
                #expect(try await daemon.post("/v1/policy/reload").status == 200)
                #expect(try await ReloadTests.policy(daemon)["error"] == nil, "a good one clears it")
            }
            try FileManager.default.removeItem(atPath: daemon.configuration)
            let reply = try await daemon.post("/v1/policy/reload")
            #expect(reply.problem == .policyRefused && reply.text.contains(daemon.configuration), "\(reply)")
            try await daemon.submit(to: "ann")
        }
    }

    @Test func aPolicyThatDropsWhatMessagesNeedIsRefusedWithTheirNumber() async throws {
        try await Daemon.run(mayComplain: true) { daemon in
            let more = """

                [[channel]]
                name = "fax"
                [[topic]]
                name = "faxes"
                consent = "not_required"
                channels = ["fax"]
                """
            try daemon.configure(Policies.plain + more)
            #expect(try await daemon.post("/v1/policy/reload").status == 200)
            var ids: [String] = []
            for _ in 0..<3 {
                ids.append(try #require(try await daemon.submit(to: "ann", topic: "faxes")["id"]?.stringValue))
            }
            let lease = try #require(try await daemon.lease(["fax"]).first)
            let version = try await ReloadTests.policy(daemon)["version"]

            try daemon.configure()
            let reply = try await daemon.post("/v1/policy/reload")
            #expect(reply.status == 409 && reply.problem == .policyInUse, "\(reply)")
            let detail = try #require(reply["detail"]?.stringValue)
            for part in ["“faxes” with 3 messages", "“fax” with 3 messages"] {
                #expect(detail.contains(part), "\(detail)")
            }
            let told = try await ReloadTests.policy(daemon)
            #expect(told["version"] == version && told["error"]?.stringValue == detail)
            #expect(try await daemon.submit(to: "bob", topic: "faxes")["plan"] != .null, "the old one is in force")

            #expect(try await daemon.report(lease, "delivered").result == "ok")
            #expect(try await daemon.delete("/v1/messages?topic=faxes")["cancelled"] == 3)
            #expect(try await daemon.post("/v1/policy/reload").status == 200)
            let late = try await daemon.post("/v1/messages", ["recipient": "ann", "topic": "faxes"])
            #expect(late.problem == .unknownTopic, "\(late)")
            // What ended under the old names can still be read.
            #expect(try await daemon.message(lease.id)["topic"] == "faxes")
        }
    }

    @Test(.enabled(if: Someone.isPossible, "only root can connect as other users; run these tests as root"))
    func whoMayDoWhatChangesWithTheFile() async throws {
        try await Daemon.run { daemon in
            let app = Someone(60_001)
            func submit() async throws -> Int {
                try await app.call(daemon, .post, "/v1/messages", json: #"{"recipient":"ann","topic":"news"}"#).status
            }
            #expect(try await submit() == 403)
            try daemon.configure(access: "submit = [60001]")
            #expect(try await daemon.post("/v1/policy/reload").status == 200)
            #expect(try await submit() == 201)
            try daemon.configure()
            #expect(try await daemon.post("/v1/policy/reload").status == 200)
            #expect(try await submit() == 403)
        }
    }
}

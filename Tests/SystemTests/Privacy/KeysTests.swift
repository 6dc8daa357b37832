import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// The master key, changed in a daemon that goes on; and backups that know nothing of what came after them.
@Suite struct KeysTests {
    private static func key() -> String { Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString() }

    private func give(_ daemon: Daemon, _ keys: String...) throws {
        try keys.joined(separator: "\n").write(
            toFile: daemon.folder + "/master-key", atomically: true, encoding: .utf8)
    }

    private func inForce(_ daemon: Daemon) async throws -> String? {
        try await daemon.get("/v1/keys").json["master_keys"]?[0]?["fingerprint"]?.stringValue
    }

    @Test func theMasterKeyIsReadAgainAndABadOneIsRefused() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try daemon.configure(Policies.plain + "\n[privacy]\nmaster_key = \"\(daemon.folder)/master-key\"\n")
        let (old, new) = (Self.key(), Self.key())
        try give(daemon, old)
        try await daemon.start()
        try await daemon.submit(to: "ann", topic: "alerts")
        let before = try #require(try await inForce(daemon))
        // Without the one that is needed, and with none.
        for bad in [new, "# none", "short"] {
            try give(daemon, bad)
            let refused = try await daemon.post("/v1/keys/rotate")
            #expect(refused.status == 409 && refused.text.contains("keys-refused"), "\(refused)")
            #expect(try await daemon.post("/v1/policy/reload").status == 409)
            #expect(try await inForce(daemon) == before, "the old one stays in force")
        }
        try await daemon.submit(to: "ben", topic: "alerts")
        try give(daemon, new, old)
        daemon.signal(SIGHUP)
        try await eventually("the new one is in force") { try await inForce(daemon) != before }
        try await eventually("all is wrapped anew") {
            try await daemon.get("/v1/keys").json["keys_to_rewrap"] == 0
        }
        try await eventually("it is written down") {
            try await daemon.get("/v1/audit").json["items"]?[0]?["action"] == "rotate"
        }
        try give(daemon, new)
        let rotated = try await daemon.post("/v1/keys/rotate")
        #expect(rotated.status == 200 && rotated["master_keys"]?.arrayValue?.count == 1, "\(rotated)")
        try await daemon.submit(to: "cid", topic: "alerts")
        try await daemon.stop()
        try await daemon.start()
        for person in ["ann", "ben", "cid"] {
            #expect(try await daemon.get("/v1/recipients/\(person)").status == 200)
        }
        try await daemon.checkBooks()
    }

    @Test func whoCameOptedOutAndWasErasedAfterTheBackupGetsNoMarketingAfterTheRestore() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try daemon.configure(Policies.plain)
        try await daemon.start()
        try await daemon.submit(to: "ben", topic: "news")
        let backup = try await daemon.post("/v1/backup").body
        _ = try await daemon.put("/v1/recipients/ann", ["addresses": ["email": "Ann@Example.org"]])
        #expect(
            try await daemon.post("/v1/recipients/ann/consents", ["topic": "*", "state": "withdrawn"]).status == 201)
        #expect(try await daemon.delete("/v1/recipients/ann").status == 204)
        try await daemon.stop()
        for suffix in ["", "-wal", "-shm"] { unlink(daemon.database + suffix) }
        try Data(backup).write(to: URL(filePath: daemon.database))
        try await daemon.start()
        // The list is imported again, with another id, and in another spelling.
        _ = try await daemon.put("/v1/recipients/customer-7", ["addresses": ["email": "ann@EXAMPLE.ORG"]])
        for id in ["ann", "customer-7"] {
            let sent = try await daemon.post("/v1/messages", ["recipient": .string(id), "topic": "news"])
            #expect(sent["state"] == "suppressed", "\(sent)")
        }
        let leased = try await daemon.post(
            "/v1/leases", ["channels": ["email"], "max": 100, "lease": "60s", "wait": "0s"])
        #expect(leased["messages"]?.arrayValue?.compactMap { $0["recipient"]?.stringValue } == ["ben"])
        try await daemon.checkBooks()
        let report = try await daemon.post("/v1/verify").json["checks"]?.arrayValue ?? []
        #expect(report.allSatisfy { $0["ok"] == true }, "\(report)")
    }
}

import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// What is left in the files of a person who was erased: nothing that anybody could read.
@Suite struct ErasureTests {
    private static let id = "zq-ann-4711"
    /// Words that occur nowhere else.
    private static let marks = ["zq-ann-4711", "zq-ann@example.org", "zq-first-name", "zq-half-price", "zq-cart"]

    private static func privacy(_ folder: String) -> String {
        """
        [privacy]
        master_key = "\(folder)/master-key"
        keys_copy = "\(folder)/copy/keys"
        """
    }

    /// Which marks stand in which file of the folder, whatever it is.
    private func found(in daemon: Daemon, but: Set<String> = []) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: daemon.folder)?.compactMap { $0 as? String } ?? []
        return files.filter { !but.contains($0) }.flatMap { name -> [String] in
            guard let data = FileManager.default.contents(atPath: daemon.folder + "/" + name) else { return [] }
            return Self.marks.filter { data.range(of: Data($0.utf8)) != nil }.map { "\($0) in \(name)" }
        }
    }

    private func fill(_ daemon: Daemon) async throws {
        let declared = try await daemon.put(
            "/v1/recipients/\(Self.id)",
            [
                "addresses": ["email": "zq-ann@example.org"],
                "attributes": [
                    "name": ["value": "zq-first-name", "source": "declared", "updated_at": "2026-01-01T00:00:00Z"]
                ],
            ])
        #expect(declared.status == 200)
        for _ in 0..<30 {
            try await daemon.submit(
                to: Self.id, topic: "alerts",
                [
                    "content": ["title": "zq-half-price"], "subject": "zq-cart", "not_before": "2030-01-01T00:00:00Z",
                    "expires_in": "1d",
                ])
        }
        try await daemon.submit(to: "ben", topic: "alerts")
    }

    @Test func nothingIsLeftInAnyFile() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try FileManager.default.createDirectory(atPath: daemon.folder + "/copy", withIntermediateDirectories: true)
        let master = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
        try (master + "\n").write(toFile: daemon.folder + "/master-key", atomically: true, encoding: .utf8)
        try daemon.configure(Policies.plain + "\n" + Self.privacy(daemon.folder))
        try await daemon.start()
        try await fill(daemon)
        #expect(try await daemon.get("/v1/status").json["privacy"]?["master_key"] == "given")
        #expect(try found(in: daemon) == [], "what is personal is sealed")

        let backup = try await daemon.post("/v1/backup").body
        let oldKeys = try await daemon.post("/v1/backup?part=keys").body
        let export = try await daemon.get("/v1/recipients/\(Self.id)/export")
        #expect(export.status == 200 && export.json["messages"]?.arrayValue?.count == 30, "\(export)")
        #expect(export.text.contains("zq-half-price") && export.text.contains("zq-first-name"))

        #expect(try await daemon.delete("/v1/recipients/\(Self.id)").status == 204)
        let wal = try FileManager.default.attributesOfItem(atPath: daemon.database + "-wal")[.size] as? Int ?? 0
        #expect(wal < 200_000, "the log was emptied, and has what came since")
        #expect(try await daemon.get("/v1/recipients/\(Self.id)").status == 404)
        #expect(try await daemon.delete("/v1/recipients/\(Self.id)").status == 404)
        let status = try await daemon.get("/v1/status").json
        #expect(status["privacy"]?["erased"]?["recipients"] == 1)
        #expect(status["messages"]?["cancelled"] == 30 && status["messages"]?["pending"] == 1)
        try await daemon.checkBooks()
        let log = try await daemon.get("/v1/audit").json["items"]?.arrayValue ?? []
        #expect(log.compactMap { $0["action"]?.stringValue } == ["erase", "export", "keys", "backup"])
        #expect(try found(in: daemon) == [])

        // The backup comes back, and with it the keys of before: the list of erasures is there still.
        try await daemon.stop()
        for suffix in ["", "-wal", "-shm"] { unlink(daemon.database + suffix) }
        try Data(backup).write(to: URL(filePath: daemon.database))
        try Data(oldKeys).write(to: URL(filePath: daemon.database + ".keys"))
        try await daemon.start()
        #expect(try await daemon.get("/v1/recipients/\(Self.id)").status == 404)
        #expect(try await daemon.get("/v1/recipients/ben").status == 200)
        #expect(try await daemon.get("/v1/status").json["messages"]?["cancelled"] == 30)
        try await daemon.checkBooks()
        #expect(try found(in: daemon) == [])
        #expect(!daemon.log.contains(" error tactd"), "\(daemon.log)")
    }

    @Test func withTheCopyOfTheKeysAndTheBackupAloneNobodyComesBack() async throws {
        let daemon = try Daemon.make()
        let other = try Daemon.make()
        defer {
            daemon.cleanUp()
            other.cleanUp()
        }
        try daemon.configure(Policies.plain + "\n[privacy]\nkeys_copy = \"\(daemon.folder)/copy-of-keys\"\n")
        try await daemon.start()
        try await fill(daemon)
        let backup = try await daemon.post("/v1/backup").body
        #expect(try await daemon.delete("/v1/recipients/\(Self.id)").status == 204)
        // Another machine, which has neither the database nor the list.
        try Data(backup).write(to: URL(filePath: other.database))
        try FileManager.default.copyItem(atPath: daemon.folder + "/copy-of-keys", toPath: other.database + ".keys")
        try await other.start()
        #expect(try await other.get("/v1/recipients/\(Self.id)").status == 404)
        #expect(try await other.get("/v1/recipients/ben").status == 200)
        try await other.checkBooks()
        #expect(other.log.contains("erasures were brought to their end"))
    }

    @Test func theWrongKeysAreRefusedWithAWordOnWhatToDo() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try await daemon.start()
        try await fill(daemon)
        try await daemon.stop()
        let keys = try Data(contentsOf: URL(filePath: daemon.database + ".keys"))
        func refusal(_ what: String) async throws -> String {
            let before = daemon.log.count
            #expect(try await daemon.startInVain() == .code(1), "\(what)")
            return String(daemon.log.dropFirst(before))
        }
        unlink(daemon.database + ".keys")
        #expect(try await refusal("no keys").contains("is missing"))
        #expect(!FileManager.default.fileExists(atPath: daemon.database + ".keys"))
        try keys.prefix(4100).write(to: URL(filePath: daemon.database + ".keys"))
        #expect(try await refusal("none of them").contains("is older than the database"))
        try Data(repeating: 7, count: 9000).write(to: URL(filePath: daemon.database + ".keys"))
        #expect(try await refusal("something else").contains("is damaged"))
        try keys.write(to: URL(filePath: daemon.database + ".keys"))
        try await daemon.start()
        #expect(try await daemon.get("/v1/recipients/\(Self.id)").status == 200)
    }

    /// Whatever instant a daemon is killed at, whoever was told that they are erased is, and nothing is half gone.
    @Test func killedInTheMiddleItGoesOnAtTheNextStart() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try await daemon.start()
        var gone = 0
        for round in 0..<6 {
            try await fill(daemon)
            async let erased = try? daemon.delete("/v1/recipients/\(Self.id)").status
            try await Task.sleep(for: .microseconds(round * 1500))
            try await daemon.killAndWait()
            let wasTold = await erased == 204
            try await daemon.start()
            let known = try await daemon.get("/v1/recipients/\(Self.id)").status == 200
            #expect(!(wasTold && known), "what was answered is true")
            try await daemon.checkBooks()
            let messages = try await daemon.get("/v1/messages?recipient=\(Self.id)&limit=1000").json["items"]
            #expect(known || messages?.arrayValue == [], "nothing is half gone")
            if known { #expect(try await daemon.delete("/v1/recipients/\(Self.id)").status == 204) }
            gone += 1
            #expect(try found(in: daemon, but: ["log"]) == [])
        }
        #expect(
            try await daemon.get("/v1/status").json["privacy"]?["erased"]?["recipients"]?.integerValue == Int64(gone))
    }

    @Test func theMasterKeyIsChangedUnderLoad() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        func key() -> String { Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString() }
        func give(_ keys: String...) throws {
            try keys.joined(separator: "\n").write(
                toFile: daemon.folder + "/master-key", atomically: true, encoding: .utf8)
        }
        try daemon.configure(Policies.plain + "\n[privacy]\nmaster_key = \"\(daemon.folder)/master-key\"\n")
        let (old, new) = (key(), key())
        try give(old)
        try await daemon.start()
        func submit(_ range: Range<Int>) async throws {
            _ = try await daemon.bulk(
                range.map {
                    ["recipient": .string("r\($0)"), "topic": "alerts", "content": ["title": .string("t\($0)")]]
                })
        }
        try await submit(0..<3000)
        try await daemon.stop()
        try give(new, old)
        try await daemon.start()
        var next = 3000
        try await eventually(within: 30, "all are wrapped anew while others come") {
            try await submit(next..<next + 100)
            next += 100
            return try await daemon.get("/v1/status").json["privacy"]?["keys_to_rewrap"] == 0
        }
        try await eventually("it is told and written down") {
            try await daemon.get("/v1/audit").json["items"]?[0]?["action"] == "rotate"
        }
        try await daemon.stop()
        try give(new)
        try await daemon.start()
        for number in [0, 1500, next - 1] {
            #expect(try await daemon.get("/v1/recipients/r\(number)").status == 200)
        }
        let leased = try await daemon.post(
            "/v1/leases", ["channels": ["push"], "max": 1000, "lease": "60s", "wait": "0s"])
        #expect(leased["messages"]?.arrayValue?.count == 1000)
        try await daemon.checkBooks()
        try await daemon.stop()
        try give(old)
        #expect(try await daemon.startInVain() == .code(1))
        #expect(daemon.log.contains("is wrapped by a master key that is not among those given"))
    }
}

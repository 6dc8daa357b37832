import Foundation
import TactAPI
import TactCore
import Testing

/// Bytes that were changed, in the keys or in the database, concern whoever they are about and nobody else.
@Suite struct DamageTests {
    private static let people = ["ann", "ben", "cid", "dora", "eve", "finn"]

    /// Where a recipient's slot begins in the file of keys: a head, and 64 bytes for each.
    private static func slot(_ number: Int) -> Int { 4096 + 64 * (number - 1) }

    private func flip(_ place: Int, of path: String) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[place] ^= 4
        try bytes.write(to: URL(filePath: path))
    }

    /// Everybody has two messages that are due, about a subject. Answers ids by person.
    private func filled(_ daemon: Daemon) async throws -> [String: [String]] {
        var ids: [String: [String]] = [:]
        for person in Self.people {
            _ = try await daemon.put(
                "/v1/recipients/\(person)", ["addresses": ["email": .string(person + "@example.org")]])
            for _ in 0..<2 {
                let sent = try await daemon.submit(
                    to: person, topic: "news", ["subject": "cart", "content": ["title": "x"]])
                ids[person, default: []].append(try #require(sent["id"]?.stringValue))
            }
        }
        return ids
    }

    private func leaseAll(_ daemon: Daemon) async throws -> Set<String> {
        let reply = try await daemon.post(
            "/v1/leases", ["channels": ["email"], "max": 1000, "lease": "60s", "wait": "0s"])
        #expect(reply.status == 200, "\(reply)")
        return Set(reply["messages"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? [])
    }

    @Test func aDamagedKeyOrRowStopsNobodyElse() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try await daemon.start()
        let ids = try await filled(daemon)
        try await daemon.stop()
        // Ann's key; Ben's row; one of Cid's messages; the content of one of Dora's; Eve's preferences.
        let keys = daemon.database + ".keys"
        let copy = try Data(contentsOf: URL(filePath: keys))
        try flip(Self.slot(1) + 30, of: keys)
        func spoil(_ table: String, _ column: String, _ condition: String) async throws {
            try await SQLite.run(
                "UPDATE \(table) SET \(column) = randomblob(length(\(column))) WHERE \(condition)",
                in: daemon.database)
        }
        try await spoil("recipients", "sealed", "n = 2")
        try await spoil("messages", "sealed", "n = 5")
        try await spoil("contents", "body", "message = 7")
        try await daemon.start()
        let spoiled =
            ids["ann", default: []] + ids["ben", default: []] + [
                ids["cid", default: []][0], ids["dora", default: []][0],
            ]
        let whole = Set(ids.values.joined()).subtracting(spoiled)
        for id in ids["ann", default: []] + ids["ben", default: []] {
            let told = try await daemon.get("/v1/messages/\(id)/explanation")
            #expect(told.status == 200 && told["now"] == nil, "as far as it opens: \(told)")
        }
        #expect(try await leaseAll(daemon) == whole, "all the others go out")
        for id in spoiled {
            let message = try await daemon.message(id)
            #expect(message["state"] == "failed" && message["reason"] == "unreadable", "\(message)")
            try await eventually("it is told") { daemon.log.contains(id) }
        }
        let status = try await daemon.get("/v1/status").json
        #expect(status["privacy"]?["unreadable_messages"]?.integerValue == Int64(spoiled.count))
        #expect(status["warnings"]?.arrayValue?.contains { $0.stringValue?.contains("does not open") ?? false } == true)
        #expect(try await daemon.get("/metrics").text.contains("tact_messages_unreadable_total \(spoiled.count)"))
        #expect(!daemon.log.contains("the scheduler failed"))
        let report = try await daemon.post("/v1/verify").json
        let failed = (report["checks"]?.arrayValue ?? []).filter { $0["ok"] == false }.compactMap {
            $0["name"]?.stringValue
        }
        #expect(failed == ["keys", "sealed"], "\(report)")
        // Lists go on, and who is damaged can be erased and comes anew.
        let list = try await daemon.get("/v1/messages?limit=1000").json["items"]?.arrayValue ?? []
        #expect(list.count == 12 && list.count { $0["recipient"] == "?" } == 4)
        #expect(try await daemon.get("/v1/recipients").json["items"]?.arrayValue?.count == 4)
        #expect(try await daemon.get("/v1/recipients/ann").status == 500)
        #expect(try await daemon.delete("/v1/recipients/ben").status == 204)
        _ = try await daemon.submit(to: "ben", topic: "alerts")
        // The copy of the keys comes back: what failed can be requeued.
        try await daemon.stop()
        var mended = try Data(contentsOf: URL(filePath: keys))
        mended.replaceSubrange(Self.slot(1)..<Self.slot(2), with: copy[Self.slot(1)..<Self.slot(2)])
        try mended.write(to: URL(filePath: keys))
        try await daemon.start()
        #expect(try await daemon.get("/v1/recipients/ann").status == 200)
        for id in ids["ann", default: []] {
            #expect(try await daemon.post("/v1/messages/\(id)/requeue").status == 200)
        }
        #expect(try await leaseAll(daemon) == Set(ids["ann", default: []]))
    }
}

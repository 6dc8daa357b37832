import Foundation
import TactAPI
import Testing

/// Templates from files and by the API, up to what a worker gets.
@Suite(.timeLimit(.minutes(2)))
struct TemplateTests {
    private static func policy(_ folder: String) -> String {
        Policies.plain.replacing("name = \"news\"", with: "name = \"news\"\nfallback = \"plain\"")
            + "\n[templates]\nfolder = \"\(folder)\"\n"
    }

    private struct Folder {
        let path = NSTemporaryDirectory() + "tact-templates-\(UUID().uuidString)"

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        func write(_ name: String, _ text: String) throws {
            try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
        }

        func remove() { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test func aMessageIsWordedByWhatIsKnownAndSaysWhatItUsed() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("plain.toml", "title = \"News\"\nbody = \"There is news.\"\n")
        try folder.write(
            "hello.toml",
            "variables = [\"what\"]\ntitle = \"Hello {{recipient.first_name}}\"\nbody = \"\"\"\n{{what}}\n\"\"\"\n")
        try await Daemon.run(TemplateTests.policy(folder.path)) { daemon in
            let declared: JSON = [
                "attributes": ["first_name": ["value": "Ann\r\nBcc: all@example.org", "source": "declared"]]
            ]
            #expect(try await daemon.put("/v1/recipients/ann", declared).status == 200)
            let words: JSONObject = ["template": "hello", "variables": ["what": "<b>"], "because": "You asked for it"]
            let ann = try await daemon.submit(to: "ann", words)
            let bob = try await daemon.submit(to: "bob", words)
            #expect(bob["codes"] == ["attribute_missing"] && bob["state"] == "pending")
            let leased = try await daemon.post("/v1/leases", ["channels": ["email"], "max": 10]).json
            let contents = (leased["messages"]?.arrayValue ?? []).map(\.["content"])
            #expect(
                contents == [
                    ["title": "Hello Ann Bcc: all@example.org", "body": "<b>"],
                    ["title": "News", "body": "There is news."],
                ])
            #expect(leased["messages"]?.arrayValue?.first?["because"] == "You asked for it")
            let id = try #require(ann["id"]?.stringValue)
            let told = try await daemon.get("/v1/messages/\(id)/explanation").json
            let used = told["deliveries"]?.arrayValue?.first?["used"]?.arrayValue?.first
            #expect(used?["name"] == "first_name" && used?["source"] == "declared")
            #expect(!daemon.log.contains("Bcc"), "what is known of people is not in the log")
        }
    }

    @Test func whatIsRefusedIsRefusedWithItsPlaceAndChangesNothing() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("plain.toml", "body = \"There is news.\"\n")
        try await Daemon.run(TemplateTests.policy(folder.path), mayComplain: true) { daemon in
            try folder.write("broken.toml", "body = \"\"\"\nHello\n{{{name}}}\n\"\"\"\n")
            let refused = try await daemon.post("/v1/policy/reload")
            #expect(refused.status == 409)
            let detail = refused["detail"]?.stringValue ?? ""
            #expect(
                detail.contains("/broken.toml: body: line 2, column 1: found a value that would not be escaped"),
                "\(detail)")
            #expect(try await daemon.get("/v1/templates").json["items"]?.arrayValue?.count == 1)
            try folder.write("broken.toml", "body = \"Hello\"\n")
            #expect(try await daemon.post("/v1/policy/reload").status == 200)
            #expect(try await daemon.get("/v1/templates/broken").json["version"] == 1)
            #expect(try await daemon.put("/v1/templates/broken", ["body": "x"]).status == 409)
            #expect(try await daemon.delete("/v1/templates/broken").status == 409)
            let bad = try await daemon.put("/v1/templates/mine", ["body": "a\n {{x}}"])
            #expect(bad.status == 400 && bad["type"] == "urn:tact:problem:invalid-template")
            #expect(bad["errors"]?.arrayValue?.first?["pointer"] == "/body")
            // A fallback that asks for something is none.
            try folder.write("plain.toml", "body = \"Hello {{recipient.x}}\"\n")
            let fallback = try await daemon.post("/v1/policy/reload")
            #expect(fallback["detail"]?.stringValue?.contains("which uses recipient.x") == true, "\(fallback)")
        }
    }

    @Test func templatesSurviveAKill() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("plain.toml", "body = \"There is news.\"\n")
        try await Daemon.run(TemplateTests.policy(folder.path)) { daemon in
            #expect(try await daemon.put("/v1/templates/mine", ["variables": ["a"], "body": "{{a}}"]).status == 200)
            try await daemon.submit(to: "ann", ["template": "mine", "variables": ["a": "first"]])
            #expect(try await daemon.put("/v1/templates/mine", ["body": "second"]).json["version"] == 2)
            try await daemon.killAndWait()
            try await daemon.start()
            let leased = try await daemon.post("/v1/leases", ["channels": ["email"]]).json
            #expect(leased["messages"]?.arrayValue?.first?["content"] == ["body": "first"])
        }
    }
}

import Foundation
import TactAPI
import Testing

/// The example that delivers by Apprise, with Apprise.
@Suite(.timeLimit(.minutes(2)))
struct AppriseTests {
    private func run(_ path: String, _ body: (Daemon, CourierProcess, Counterpart) async throws -> Void) async throws {
        let receiver = try await WebhookTests.receiver()
        let channel = """
            [channel.chat]
            transport = "program"
            mode = "lines"
            command = ["\(Counterpart.python)", "\(Counterpart.root)/docs/examples/courier/apprise-lines.py"]
            environment = { APPRISE_URL = "FOLDER/apprise" }

            """
        try await CourierProcess.run(channel, retry: "{ attempts = 2, initial = \"1s\", max = \"1s\" }") {
            daemon, courier in
            try "json://127.0.0.1:\(receiver.port)/\(path)/{address}\n".write(
                toFile: daemon.folder + "/apprise", atomically: true, encoding: .utf8)
            _ = try await daemon.put("/v1/recipients/ann", ["addresses": ["chat": "@ann/1"]])
            try await body(daemon, courier, receiver)
        }
    }

    @Test func aMessageGoesThroughApprise() async throws {
        try await run("ok") { _, courier, receiver in
            let id = try await courier.send("chat", content: #"{"title":"Grüße","body":"Zwei für eins"}"#)
            #expect(try await courier.end(of: id) == "delivered")
            let request = try #require(receiver.requests.first)
            #expect(request["path"]?.stringValue?.contains("ann") == true)
            #expect(request["body"]?["title"] == "Grüße")
            #expect(request["body"]?["message"] == "Zwei für eins")
        }
    }

    @Test func whatTheServiceDoesNotTakeIsTriedAgain() async throws {
        try await run("status/500") { _, courier, receiver in
            let id = try await courier.send("chat")
            #expect(try await courier.end(of: id) == "failed")
            #expect(
                try await courier.details(of: id).first == "the program asked to try again: the service did not take it"
            )
        }
    }
}

import Foundation
import TactAPI
import Testing

/// Webhooks, against a receiver that checks signatures with the `standardwebhooks` package.
@Suite(.timeLimit(.minutes(3)))
struct WebhookTests {
    static func channel(_ port: Int, _ path: String, name: String = "push", _ more: String = "") -> String {
        """
        [channel.\(name)]
        transport = "webhook"
        url = "http://127.0.0.1:\(port)/\(path)"
        secrets = ["FOLDER/secret"]
        allow_networks = ["127.0.0.0/8"]
        timeout = "2s"
        \(more)

        """
    }

    static func receiver(_ more: [String] = []) async throws -> Counterpart {
        try await Counterpart("receiver.py", ["0", "--secret", CourierProcess.secret] + more, in: scratch)
    }

    static let scratch = FileManager.default.temporaryDirectory.path

    @Test func aMessageArrivesSignedAndOnce() async throws {
        let receiver = try await Self.receiver()
        try await CourierProcess.run(Self.channel(receiver.port, "ok/hook?x=1")) { daemon, courier in
            let id = try await courier.send("push", content: #"{"title":"Grüße 👋","data":{"n":[1,2.5,null]}}"#)
            #expect(try await courier.end(of: id) == "delivered")
            let request = try #require(receiver.requests.first)
            #expect(receiver.requests.count == 1)
            #expect(request["path"] == "/ok/hook?x=1")
            #expect(request["id"] == .string(id))
            #expect(request["accepted"] == [0])
            #expect(request["host"] == .string("127.0.0.1:\(receiver.port)"))
            #expect(request["agent"]?.stringValue?.hasPrefix("tact-courier/") == true)
            let body = try #require(request["body"])
            #expect(body["type"] == "tact.message")
            #expect(body["data"]?["id"] == .string(id))
            #expect(body["data"]?["recipient"] == "ann")
            #expect(body["data"]?["topic"] == "push")
            #expect(body["data"]?["attempt"] == 1)
            #expect(body["data"]?["content"]?["title"] == "Grüße 👋")
            #expect(body["data"]?["content"]?["data"] == ["n": [1, .number(2.5), .null]])
            #expect(body["data"]?["lease"] == nil)
        }
    }

    @Test func whileASecretChangesBothSign() async throws {
        let receiver = try await Self.receiver(["--secret", CourierProcess.otherSecret])
        let channel = Self.channel(receiver.port, "ok")
            .replacingOccurrences(of: "[\"FOLDER/secret\"]", with: "[\"FOLDER/other-secret\", \"FOLDER/secret\"]")
        try await CourierProcess.run(channel) { _, courier in
            let id = try await courier.send("push")
            #expect(try await courier.end(of: id) == "delivered")
            #expect(receiver.requests.first?["accepted"] == [0, 1])
            #expect(receiver.requests.first?["signatures"] == 2)
        }
    }

    @Test func aRetryHasTheSameIdAndComesWhenTheReceiverSaid() async throws {
        let receiver = try await Self.receiver()
        try await CourierProcess.run(Self.channel(receiver.port, "flaky")) { _, courier in
            let id = try await courier.send("push")
            #expect(try await courier.end(of: id) == "delivered")
            #expect(receiver.requests.map { $0["id"] } == [.string(id), .string(id)])
            #expect(receiver.requests.map { $0["body"]?["data"]?["attempt"] } == [1, 2])
            #expect(receiver.requests.allSatisfy { $0["accepted"] == [0] })
            #expect(try await courier.details(of: id) == ["the receiver answered 503"])
        }
    }

    @Test(arguments: [
        ("status/410", "the receiver answered 410: it is gone for good"),
        ("status/400", "the receiver answered 400"),
        ("status/404", "the receiver answered 404"),
    ])
    func aPermanentAnswerFails(_ path: String, _ detail: String) async throws {
        let receiver = try await Self.receiver()
        try await CourierProcess.run(Self.channel(receiver.port, path)) { _, courier in
            let id = try await courier.send("push")
            #expect(try await courier.end(of: id) == "failed")
            #expect(receiver.requests.count == 1)
            #expect(try await courier.details(of: id) == [detail])
            #expect(courier.log.contains("message=\(id)"))
        }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let elsewhere = try await Self.receiver()
        let receiver = try await Self.receiver()
        let path = "redirect/http://127.0.0.1:\(elsewhere.port)/ok"
        try await CourierProcess.run(Self.channel(receiver.port, path)) { _, courier in
            let id = try await courier.send("push")
            #expect(try await courier.end(of: id) == "failed")
            #expect(try await courier.details(of: id).first?.contains("redirects are not followed") == true)
            #expect(elsewhere.requests.isEmpty)
        }
    }

    @Test(arguments: ["hang", "drip", "reset", "close", "short", "garbage", "head", "status/500"])
    func aReceiverThatMisbehavesIsTriedAgainAndHoldsUpNobody(_ path: String) async throws {
        let receiver = try await Self.receiver()
        let channels = Self.channel(receiver.port, path, name: "bad") + Self.channel(receiver.port, "ok", name: "good")
        let retry = "{ attempts = 2, initial = \"1s\", max = \"1s\" }"
        try await CourierProcess.run(channels, retry: retry) { daemon, courier in
            let bad = try await courier.send("bad")
            let begin = Date()
            for _ in 0..<20 { #expect(try await courier.end(of: courier.send("good")) == "delivered") }
            #expect(Date().timeIntervalSince(begin) < 10)
            #expect(try await courier.end(of: bad) == "failed")
            #expect(receiver.requests.filter { $0["id"] == .string(bad) }.count == 2)
            #expect(try await courier.details(of: bad).count == 2)
        }
    }

    @Test func aBodyWithoutEndDoesNotKeepAnAnswerFromCounting() async throws {
        let receiver = try await Self.receiver()
        try await CourierProcess.run(Self.channel(receiver.port, "flood")) { _, courier in
            for _ in 0..<5 {
                let id = try await courier.send("push")
                #expect(try await courier.end(of: id) == "delivered")
            }
        }
    }

    @Test func nobodyListensAndThenSomebodyDoes() async throws {
        let probe = try await Self.receiver()
        let port = probe.port
        probe.stop()
        let retry = "{ attempts = 60, initial = \"1s\", max = \"1s\" }"
        try await CourierProcess.run(Self.channel(port, "ok"), retry: retry) { daemon, courier in
            let id = try await courier.send("push")
            try await eventually("it is tried") { try await !courier.details(of: id).isEmpty }
            let receiver = try await Counterpart(
                "receiver.py", [String(port), "--secret", CourierProcess.secret], in: Self.scratch)
            #expect(try await courier.end(of: id) == "delivered")
            #expect(receiver.requests.count == 1)
        }
    }

    @Test func connectionsAreUsedAgain() async throws {
        let receiver = try await Self.receiver()
        try await CourierProcess.run(Self.channel(receiver.port, "ok", "concurrency = 4")) { daemon, courier in
            let lines = (0..<200).map { JSON.object(["recipient": .string("r\($0)"), "topic": "push"]) }
            _ = try await daemon.bulk(lines)
            try await eventually("all arrive") { try await daemon.counts()["delivered"] == 200 }
            #expect(receiver.lines.filter { $0["connection"] != nil }.count <= 4)
        }
    }

    @Test func certificatesAreVerified() async throws {
        for (name, host, isGood) in [("trusted", "localhost", true), ("other-name", "example.org", false)] {
            let folder = Self.scratch + "/tact-tls-\(UInt32.random(in: .min ... .max))"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let made = try Child(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)", "-keyout", folder + "/key",
                    "-out", folder + "/certificate",
                ], output: folder + "/log")
            #expect(try await made.waitForEnd() == .code(0))
            let receiver = try await Self.receiver(["--tls", folder + "/certificate", folder + "/key"])
            let secure =
                Self.channel(receiver.port, "ok", name: "trusting", "trust = \"\(folder)/certificate\"")
                + Self.channel(receiver.port, "ok", name: "wary")
            let channels = secure.replacingOccurrences(of: "http://127.0.0.1", with: "https://localhost")
                .replacingOccurrences(of: "\"127.0.0.0/8\"", with: "\"127.0.0.0/8\", \"::1\"")
            let retry = "{ attempts = 1, initial = \"1s\", max = \"1s\" }"
            try await CourierProcess.run(channels, retry: retry) { _, courier in
                let trusting = try await courier.send("trusting")
                #expect(try await courier.end(of: trusting) == (isGood ? "delivered" : "failed"), "\(name)")
                let wary = try await courier.send("wary")
                #expect(try await courier.end(of: wary) == "failed")
                #expect(try await courier.details(of: wary).first?.contains("TLS failed") == true)
                #expect(receiver.requests.count == (isGood ? 1 : 0))
            }
        }
    }
}

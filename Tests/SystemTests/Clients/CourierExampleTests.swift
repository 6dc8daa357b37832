import Foundation
import TactAPI
import Testing

/// The courier's page and its examples: every section of configuration is one that the courier takes, and the example
/// programs and the example receiver do what the page says.
@Suite(.timeLimit(.minutes(2)))
struct CourierExampleTests {
    private static func example(_ name: String) -> String {
        Example.root.appending(path: "docs/examples/courier/" + name).path
    }

    @Test func theSectionsOfItsPageAreTaken() async throws {
        let page = try String(contentsOf: Example.root.appending(path: "docs/courier.md"), encoding: .utf8)
        let sections = page.split(separator: "\n```toml\n").dropFirst().compactMap {
            $0.split(separator: "\n```").first
        }
        #expect(sections.count >= 5)
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        let secret = daemon.folder + "/push-webhook"
        try "whsec_\(Data(repeating: 7, count: 32).base64EncodedString())".write(
            toFile: secret, atomically: true, encoding: .utf8)
        let file = daemon.folder + "/courier.toml"
        try sections.joined(separator: "\n").replacing("/etc/tact/secrets/push-webhook", with: secret)
            .write(toFile: file, atomically: true, encoding: .utf8)
        let check = try Child(
            Daemon.programs + "/tact-courier", ["--check", "--config", file],
            environment: ["CREDENTIALS_DIRECTORY": daemon.folder], output: daemon.logFile)
        #expect(try await check.waitForEnd() == .code(0), "\(daemon.log)")
        #expect(daemon.log.contains("\(sections.count) channels"))
    }

    @Test func itsProgramsAndItsReceiverTakeMessages() async throws {
        let policy = ["push", "sms", "chat"].map { name in
            """
            [[channel]]
            name = "\(name)"
            [[topic]]
            name = "by-\(name)"
            consent = "not_required"
            channels = ["\(name)"]
            """
        }
        try await Daemon.run(policy.joined(separator: "\n")) { daemon in
            let secret = "whsec_\(Data(repeating: 9, count: 32).base64EncodedString())"
            let received = daemon.folder + "/received"
            let receiver = try Child(
                ConformanceTests.python, [CourierExampleTests.example("receiver.py"), secret], output: received)
            defer { receiver.signal(SIGKILL) }
            try await eventually("the receiver listens") { lines(received).count == 1 }
            let port = try #require(lines(received).first)
            let courier = try start(daemon, secret: secret, port: port)
            defer { courier.signal(SIGKILL) }

            var ids: [String: String] = [:]
            for channel in ["push", "sms", "chat"] {
                let address: JSON = ["addresses": .object([channel: .string("address-" + channel)])]
                #expect(try await daemon.put("/v1/recipients/\(channel)-ann", address).status == 200)
                let content: JSONObject = ["content": ["title": .string("Hello " + channel)]]
                let message = try await daemon.submit(to: channel + "-ann", topic: "by-" + channel, content)
                ids[channel] = message["id"]?.stringValue
            }
            for (channel, id) in ids {
                try await eventually("\(channel) delivers") { try await daemon.state(id) == "delivered" }
            }
            #expect(lines(received).dropFirst() == ["to push-ann: Hello push"])
            for channel in ["sms", "chat"] {
                #expect(lines(daemon.folder + "/" + (ids[channel] ?? "")) == ["address-\(channel) Hello \(channel)"])
            }
            // Without a number there is no way.
            let id = try #require(try await daemon.submit(to: "nobody", topic: "by-sms")["id"]?.stringValue)
            try await eventually("it fails") { try await daemon.state(id) == "failed" }
            let explanation = try await daemon.get("/v1/messages/\(id)/explanation").json
            #expect(explanation["deliveries"]?[0]?["detail"]?.stringValue?.hasSuffix("no number") == true)
            courier.signal(SIGTERM)
            #expect(try await courier.waitForEnd() == .code(0))
        }
    }

    private func start(_ daemon: Daemon, secret: String, port: String) throws -> Child {
        try secret.write(toFile: daemon.folder + "/secret", atomically: true, encoding: .utf8)
        let outbox = "environment = { OUTBOX = \"\(daemon.folder)\" }"
        let text = """
            [daemon]
            socket = "\(daemon.socket)"
            [channel.push]
            transport = "webhook"
            url = "http://127.0.0.1:\(port)/tact"
            secrets = ["secret"]
            allow_networks = ["127.0.0.0/8"]
            [channel.sms]
            transport = "program"
            command = ["\(CourierExampleTests.example("once.sh"))"]
            \(outbox)
            [channel.chat]
            transport = "program"
            mode = "lines"
            command = ["\(CourierExampleTests.example("lines.py"))"]
            \(outbox)
            """
        try text.write(toFile: daemon.folder + "/courier.toml", atomically: true, encoding: .utf8)
        return try Child(
            Daemon.programs + "/tact-courier", ["--config", daemon.folder + "/courier.toml"],
            environment: ["CREDENTIALS_DIRECTORY": daemon.folder], output: daemon.folder + "/courier-log")
    }

    private func lines(_ file: String) -> [String] {
        ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }
}

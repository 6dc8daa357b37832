import Foundation
import TactAPI
import Testing

/// Webhooks do not reach into networks that are not public.
@Suite(.timeLimit(.minutes(2)))
struct UnsafeAddressTests {
    static let addressed = """
        [channel.push]
        transport = "webhook"
        url = "address"
        secrets = ["FOLDER/secret"]
        timeout = "3s"

        """

    private func declare(_ daemon: Daemon, _ url: String) async throws {
        let reply = try await daemon.put("/v1/recipients/ann", ["addresses": ["push": .string(url)]])
        #expect(reply.status == 200)
    }

    @Test func aRecipientsAddressCannotReachInside() async throws {
        let receiver = try await WebhookTests.receiver()
        try await CourierProcess.run(Self.addressed) { daemon, courier in
            for host in [
                "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1",
            ] {
                for scheme in ["http", "https"] {
                    try await declare(daemon, "\(scheme)://\(host):\(receiver.port)/ok")
                    let id = try await courier.send("push")
                    #expect(try await courier.end(of: id) == "failed", "\(host)")
                }
            }
            for url in ["ftp://example.org/", "http://user@127.0.0.1/", "no url", "unix:/run/x", "http+unix://%2Fx/"] {
                try await declare(daemon, url)
                let id = try await courier.send("push")
                #expect(try await courier.end(of: id) == "failed", "\(url)")
                #expect(try await courier.details(of: id).first?.contains(url) == false)
            }
            #expect(receiver.lines.count == 1, "nobody has even connected: \(receiver.lines)")
        }
    }

    @Test func theAdminsOwnSlipIsRetriedAndExplained() async throws {
        let receiver = try await WebhookTests.receiver()
        let channel = WebhookTests.channel(receiver.port, "ok")
            .replacingOccurrences(of: "allow_networks = [\"127.0.0.0/8\"]", with: "")
        let retry = "{ attempts = 60, initial = \"1s\", max = \"1s\" }"
        try await CourierProcess.run(channel, retry: retry) { daemon, courier in
            let id = try await courier.send("push")
            try await eventually("it is tried") { try await !courier.details(of: id).isEmpty }
            #expect(try await courier.details(of: id).first?.contains("allow_networks") == true)
            #expect(try await daemon.state(id) == "pending")
            #expect(receiver.lines.count == 1)
        }
    }

    /// A name that first leads to a permitted address and then, when it is asked again, to a forbidden one. Runs in a
    /// network namespace of its own, where port 53 is free and the resolver ours.
    @Test func aNameThatChangesItsMindDoesNotHelp() async throws {
        let folder = WebhookTests.scratch + "/tact-names-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "nameserver 127.0.0.53\noptions timeout:1 attempts:1\n".write(
            toFile: folder + "/resolv.conf", atomically: true, encoding: .utf8)
        // Keeps the namespaces open.
        let room = try Child(
            "unshare",
            [
                "--net", "--mount", "sh", "-c",
                "ip link set lo up && mount --bind \(folder)/resolv.conf /etc/resolv.conf && echo ready && exec sleep 300",
            ], output: folder + "/room")
        defer { room.signal(9) }
        try await eventually("the namespace is there: a test that needs root") {
            (try? String(contentsOfFile: folder + "/room", encoding: .utf8))?.contains("ready") == true
        }
        let inside = ["nsenter", "-t", "\(room.pid)", "--net", "--mount"]
        // Permitted, permitted, and from then on forbidden.
        let names = try await Counterpart(
            "nameserver.py", ["127.0.0.53", "turncoat.example=127.0.0.2,127.0.0.2,127.0.0.3"], in: folder,
            wrapper: inside)
        let permitted = try await Counterpart(
            "receiver.py", ["8080", "--host", "127.0.0.2", "--secret", CourierProcess.secret], in: folder,
            wrapper: inside)
        let forbidden = try await Counterpart(
            "receiver.py", ["8080", "--host", "127.0.0.3", "--secret", CourierProcess.secret], in: folder,
            wrapper: inside)
        let channel = """
            [channel.push]
            transport = "webhook"
            url = "http://turncoat.example:8080/reset"
            secrets = ["FOLDER/secret"]
            allow_networks = ["127.0.0.2/32"]
            timeout = "3s"

            """
        try await CourierProcess.run(
            channel, retry: "{ attempts = 6, initial = \"1s\", max = \"1s\" }", wrapper: inside
        ) {
            _, courier in
            // The receiver breaks each connection, so each attempt asks for the name anew.
            let id = try await courier.send("push")
            #expect(try await courier.end(of: id, within: 40) == "failed")
            let details = try await courier.details(of: id)
            #expect(details.count == 6)
            #expect(details.contains { $0.contains("127.0.0.3 is not public") })
            #expect(!permitted.requests.isEmpty)
            #expect(names.lines.contains { $0["answer"] == "127.0.0.3" })
            #expect(forbidden.lines.count == 1, "nobody has even connected: \(forbidden.lines)")
        }
    }

    @Test func aDeadReceiverAmongManyHoldsUpNobody() async throws {
        let receiver = try await WebhookTests.receiver()
        let channel = Self.addressed + "allow_networks = [\"127.0.0.0/8\"]\nconcurrency = 8\n"
        try await CourierProcess.run(channel, retry: "{ attempts = 5, initial = \"60s\", max = \"60s\" }") {
            daemon, courier in
            for number in 0..<100 {
                // Two names of the same machine: each is a receiver of its own.
                let url =
                    number % 2 == 0
                    ? "http://127.0.0.1:\(receiver.port)/ok" : "http://localhost:\(receiver.port)/hang"
                let reply = try await daemon.put("/v1/recipients/r\(number)", ["addresses": ["push": .string(url)]])
                #expect(reply.status == 200)
            }
            let lines = (0..<100).map { JSON.object(["recipient": .string("r\($0)"), "topic": "push"]) }
            let begin = Date()
            _ = try await daemon.bulk(lines)
            try await eventually(within: 30, "the living half arrives: \(try await daemon.counts())") {
                try await daemon.counts()["delivered"] == 50
            }
            #expect(Date().timeIntervalSince(begin) < 10)
            #expect(try await daemon.counts()["failed"] == 0)
        }
    }
}

import Foundation
import TactAPI
import Testing

/// The courier's own life: stop, crash, reload, and a daemon that comes and goes.
@Suite(.timeLimit(.minutes(3)))
struct CourierLifeTests {
    @Test func onStopItFinishesAndGivesBackWhatItHolds() async throws {
        let receiver = try await WebhookTests.receiver()
        let channel = WebhookTests.channel(receiver.port, "slow", "rate = \"4/s\"\nconcurrency = 2")
        try await CourierProcess.run(channel) { daemon, courier in
            let lines = (0..<30).map { JSON.object(["recipient": .string("r\($0)"), "topic": "push"]) }
            _ = try await daemon.bulk(lines)
            try await eventually("some are under way") { receiver.requests.count >= 2 }
            #expect(try await courier.stop() == .code(0))
            let counts = try await daemon.counts()
            #expect(counts["leased"] == 0, "\(counts)\n\(courier.log)")
            #expect((counts["delivered"] ?? 0) == receiver.requests.count)
            #expect((counts["delivered"] ?? 0) + (counts["pending"] ?? 0) == 30)
        }
    }

    @Test func whatACrashLeavesComesBackWhenItsLeaseLapses() async throws {
        let receiver = try await WebhookTests.receiver()
        let channel = WebhookTests.channel(receiver.port, "ok").replacingOccurrences(of: "\"2s\"", with: "\"1s\"")
        try await CourierProcess.run(channel) { daemon, courier in
            for _ in 0..<5 {
                let lines = (0..<100).map { JSON.object(["recipient": .string("r\($0)"), "topic": "push"]) }
                _ = try await daemon.bulk(lines)
                courier.kill()
                try await courier.start()
            }
            // Leases are 32 s long.
            try await eventually(within: 60, "all are delivered: \(try await daemon.counts())") {
                try await daemon.counts()["delivered"] == 500
            }
            let ids = Set(receiver.requests.compactMap { $0["id"]?.stringValue })
            #expect(ids.count == 500)
        }
    }

    @Test func aReloadChangesWhatIsServedAndABadOneNothing() async throws {
        let receiver = try await WebhookTests.receiver()
        let first = WebhookTests.channel(receiver.port, "ok/one", name: "one")
        let second = WebhookTests.channel(receiver.port, "ok/two", name: "two")
        try await CourierProcess.run(first + second) { daemon, courier in
            try courier.configure(first)
            courier.signal(SIGHUP)
            try await eventually("it is read") { courier.log.contains("configuration loaded") }
            let two = try await courier.send("two")
            #expect(try await courier.end(of: courier.send("one")) == "delivered")
            try await eventually("nobody waits for it any more") {
                try await daemon.get("/v1/status").json["workers"]?["two"] == nil
            }
            #expect(try await daemon.state(two) == "pending")

            try courier.configure("[channel.one]\ntransport = \"pigeon\"\n")
            courier.signal(SIGHUP)
            try await eventually("it is refused") { courier.log.contains("the old one stays in force") }
            #expect(courier.log.contains("courier.toml:4: channel.one.transport: found “pigeon”"))
            #expect(try await courier.end(of: courier.send("one")) == "delivered")

            try courier.configure(first.replacingOccurrences(of: "FOLDER/secret", with: "FOLDER/nothing") + second)
            courier.signal(SIGHUP)
            try await eventually("it is refused") { courier.log.contains("there is no such file") }

            try courier.configure(first.replacingOccurrences(of: "ok/one", with: "ok/three") + second)
            courier.signal(SIGHUP)
            #expect(try await courier.end(of: two) == "delivered")
            #expect(try await courier.end(of: courier.send("one")) == "delivered")
            #expect(receiver.requests.last?["path"] == "/ok/three")
        }
    }

    @Test func aDaemonThatGoesAndComesBackIsFoundAgain() async throws {
        let receiver = try await WebhookTests.receiver()
        try await CourierProcess.run(WebhookTests.channel(receiver.port, "slow")) { daemon, courier in
            let id = try await courier.send("push")
            try await eventually("it is under way") { receiver.requests.count == 1 }
            try await daemon.killAndWait()
            try await eventually("nobody hears the outcome") { courier.log.contains("outcomes could not be told") }
            try await daemon.start()
            // The outcome is told to the daemon that came back: the lease has survived.
            #expect(try await courier.end(of: id) == "delivered")
            #expect(receiver.requests.count == 1)
            #expect(try await courier.end(of: courier.send("push")) == "delivered")
        }
    }

    @Test func theRateIsKept() async throws {
        let receiver = try await WebhookTests.receiver()
        let channel = WebhookTests.channel(receiver.port, "ok", "rate = \"20/s\"")
        try await CourierProcess.run(channel) { daemon, _ in
            let lines = (0..<60).map { JSON.object(["recipient": .string("r\($0)"), "topic": "push"]) }
            let begin = Date()
            _ = try await daemon.bulk(lines)
            try await eventually("all arrive") { try await daemon.counts()["delivered"] == 60 }
            #expect(Date().timeIntervalSince(begin) > 2.8)
        }
    }

    @Test func filesThatAreUsedUpAreWaitedFor() async throws {
        let receiver = try await WebhookTests.receiver()
        let channel = WebhookTests.channel(receiver.port, "ok", "concurrency = 200")
        try await CourierProcess.run(channel, wrapper: ["prlimit", "--nofile=64"]) { daemon, courier in
            let lines = (0..<400).map { JSON.object(["recipient": .string("r\($0)"), "topic": "push"]) }
            _ = try await daemon.bulk(lines)
            try await eventually(within: 60, "all arrive: \(try await daemon.counts())\n\(courier.log.suffix(2000))") {
                try await daemon.counts()["delivered"] == 400
            }
            #expect(courier.isRunning)
            #expect(courier.log.contains("raise LimitNOFILE="))
        }
    }

    @Test func aBadConfigurationEndsItWith78AndSaysWhere() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        let courier = CourierProcess(daemon)
        try courier.configure(
            "[channel.push]\ntransport = \"webhook\"\nurl = \"address\"\nsecrets = [\"FOLDER/nothing\"]\n")
        for more in [[], ["--check"]] {
            let output = daemon.folder + "/output"
            let child = try Child(
                Daemon.programs + "/tact-courier", ["--config", courier.configuration] + more, output: output)
            #expect(try await child.waitForEnd() == .code(78))
            #expect(try String(contentsOfFile: output, encoding: .utf8).contains("channel.push: the secret"))
        }
    }
}

import Foundation
import TactAPI
import Testing

/// Programs, well-behaved and not.
@Suite(.timeLimit(.minutes(3)))
struct ProgramTests {
    /// A channel whose program is a shell script with this text.
    static func channel(_ more: String = "timeout = \"3s\"", interpreter: String = "/bin/sh") -> String {
        """
        [channel.sms]
        transport = "program"
        command = ["\(interpreter)", "FOLDER/program", "one word", "$HOME"]
        environment = { GREETING = "hello" }
        \(more)

        """
    }

    private func run(
        _ text: String, _ more: String = "timeout = \"3s\"", attempts: Int = 1, interpreter: String = "/bin/sh",
        _ body: (Daemon, CourierProcess) async throws -> Void
    ) async throws {
        let retry = "{ attempts = \(attempts), initial = \"1s\", max = \"1s\" }"
        try await CourierProcess.run(Self.channel(more, interpreter: interpreter), retry: retry) { daemon, courier in
            try text.write(toFile: daemon.folder + "/program", atomically: true, encoding: .utf8)
            try await body(daemon, courier)
        }
    }

    @Test func aProgramGetsTheMessageAndNothingElse() async throws {
        let text = "{ cat; env | sort; printf '%s|' \"$@\"; pwd; } > \"$(dirname \"$0\")/seen\""
        try await run(text) { daemon, courier in
            let id = try await courier.send("sms", content: #"{"title":"a\nb; rm -rf /","body":"$(id)"}"#)
            #expect(try await courier.end(of: id) == "delivered")
            let seen = try String(contentsOfFile: daemon.folder + "/seen", encoding: .utf8).split(separator: "\n")
            let json = try JSON(parsing: Array(seen[0].utf8))
            #expect(json["id"] == .string(id))
            #expect(json["content"]?["title"] == "a\nb; rm -rf /")
            #expect(json["lease"] == nil)
            let names = seen.dropFirst().filter { $0.contains("=") }.map { $0.prefix { $0 != "=" } }
            #expect(Set(names).subtracting(["PWD", "OLDPWD", "_", "SHLVL"]) == ["GREETING", "PATH"])
            #expect(seen.last == "one word|$HOME|/")
        }
    }

    @Test(arguments: [(0, "delivered"), (75, "failed"), (1, "failed"), (67, "failed")])
    func theExitCodeDecides(_ code: Int, _ state: String) async throws {
        // Of one attempt, a retry is the last, too; what was meant is in the detail.
        try await run("cat > /dev/null; echo first >&2; echo last words >&2; exit \(code)") { _, courier in
            let id = try await courier.send("sms")
            #expect(try await courier.end(of: id) == state)
            let details = try await courier.details(of: id)
            switch code {
            case 0: #expect(details == [])
            case 75: #expect(details == ["the program asked to try again (75): last words"])
            default: #expect(details == ["the program refused it (\(code)): last words"])
            }
            #expect(!courier.log.contains("last words"), "what programs say may be about recipients")
        }
    }

    @Test func aProgramThatReadsNothingMayDeliverAllTheSame() async throws {
        try await run("exit 0") { _, courier in
            let content = #"{"title":"\#(String(repeating: "x", count: 500_000))"}"#
            let id = try await courier.send("sms", content: content)
            #expect(try await courier.end(of: id) == "delivered")
        }
    }

    @Test func aProgramThatIsNotThereIsMissedNotBlamed() async throws {
        let channel = Self.channel(interpreter: "FOLDER/interpreter")
        try await CourierProcess.run(channel, retry: "{ attempts = 30, initial = \"1s\", max = \"1s\" }") {
            daemon, courier in
            let id = try await courier.send("sms")
            try await eventually("it is tried") { try await !courier.details(of: id).isEmpty }
            #expect(try await courier.details(of: id).first?.contains("cannot be started") == true)
            try FileManager.default.createSymbolicLink(
                atPath: daemon.folder + "/interpreter", withDestinationPath: "/bin/true")
            #expect(try await courier.end(of: id) == "delivered")
        }
    }

    @Test(arguments: ["cat > /dev/null; exec sleep 600", "trap '' TERM; while :; do sleep 1; done", "kill -STOP $$"])
    func aProgramThatDoesNotEndIsEnded(_ text: String) async throws {
        try await run("echo $$ >> \"$(dirname \"$0\")/pids\"\n" + text, "timeout = \"1s\"") { daemon, courier in
            let id = try await courier.send("sms")
            #expect(try await courier.end(of: id) == "failed")
            #expect(try await courier.details(of: id) == ["the program did not finish within 1s"])
            let pids = try String(contentsOfFile: daemon.folder + "/pids", encoding: .utf8).split(separator: "\n")
            try await eventually("it is gone") { pids.allSatisfy { kill(Int32($0) ?? 0, 0) != 0 } }
        }
    }

    @Test func whatAProgramLeavesBehindIsEndedToo() async throws {
        let text = "cat > /dev/null; sleep 600 & echo $! > \"$(dirname \"$0\")/left\"; echo done >&2; exit 0"
        try await run(text, "timeout = \"20s\"") { daemon, courier in
            let begin = Date()
            #expect(try await courier.end(of: courier.send("sms")) == "delivered")
            #expect(Date().timeIntervalSince(begin) < 10, "it is not waited for")
            let left =
                Int32(
                    try String(contentsOfFile: daemon.folder + "/left", encoding: .utf8).split(separator: "\n")[0]) ?? 0
            try await eventually("it is gone") { kill(left, 0) != 0 }
        }
    }

    @Test func aFloodOfOutputFillsNothing() async throws {
        try await run(
            "cat > /dev/null; yes | head -c 300000000 >&2; yes | head -c 100000000; echo end >&2", "timeout = \"20s\""
        ) {
            _, courier in
            let id = try await courier.send("sms")
            #expect(try await courier.end(of: id, within: 30) == "delivered")
            #expect(residentKilobytes(of: courier.pid) < 100_000)
        }
    }

    // MARK: A program that stays

    private static let stays = "mode = \"lines\"\ntimeout = \"3s\"\nconcurrency = 50"

    private static let echo = """
        import json, os, sys
        print("debugging", flush=True)
        with open(os.path.dirname(__file__) + "/pids", "a") as pids: pids.write(f"{os.getpid()}\\n")
        for line in sys.stdin:
            message = json.loads(line)
            if message["content"].get("die"): os._exit(3)
            if message["content"].get("hang"): continue
            answer = {"id": message["id"], "outcome": message["content"].get("outcome", "delivered")}
            print(json.dumps(answer), flush=True)
        """

    @Test func oneProgramTakesManyMessages() async throws {
        try await run(Self.echo, Self.stays, interpreter: "/usr/bin/python3") { daemon, courier in
            let lines = (0..<500).map { JSON.object(["recipient": .string("r\($0)"), "topic": "sms"]) }
            _ = try await daemon.bulk(lines)
            try await eventually("all arrive") { try await daemon.counts()["delivered"] == 500 }
            #expect(try await courier.end(of: courier.send("sms", content: #"{"outcome":"failed"}"#)) == "failed")
            let pids = try String(contentsOfFile: daemon.folder + "/pids", encoding: .utf8).split(separator: "\n")
            #expect(pids.count == 1)
            try await courier.stop()
            #expect(kill(Int32(pids[0]) ?? 0, 0) != 0, "it goes with the courier")
        }
    }

    @Test(arguments: ["die", "hang"])
    func aProgramThatBreaksIsStartedAgain(_ how: String) async throws {
        try await run(Self.echo, Self.stays, attempts: 2, interpreter: "/usr/bin/python3") { daemon, courier in
            let bad = try await courier.send("sms", content: #"{"\#(how)":true}"#)
            #expect(try await courier.end(of: bad, within: 40) == "failed")
            #expect(try await courier.end(of: courier.send("sms")) == "delivered")
            let details = try await courier.details(of: bad)
            #expect(details.count == 2)
            #expect(details.allSatisfy { $0.contains(how == "die" ? "the program ended" : "did not answer within 3s") })
        }
    }

    @Test func aProgramThatBabblesIsStopped() async throws {
        try await run("while :; do echo babble; done", Self.stays) { _, courier in
            let id = try await courier.send("sms")
            #expect(try await courier.end(of: id) == "failed")
            #expect(try await courier.details(of: id).first?.contains("does not speak the protocol") == true)
        }
    }

    @Test func aLineWithoutEndIsStopped() async throws {
        try await run("exec tr '\\0' x < /dev/zero", Self.stays) { _, courier in
            let id = try await courier.send("sms")
            #expect(try await courier.end(of: id) == "failed")
            #expect(residentKilobytes(of: courier.pid) < 100_000)
        }
    }
}

/// How much memory a process holds.
func residentKilobytes(of pid: pid_t?) -> Int {
    let status = (try? String(contentsOfFile: "/proc/\(pid ?? 0)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? .max
}

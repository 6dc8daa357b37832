import Foundation
import TactAPI
import Testing

/// A daemon of one's own, on a socket in a temporary folder.
final class LiveDaemon: Sendable {
    let socket: String
    let folder: TemporaryFolder
    private let process: Process

    struct NotReady: Error {
        var log: String
    }

    init() throws {
        folder = try TemporaryFolder()
        socket = folder.file("s").path
        let configuration = """
            [server]
            socket = "\(socket)"
            [store]
            path = "\(folder.file("tact.db").path)"
            [[topic]]
            name = "codes"
            title = "Codes"
            kind = "transactional"
            consent = "not_required"
            channels = ["push"]
            respects = []

            """
        let file = try folder.write("tactd.toml", configuration + CLIOfflineTests.configuration)
        let log = folder.file("log")
        try Data().write(to: log)
        process = Process()
        process.executableURL = CLICommand.programs.appendingPathComponent("tactd")
        process.arguments = ["--config", file]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        for _ in 0..<200 where try run("status").status != 0 { usleep(50_000) }
        guard try run("status").status == 0 else {
            throw NotReady(log: String(decoding: try Data(contentsOf: log), as: UTF8.self))
        }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    /// Runs `tactctl` against this daemon.
    func run(_ arguments: String..., input: String = "") throws -> CLICommand.Result {
        try CLICommand.run(arguments, socket: socket, input: input)
    }

    /// As above; the answer as JSON.
    func json(_ arguments: String..., input: String = "") throws -> JSON {
        let result = try CLICommand.run(["--output", "json"] + arguments, socket: socket, input: input)
        guard result.status == 0 else { throw NotReady(log: result.stderr) }
        return try JSON(parsing: result.stdout)
    }
}

@Suite("tactctl and tactd together")
@MainActor struct CLILiveTests {
    @Test("what a person agrees to and chooses, by hand")
    func wishes() throws {
        let daemon = try LiveDaemon()
        let granted = try daemon.json("consent", "grant", "ann", "codes", "--source", "form", "--wording", "3")
        #expect(granted["state"] == "granted" && granted["wording"] == "3")
        #expect(try daemon.json("consent", "withdraw", "ann", "*")["topic"] == "*")
        let list = try daemon.run("consent", "list", "ann")
        #expect(list.stdout.contains("withdrawn") && list.stdout.contains("granted"), "\(list)")
        let receipt = try daemon.run("consent", "receipt", "ann", granted["id"]?.stringValue ?? "")
        #expect(receipt.stdout.contains("\"event_state\": \"consent given\""), "\(receipt)")
        #expect(try daemon.run("consent", "grant", "ann", "*").status == 65)
        #expect(try daemon.run("consent", "receipt", "ann", "77").status == 1)

        let chosen = try daemon.json(
            "preferences", "set", "ann", "--off", "codes", "--limit", "codes=2/week", "--marketing", "no")
        #expect(chosen["topics"]?["codes"] == ["enabled": false, "limit": ["count": 2, "per": "week"]])
        let shown = try daemon.run("preferences", "show", "ann")
        for text in ["off; at most 2 per week", "none at all"] { #expect(shown.stdout.contains(text), "\(shown)") }
        #expect(
            try daemon.json("send", "--recipient", "ann", "--topic", "codes", "--title", "x")["codes"] == [
                "topic_opted_out"
            ])
        #expect(
            try daemon.json("preferences", "set", "ann", "--limit", "codes=none", "--on", "codes")["topics"]?["codes"]
                == ["enabled": true])
        for wrong in [["--limit", "codes"], ["--marketing", "perhaps"], []] {
            #expect(try CLICommand.run(["preferences", "set", "ann"] + wrong, socket: daemon.socket).status == 64)
        }
    }

    @Test("a topic is stopped, and goes on")
    func topics() throws {
        let daemon = try LiveDaemon()
        #expect(
            try daemon.json("topic", "hold", "codes", "--comment", "wrong list")["hold"]?["comment"] == "wrong list")
        #expect(
            try daemon.json("send", "--recipient", "ann", "--topic", "codes", "--title", "x")["codes"] == ["topic_held"]
        )
        #expect(try daemon.run("status").stdout.contains("topic “codes” is held by"))
        #expect(try daemon.run("topic", "list").stdout.contains("wrong list"))
        #expect(try daemon.json("topic", "release", "codes")["hold"] == .null)
        #expect(try daemon.run("topic", "hold", "nonsense").status == 1)
    }

    @Test("a message from its submission to its delivery")
    func life() throws {
        let daemon = try LiveDaemon()
        let sent = try daemon.json("send", "--recipient", "ann", "--topic", "codes", "--title", "12345")
        let id = try #require(sent["id"]?.stringValue)
        #expect(sent["state"] == "pending")
        let leased = try daemon.json("lease", "--channel", "push", "--wait", "5s")["messages"]?[0]
        #expect(leased?["id"] == .string(id) && leased?["content"]?["title"] == "12345")
        let lease = try #require(leased?["lease"]?.stringValue)
        #expect(try daemon.run("cancel", id).status == 1)
        #expect(try daemon.run("outcome", id, lease, "delivered").stdout == "ok: \(id) is delivered\n")
        #expect(try daemon.run("outcome", id, "wrong", "delivered").status == 1)
        let explanation = try daemon.json("explain", id)
        #expect(explanation["deliveries"]?[0]?["outcome"] == "delivered")
        #expect(explanation["decisions"]?[0]?["findings"]?.arrayValue?.count == 13)
        #expect(try daemon.json("list", "--state", "delivered")["items"]?[0]?["id"] == .string(id))
        #expect(try daemon.json("status")["conservation"]?["ok"] == true)
        #expect(try daemon.run("verify").status == 0)
    }

    @Test("a recipient's days, from declaring to drawing")
    func recipient() throws {
        let daemon = try LiveDaemon()
        #expect(try daemon.run("recipient", "set", "ann", "--time-zone", "Mars/Olympus").status == 65)
        _ = try daemon.json("recipient", "set", "ann", "--time-zone", "Europe/Paris", "--quiet-hours", "21:00-07:00")
        let calendar =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
            + "DTSTART:20260105T100000Z\r\nDTEND:20260105T110000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        #expect(try daemon.json("calendar", "import", "ann", "work", "-", input: calendar)["series"] == 1)
        let once = calendar.replacing("RRULE:FREQ=DAILY\r\n", with: "")
        let table = try daemon.run("calendar", "import", "ann", "once", "-", input: once)
        #expect(table.stdout.contains("kept") && table.stdout.contains(" 1 event\n"), "\(table.stdout)")
        #expect(try daemon.run("calendar", "remove", "ann", "once").status == 0)
        let timeline = try daemon.run("timeline", "ann", "--days", "3")
        #expect(timeline.status == 0 && timeline.stdout.contains("█ busy") && timeline.stdout.contains("░ quiet hours"))
        let paused = try daemon.json("recipient", "pause", "ann", "--for", "1d")
        #expect(paused["paused_until"]?.stringValue != nil && paused["calendars"] == ["work"])
        #expect(try daemon.json("recipient", "resume", "ann")["paused_until"] == .null)
        #expect(try daemon.run("calendar", "remove", "ann", "work").status == 0)
        #expect(try daemon.run("calendar", "remove", "ann", "work").status == 1)
    }

    @Test("many messages in, a whole copy out")
    func loadAndBackup() throws {
        let daemon = try LiveDaemon()
        let lines = (0..<2000).map { index in
            #"{"recipient":"r\#(index % 50)","topic":"offers","idempotency_key":"k\#(index)","content":{"n":\#(index)}}"#
        }.joined(separator: "\n")
        let loaded = try daemon.run("load", "-", input: lines + "\n{}\n")
        #expect(loaded.status == 65 && loaded.stderr.contains("line 2001: /recipient: missing"))
        #expect(try daemon.run("load", "-", input: lines).stdout.contains("replayed  2000"))
        #expect(try daemon.json("cancel", "--topic", "offers", "--recipient", "r7", "--yes")["cancelled"] == 40)
        let copy = daemon.folder.file("copy.db")
        #expect(try daemon.run("backup", copy.path).status == 0)
        #expect(try daemon.run("backup", copy.path).status == 73)
        let bytes = try Data(contentsOf: copy)
        #expect(bytes.starts(with: "SQLite format 3\0".utf8) && bytes.count > 256 * 1024)
        let check = try Shell.run(
            "python3",
            [
                "-c",
                "import sqlite3,sys;print(sqlite3.connect(sys.argv[1]).execute('pragma integrity_check').fetchone()[0])",
                copy.path,
            ],
            environment: [:])
        #expect(check == "ok\n")
    }
}

import Foundation
import TactAPI
import Testing

/// What people see. The canned days lie far ahead, so that years are written whenever the tests run.
@Suite("What tactctl shows")
@MainActor struct CLIViewTests {
    static let message = #"""
        {"id":"m-1","state":"pending","recipient":"ann","topic":"offers","channels":["push"],"urgency":"normal",
         "relevance":0.5,"submitted_at":"2090-11-22T21:30:00.000Z","expires_at":"2090-11-25T21:30:00.000Z",
         "plan":{"at":"2090-11-23T07:00:00.000Z","channel":"push"},"codes":["quiet_hours"],
         "findings":[{"rule":"quiet_hours","effect":"hold","code":"quiet_hours","until":"2090-11-23T07:00:00.000Z",
                      "text":"Held until Thu 23 Nov 08:00 (Europe/Paris)."}],
         "attempts":0,"time_zone":"Europe/Paris"}
        """#

    @Test("a message by its recipient's clock, or in UTC")
    func message() throws {
        let daemon = try CLICannedDaemon(["GET /v1/messages/m-1": Self.message])
        let local = try CLICommand.run(["show", "m-1"], socket: daemon.socket)
        #expect(local.status == 0 && local.stderr == "")
        #expect(
            local.stdout == """
                m-1  pending
                  recipient  ann
                  topic      offers
                  channels   push
                  urgency    normal
                  relevance  0.5
                  submitted  Wed 22 Nov 2090 22:30 (Europe/Paris)
                  expires    Sat 25 Nov 2090 22:30 (Europe/Paris)
                  plan       Thu 23 Nov 2090 08:00 (Europe/Paris) by push
                  hold quiet_hours: Held until Thu 23 Nov 08:00 (Europe/Paris).

                """)
        let utc = try CLICommand.run(["show", "m-1", "--utc"], socket: daemon.socket)
        #expect(utc.stdout.contains("plan       Thu 23 Nov 2090 07:00 (UTC) by push"))
    }

    @Test("JSON for programs: the daemon's answer, indented or a line each")
    func json() throws {
        let page = #"{"items":[{"id":"a","x":[]},{"id":"b","x":{"y":1}}],"next_cursor":"c1"}"#
        let daemon = try CLICannedDaemon(["GET /v1/messages": page])
        let json = try CLICommand.run(["--output", "json", "list"], socket: daemon.socket)
        #expect(try JSON(parsing: json.stdout) == JSON(parsing: page))
        #expect(json.stdout.hasPrefix("{\n  \"items\": [\n    {\n      \"id\": \"a\",\n      \"x\": []\n    },\n"))
        let lines = try CLICommand.run(["list", "--output", "ndjson"], socket: daemon.socket)
        #expect(lines.stdout == "{\"id\":\"a\",\"x\":[]}\n{\"id\":\"b\",\"x\":{\"y\":1}}\n")
    }

    @Test("a list, each message by its own recipient's clock")
    func list() throws {
        let other =
            #"{"id":"m-2","state":"expired","recipient":"bo","topic":"t","submitted_at":"2090-11-22T09:00:00.000Z","#
            + #""plan":null,"codes":["busy","cap"],"ended_at":"2090-11-22T10:00:00.000Z"}"#
        let third =
            #"{"id":"m-3","state":"cancelled","recipient":"cy","topic":"t","submitted_at":"2090-11-22T09:00:00.000Z","#
            + #""plan":null,"codes":[],"reason":"collapsed"}"#
        let daemon = try CLICannedDaemon([
            "GET /v1/messages": #"{"items":[\#(Self.message),\#(other),\#(third)],"next_cursor":"c9"}"#,
            "GET /v1/recipients/bo": #"{"id":"bo","time_zone":"America/New_York"}"#,
        ])
        let result = try CLICommand.run(["list", "--state", "pending,expired"], socket: daemon.socket)
        #expect(
            result.stdout == """
                ID   STATE      RECIPIENT  TOPIC   SUBMITTED                     PLAN OR END                        WHY
                m-1  pending    ann        offers  Wed 22 Nov 2090 22:30 +01:00  Thu 23 Nov 2090 08:00 +01:00 push  quiet_hours
                m-2  expired    bo         t       Wed 22 Nov 2090 04:00 -05:00  Wed 22 Nov 2090 05:00 -05:00       busy, cap
                m-3  cancelled  cy         t       Wed 22 Nov 2090 09:00 UTC     -                                  collapsed

                """)
        #expect(result.stderr.contains("--cursor c9"))
        #expect(daemon.requests.first?.line == "GET /v1/messages?limit=100&state=pending%2Cexpired")
    }

    @Test("a timeline: a row a day, at 80 columns")
    func timeline() throws {
        let timeline = #"""
            {"time_zone":"Europe/Paris","from":"2090-10-27T10:00:00.000Z","to":"2090-10-30T10:00:00.000Z",
             "blocked":[
              {"start":"2090-10-27T20:00:00.000Z","end":"2090-10-28T06:00:00.000Z","rule":"quiet_hours","code":"quiet_hours"},
              {"start":"2090-10-28T20:00:00.000Z","end":"2090-10-29T07:00:00.000Z","rule":"quiet_hours","code":"quiet_hours"},
              {"start":"2090-10-28T13:00:00.000Z","end":"2090-10-28T14:00:00.000Z","rule":"busy","code":"busy"},
              {"start":"2090-10-29T20:00:00.000Z","end":"2090-10-30T10:00:00.000Z","rule":"send_window","code":"send_window","name":"law"}],
             "plans":[{"id":"m-1","topic":"offers","at":"2090-10-28T06:00:00.000Z","channel":"push"}],
             "deliveries":[{"id":"m-0","topic":"news","at":"2090-10-27T11:00:00.000Z","channel":"email","outcome":"delivered"}],
             "caps":[{"name":"daily","limit":3,"per":"1d","used":1,"from":"2090-10-26T10:00:00.000Z"}]}
            """#
        let daemon = try CLICannedDaemon(["GET /v1/recipients/ann/timeline": timeline])
        let local = try CLICommand.run(["timeline", "ann"], socket: daemon.socket)
        #expect(
            local.stdout == """
                Europe/Paris
                                 00    03    06    09    12    15    18    21
                Fri 27 Oct 2090                          ··●·················░░░░
                Sat 28 Oct 2090  ░░░░░░░░░░░░░░░░◆·············██············░░░░
                Sun 29 Oct 2090  ░░░░░░░░░░░░░░░░··························//////
                Mon 30 Oct 2090  //////////////////////

                ● delivery   ◆ plan   █ busy   ░ quiet hours   / outside a send window   · free

                Deliveries
                  ● Fri 27 Oct 2090 13:00  news by email, delivered  m-0

                Plans
                  ◆ Sat 28 Oct 2090 08:00  offers by push  m-1

                Named causes
                  send window “law”

                Caps
                  daily: 1 of 3 per 1d

                """)
        for line in local.stdout.split(separator: "\n") { #expect(line.count <= 80) }
        let utc = try CLICommand.run(["timeline", "ann", "--utc", "--days", "3"], socket: daemon.socket)
        #expect(utc.stdout.hasPrefix("UTC\n"))
        #expect(utc.stdout.contains("Fri 27 Oct 2090                      ··●·················░░░░░░░░\n"))
    }

    @Test("nothing that could take a terminal over")
    func control() throws {
        let evil =
            #"{"id":"m-1","state":"pending","recipient":"a\u001b]0;x\u0007\u202eb","topic":"t\u009b31m","submitted_at":"2090-11-22T21:30:00.000Z","#
            + #""plan":null,"codes":["\u001b[2J"],"content":{"x":"\u007f\u009b"},"findings":[]}"#
        let refusal = CLICannedDaemon.Answer(
            status: 404, type: "application/problem+json", body: #"{"title":"\u001b[31mx","detail":"y\u009bz"}"#)
        let daemon = try CLICannedDaemon([
            "GET /v1/messages/m-1": .init(body: evil), "GET /v1/messages/m-2": refusal,
            "GET /v1/messages": .init(body: #"{"items":[\#(evil)],"next_cursor":null}"#),
        ])
        for arguments in [
            ["show", "m-1"], ["list"], ["show", "m-2"], ["--output", "json", "show", "m-1"],
            ["--output", "ndjson", "list"],
        ] {
            let result = try CLICommand.run(arguments, socket: daemon.socket)
            let wild = (result.stdout + result.stderr).unicodeScalars.filter { !$0.isPrintable && $0 != "\n" }
            #expect(wild.isEmpty, "\(arguments): \(wild)")
            #expect((result.stdout + result.stderr).contains("1b"))
        }
    }

    @Test("colours on a terminal, and none with NO_COLOR or in a pipe")
    func colours() throws {
        let daemon = try CLICannedDaemon(["GET /v1/messages/m-1": Self.message])
        let command = "\(CLICommand.programs.path)/tactctl show m-1"
        let socket = ["TACT_SOCKET": daemon.socket, "TERM": "xterm"]
        #expect(
            try Shell.run("script", ["-qec", command, "/dev/null"], environment: socket).contains("\u{1B}[36mpending"))
        let plain = socket.merging(["NO_COLOR": "1"]) { $1 }
        #expect(try !Shell.run("script", ["-qec", command, "/dev/null"], environment: plain).contains("\u{1B}"))
        #expect(try !CLICommand.run(["show", "m-1"], socket: daemon.socket).stdout.contains("\u{1B}"))
    }

    @Test("a status that is well, and one that is not")
    func status() throws {
        func status(_ ok: Bool, _ error: String) throws -> String {
            let daemon = try CLICannedDaemon([
                "GET /v1/status": #"""
                {"version":"1","pid":7,"started_at":"2090-11-22T09:00:00.000Z","uptime":"1d","policy":{"version":"abc",
                 "loaded_at":"2090-11-22T09:00:00.000Z"\#(error)},"tz":"2090a","warnings":["mind this"],
                 "messages":{"pending":2,"delivered":1},"conservation":{"ok":\#(ok),"submitted":3,"sum":\#(ok ? 3 : 2)},
                 "recipients":1,"due":0,"next":null,"reviews":0,"workers":{"push":2},"database_bytes":1536}
                """#
            ])
            return try CLICommand.run(["status"], socket: daemon.socket).stdout
        }
        #expect(
            try status(true, "") == """
                tactd 1 is well
                  up               1d, process 7
                  policy           abc, loaded Wed 22 Nov 2090 09:00 (UTC)
                  tz database      2090a
                  recipients       1
                  due now          0
                  next             nothing is planned
                  reviews waiting  0
                  workers waiting  push 2
                  database         1.5 KiB

                Messages
                  pending    2
                  delivered  1
                  submitted  3

                warning: mind this

                """)
        #expect(try status(false, "").contains("HAS LOST COUNT"))
        #expect(try status(true, #","error":"line 3: no""#).contains("the last reload was refused:\nline 3: no"))
    }
}

/// Other programs.
enum Shell {
    /// What a program writes to stdout.
    static func run(_ program: String, _ arguments: [String], environment: [String: String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

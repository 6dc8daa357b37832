import TactAPI
import Testing

@Suite("How tactctl ends")
@MainActor struct CLIExitTests {
    private func problem(_ kind: ProblemKind) -> CLICannedDaemon.Answer {
        let problem =
            kind.status == 400 ? Problem.bad("/topic", "what is wrong", kind: kind) : Problem(kind, "what is wrong")
        return .init(
            status: kind.status, type: Problem.mediaType, body: String(decoding: problem.encoded(), as: UTF8.self))
    }

    @Test(
        "with 64 for what cannot be a command",
        arguments: [
            ["nonsense"], ["send"], ["send", "--recipient", "ann"], ["list", "--limit", "many"], ["show"],
            ["--output", "xml", "status"],
            ["send", "--recipient", "a", "--topic", "t", "--at", "2026-01-01T00:00:00Z"],
            ["send", "--recipient", "a", "--topic", "t", "--content", "{}", "--title", "x"], ["move", "id"], ["cancel"],
            ["cancel", "id", "--topic", "t"], ["recipient", "pause", "ann"], ["recipient", "set", "ann"],
            ["recipient", "set", "ann", "--quiet-hours", "night"], ["recipient", "set", "ann", "--address", "x"],
            ["timeline", "ann", "--days", "0"], ["timeline", "ann", "--from", "now"], ["completions", "csh"],
            ["cancel", "--topic", "offers"], ["simulate", "--until", "soon", "x"],
        ])
    func usage(arguments: [String]) throws {
        let result = try CLICommand.run(arguments)
        #expect(result.status == 64, "\(result)")
        #expect(result.stdout.isEmpty && !result.stderr.isEmpty)
    }

    @Test(
        "with the usage of the command that was meant",
        arguments: [
            ["recipient", "set", "ann", "--quiet-hours", "night"], ["recipient", "set", "ann", "--address", "x"],
            ["recipient", "set", "ann"], ["recipient", "pause", "ann", "--for", "long"],
            ["timeline", "ann", "--from", "now"], ["simulate", "--until", "soon", "x"],
        ])
    func usageOfTheCommand(arguments: [String]) throws {
        let command = arguments[0] == "recipient" ? arguments[..<2].joined(separator: " ") : arguments[0]
        let result = try CLICommand.run(arguments)
        #expect(result.status == 64 && result.stderr.contains("Usage: tactctl \(command) "), "\(result.stderr)")
    }

    @Test("and nothing that is quoted reaches the terminal as it is")
    func escapes() throws {
        for argument in ["\u{1B}[31mred", "\u{202E}turned", "bell\u{7}"] {
            for arguments in [
                [argument], ["list", "--limit", argument], ["timeline", "ann", "--from", argument], ["load", argument],
                ["recipient", "set", "ann", "--quiet-hours", argument], ["--socket", argument, "status"],
            ] {
                let result = try CLICommand.run(arguments)
                #expect(result.status != 0 && result.stdout.isEmpty)
                let isSafe = result.stderr.unicodeScalars.allSatisfy { $0.isPrintable || $0 == "\n" }
                #expect(isSafe, "\(arguments): \(result.stderr.debugDescription)")
            }
        }
    }

    @Test("with 69 where there is no daemon, and says what to do")
    func unreachable() throws {
        let result = try CLICommand.run(["status"])
        #expect(result.status == 69)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains("/nonexistent/tact.sock") && result.stderr.contains("systemctl status tactd"))
        #expect(try CLICommand.run(["--socket", "/nonexistent/other", "list"]).stderr.contains("/nonexistent/other"))
        #expect(try CLICommand.run(["list", "--socket", "/nonexistent/other"]).stderr.contains("/nonexistent/other"))
    }

    @Test(
        "with what the daemon's refusal means",
        arguments: [
            (ProblemKind.invalidField, 65), (.unknownTopic, 65), (.idempotencyKeyReused, 65), (.bodyTooLarge, 65),
            (.forbidden, 77), (.notFound, 1), (.notPending, 1), (.tooManyPending, 75), (.diskFull, 75),
            (.internalError, 70),
        ] as [(ProblemKind, Int32)])
    func refused(kind: ProblemKind, status: Int32) throws {
        let daemon = try CLICannedDaemon(["POST /v1/messages": problem(kind)])
        let result = try CLICommand.run(["send", "--recipient", "a", "--topic", "t"], socket: daemon.socket)
        #expect(result.status == status)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.hasPrefix("tactctl: \(kind.title): ") && result.stderr.contains("what is wrong"))
    }

    @Test("with 65 and 66 for files that are wrong or missing")
    func files() throws {
        let missing = try CLICommand.run(["load", "/nonexistent/file"])
        #expect(missing.status == 66 && missing.stderr.contains("/nonexistent/file"))
        let wrong = try CLICommand.run(["send", "--recipient", "a", "--topic", "t", "--content", "-"], input: "{")
        #expect(wrong.status == 65 && wrong.stderr.contains("stdin: not JSON"))
    }

    @Test("quietly, and by the signal, when nobody reads any more")
    func pipe() throws {
        let items = (0..<3000).map { #"{"id":"m-\#($0)","state":"pending","codes":[]}"# }.joined(separator: ",")
        let daemon = try CLICannedDaemon(["GET /v1/messages": #"{"items":[\#(items)],"next_cursor":null}"#])
        let folder = try TemporaryFolder()
        let script = try folder.write(
            "pipe", "\(CLICommand.programs.path)/tactctl --output ndjson list 2>&1 | head -n 1; echo ${PIPESTATUS[0]}")
        let result = try Shell.run("bash", [script], environment: ["TACT_SOCKET": daemon.socket])
        #expect(result == "{\"id\":\"m-0\",\"state\":\"pending\",\"codes\":[]}\n141\n")
    }
}

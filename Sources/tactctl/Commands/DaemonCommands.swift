import ArgumentParser
import TactAPI
import TactCore

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say how the daemon is.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let answer = try await Daemon(options).get(["status"])
        let printer = Printer(options)
        printer.show(answer) { StatusView(style: printer.style, clock: LocalClock(now: .now)).text(answer) }
    }
}

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the database, and what must always hold.",
        discussion: "The exit status is 1 if anything is wrong.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let report = try await Daemon(options).send(ClientRequest(.POST, v1: ["verify"]), patience: .minutes(30))
        let printer = Printer(options)
        printer.show(report) {
            report.list("checks").map { check in
                let isWell = check["ok"]?.boolValue ?? false
                return printer.style.paint(isWell ? "ok    " : "WRONG ", isWell ? .green : .red)
                    + [check.text("name"), check.text("detail")].compactMap(\.self).filter { !$0.isEmpty }
                    .joined(separator: ": ") + "\n"
            }.joined()
        }
        guard report["ok"]?.boolValue == true else {
            throw Failure(
                .notDone, "something is wrong with the database.",
                advice: "Keep a copy (“tactctl backup FILE”) before anything else, and report it.")
        }
    }
}

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show every change of state as it happens.",
        discussion: "Ends when the daemon does, or with Ctrl-C. With --output ndjson an event a line.")

    @OptionGroup var options: GlobalOptions
    @Option(help: ArgumentHelp("Begin after the event of this id; now, if left out.", valueName: "id")) var since:
        Int64?

    func run() async throws {
        let daemon = Daemon(options)
        let clocks = RecipientClocks(daemon, options)
        let request = ClientRequest(.GET, ["v1", "watch"], query: since.map { [("since", String($0))] } ?? [])
        let printer = Printer(options)
        try await daemon.naming { client in
            try await client.receive(request, patience: nil) { answer in
                try await Daemon.check(answer)
                var events = ServerSentEvents()
                while let line = try await answer.nextLine() {
                    guard let data = events.take(line), let change = try? JSON(parsing: data) else { continue }
                    let clock = await clocks.clock(for: change)
                    show(change, id: events.lastID ?? "", printer, clock)
                }
            }
        }
    }

    private func show(_ change: JSON, id: String, _ printer: Printer, _ clock: LocalClock) {
        switch options.output {
        case .table where change["resumes_after"] != nil:
            Console.stderr.write(
                change["reason"] == "unknown"
                    ? "tactctl: the daemon knows no event \(change.integer("since") ?? 0): a copy was restored. From now on:\n"
                    : "tactctl: some changes after event \(change.integer("since") ?? 0) are no longer kept. The others:\n"
            )
        case .table: Console.stdout.write(ChangeView(style: printer.style, clock: clock).line(change) + "\n")
        case .json, .ndjson:
            var object = change.objectValue ?? JSONObject()
            object["event"] = Int64(id).map(JSON.integer)
            Console.stdout.write(TerminalText.safe(json: JSON.object(object).encoded()) + [0x0A])
        }
    }
}

import ArgumentParser
import Glibc
import TactAPI
import TactCore

struct RecipientErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase a person: for good, and from every backup.",
        discussion: """
            What is pending for them is cancelled, and the key that everything of theirs is sealed with is destroyed. What \
            they had switched off is kept as a keyed hash, so that declaring them again does not undo it.
            tactctl recipient erase ann
            tactctl recipient erase ann --yes
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var id: String
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
        let daemon = Daemon(options)
        if !yes {
            _ = try await daemon.get(["recipients", id])
            try Question.confirm("Erase \(id) and all that is held of them? Nobody can bring it back.")
        }
        _ = try await daemon.send(ClientRequest(.DELETE, v1: ["recipients", id]), patience: .minutes(5))
        Printer(options).show(["erased": true]) { "erased\n" }
    }
}

struct RecipientExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all that is held on a person, as one JSON document.",
        discussion: """
            Every decision comes with its sentence, in the person's own language if that is known and spoken here. The \
            schema is “Export” in the API's description.
            tactctl recipient export ann ann.json
            tactctl recipient export ann --language fr
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var id: String
    @Argument(help: "The file to write; stdout, if left out.") var file: String?
    @Option(help: "Of the sentences: en, de, fr, es or zh.") var language: String?
    @Flag(help: "Replace the file if it is there.") var force = false

    func run() async throws {
        if let file, !force, access(file, F_OK) == 0 {
            throw Failure(.cannotCreate, "\(file) is there already", advice: "Name another file, or give --force.")
        }
        let request = ClientRequest(
            .GET, ["v1", "recipients", id, "export"], query: language.map { [("language", $0)] } ?? [])
        try await Daemon(options).naming { client in
            try await client.receive(request, patience: .minutes(30)) { answer in
                try await Daemon.check(answer)
                guard let file else {
                    var document: [UInt8] = []
                    while let bytes = try await answer.next() { document += bytes.readableBytesView }
                    return Console.stdout.write(TerminalText.safe(json: document))
                }
                let copy = try NewFile(file)
                while let bytes = try await answer.next() { try copy.write(Array(bytes.readableBytesView)) }
                _ = try copy.finish()
            }
        }
    }
}

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List who did what: erasures, exports, holds, backups and more, the newest first.",
        discussion: """
            Of recipients there are keyed hashes alone. “tactctl verify” checks that nothing was changed or cut off.
            tactctl audit --limit 20
            """)

    @OptionGroup var options: GlobalOptions
    @Option(help: "How many at most, up to 1000.") var limit = 100
    @Option(help: "Go on from here: next_cursor of the page before.") var cursor: String?

    func run() async throws {
        var query = [("limit", String(limit))]
        if let cursor { query.append(("cursor", cursor)) }
        let answer = try await Daemon(options).get(["audit"], query: query)
        let printer = Printer(options)
        let clock = LocalClock(now: .now)
        printer.show(list: answer) { items in
            var table = Table("n", "at", "who", "as", "action", "target", "detail")
            table.rows = items.map { entry in
                [
                    String(entry.integer("n") ?? 0), entry.instant("at").map { clock.told($0) } ?? "",
                    entry.text("actor") ?? "", entry.text("role") ?? "", entry.text("action") ?? "",
                    String((entry.text("target") ?? "").prefix(8)), entry.text("detail") ?? "",
                ]
            }
            return table.text(printer.style, width: printer.width)
        }
        if options.output == .table, let next = answer.text("next_cursor") {
            Console.stderr.write("There are more: --cursor \(next)\n")
        }
    }
}

import ArgumentParser
import Synchronization
import TactAPI

struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Submit many messages: NDJSON, one a line.",
        discussion: """
            Prints the lines that failed to stderr and a summary to stdout. With --output ndjson the daemon's answers \
            come to stdout as they are, one a line. Lines before a broken connection stay: give messages an \
            idempotency_key, then a file can be loaded again.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The file; - for stdin.") var file: String
    @Flag(help: "With --output ndjson: answer only the lines that failed, and a summary.") var errorsOnly = false

    func run() async throws {
        let source = try InputFile(file)
        let isRaw = options.output == .ndjson
        let request = ClientRequest(
            .POST, ["v1", "messages"], query: isRaw && !errorsOnly ? [] : [("answers", "errors")],
            contentType: "application/x-ndjson")
        let progress = Progress(total: source.size)
        let failed = try await Daemon(options).naming { client in
            try await client.exchange(request, patience: .seconds(120)) { writer in
                while let piece = try source.read() {
                    try await writer.write(.init(bytes: piece))
                    progress.add(piece.count)
                }
            } receive: { answer in
                try await Daemon.check(answer)
                return try await receive(answer, isRaw: isRaw, progress)
            }
        }
        if failed > 0 {
            throw Failure(
                .badData, failed == 1 ? "1 line was refused." : "\(failed) lines were refused.",
                advice: "The others are stored. Mend the lines and load them again.")
        }
    }

    /// Answers how many lines failed.
    private func receive(_ answer: ClientAnswer, isRaw: Bool, _ progress: Progress) async throws -> Int {
        var failed = 0
        while let line = try await answer.nextLine() {
            guard let json = try? JSON(parsing: line) else { throw Failure(.software, "an answer is not JSON") }
            if json["error"] != nil { failed += 1 }
            if isRaw {
                Console.stdout.write(TerminalText.safe(json: Array(line.utf8)) + [0x0A])
            } else if let error = json["error"] {
                progress.clear()
                Console.stderr.write(
                    "line \(json.integer("line") ?? 0): \(error.text("detail") ?? error.text("title") ?? "")\n")
            } else if let summary = json["summary"] {
                progress.clear()
                show(summary)
            }
        }
        progress.clear()
        return failed
    }

    private func show(_ summary: JSON) {
        let printer = Printer(options)
        printer.show(summary) {
            var facts = Facts()
            for name in ["lines", "accepted", "replayed", "failed"] {
                facts.add(name, summary.integer(name).map(String.init))
            }
            return facts.text(printer.style, indent: 0)
        }
    }
}

/// A bar on stderr, for people who wait.
private final class Progress: Sendable {
    private let total: Int?
    private let isShown = Console.stderr.isTerminal
    private let state = Mutex<(done: Int, drawn: Int)>((0, -1))

    init(total: Int?) { self.total = total }

    func add(_ bytes: Int) {
        guard isShown else { return }
        state.withLock { state in
            state.done += bytes
            // A step is a percent, or a megabyte where the whole is not known.
            let step = total.map { $0 == 0 ? 100 : state.done * 100 / $0 } ?? state.done >> 20
            guard step != state.drawn else { return }
            state.drawn = step
            guard total != nil else { return Console.stderr.write("\r\(step) MiB") }
            let filled = min(40, step * 40 / 100)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 40 - filled)
            Console.stderr.write("\r\(bar) \(min(100, step)) %")
        }
    }

    func clear() {
        guard isShown else { return }
        state.withLock { state in
            if state.drawn >= 0 { Console.stderr.write("\r\u{1B}[K") }
            state.drawn = -1
        }
    }
}

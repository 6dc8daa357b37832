import ArgumentParser
import TactAPI
import TactCore

struct ConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "What people agreed to, and took back.",
        subcommands: [ConsentGrant.self, ConsentWithdraw.self, ConsentList.self, ConsentReceiptCommand.self])
}

/// What can be told of a word, whichever it is.
struct ConsentOptions: ParsableArguments {
    @Option(help: "For this channel alone.") var channel: String?
    @Option(help: "How it was said, such as web-form or telephone.") var source: String?
    @Option(help: "The version of the text that was agreed to.") var wording: String?
    @Option(help: "What shows it, such as the number of a form.") var evidence: String?
    @Option(help: ArgumentHelp("When it was said; not in the future.", valueName: "instant")) var at: String?

    func body(topic: String, state: Consents.Word) -> JSON {
        var body = JSONObject()
        body["topic"] = .string(topic)
        body["state"] = .string(state.rawValue)
        for (name, value) in [
            ("channel", channel), ("source", source), ("wording", wording), ("evidence", evidence), ("at", at),
        ] {
            body[name] = value.map(JSON.string)
        }
        return .object(body)
    }
}

struct ConsentGrant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Record that a person agreed to a topic.",
        discussion: "tactctl consent grant ann offers --source web-form --wording 2026-03")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var words: ConsentOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Argument(help: "The topic's name.") var topic: String

    func run() async throws { try await record(words.body(topic: topic, state: .granted), of: recipient, options) }
}

struct ConsentWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Record that a person took their consent back.",
        discussion: """
            It is in force when this returns: what is pending without the consent it needs has ended. The topic “*” is \
            all marketing, also what is still to come.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var words: ConsentOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Argument(help: "The topic's name, or “*”.") var topic: String

    func run() async throws { try await record(words.body(topic: topic, state: .withdrawn), of: recipient, options) }
}

struct ConsentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a person's consent records, the newest first.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Option(help: "How many at most, up to 1000.") var limit = 100
    @Option(help: "Go on from here: next_cursor of the page before.") var cursor: String?

    func run() async throws {
        let query = [("limit", String(limit))] + (cursor.map { [("cursor", $0)] } ?? [])
        let page = try await Daemon(options).get(["recipients", recipient, "consents"], query: query)
        let printer = Printer(options)
        printer.show(list: page) {
            ConsentView.table($0, printer.style, LocalClock(now: .now), width: printer.width)
        }
        if options.output == .table, let next = page.text("next_cursor") {
            Console.stderr.write("There are more: --cursor \(next)\n")
        }
    }
}

struct ConsentReceiptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Print a consent record as a receipt, in JSON.",
        discussion: "Its fields are those of a consent record of ISO/IEC TS 27560.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Argument(help: "The record's id; see consent list.") var record: String

    func run() async throws {
        let receipt = try await Daemon(options).get(["recipients", recipient, "consents", record])
        Printer(options).show(receipt) {
            TerminalText.safe(String(decoding: receipt.indented(), as: UTF8.self), keepingLines: true)
        }
    }
}

private func record(_ body: JSON, of recipient: String, _ options: GlobalOptions) async throws {
    let answer = try await Daemon(options).send(
        ClientRequest(.POST, v1: ["recipients", recipient, "consents"], json: body))
    let printer = Printer(options)
    printer.show(answer) { ConsentView.table([answer], printer.style, LocalClock(now: .now), width: printer.width) }
}

import ArgumentParser
import TactAPI

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a message.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The message's id.") var id: String

    func run() async throws {
        let daemon = Daemon(options)
        let answer = try await daemon.get(["messages", id])
        await display(answer, daemon, options)
    }
}

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say why a message is where it is: every decision, every finding.",
        discussion: """
            The sentences are fit to be read by the recipient, in English or in their language.
            tactctl explain 01KQ4T6ZJ1V2C --language de
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The message's id.") var id: String
    @Option(help: "Of the sentences: en, de, fr, es or zh.") var language: String?
    @Option(help: "How many decisions at most, up to 1000: the last ones.") var limit = 100
    @Option(help: "The decisions before these: next_cursor of the answer before.") var cursor: String?

    func run() async throws {
        let daemon = Daemon(options)
        let query = [("limit", String(limit)), ("language", language), ("cursor", cursor)]
        let answer = try await daemon.get(
            ["messages", id, "explanation"], query: query.compactMap { name, value in value.map { (name, $0) } })
        let clock = await RecipientClocks(daemon, options).clock(for: answer["message"] ?? answer)
        let printer = Printer(options)
        printer.show(answer) { ExplanationView(style: printer.style, clock: clock).text(answer) }
        if options.output == .table, let next = answer.text("next_cursor") {
            Console.stderr.write("There are earlier decisions: --cursor \(next)\n")
        }
    }
}

struct Requeue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a failed message pending again, with fresh attempts.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The message's id.") var id: String

    func run() async throws {
        let daemon = Daemon(options)
        let answer = try await daemon.send(ClientRequest(.POST, v1: ["messages", id, "requeue"]))
        await display(answer, daemon, options)
    }
}

struct Move: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Move a pending message, or change its rank.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The message's id.") var id: String
    @Option(help: ArgumentHelp("Not before this instant; “none” takes it away.", valueName: "instant"))
    var notBefore: String?
    @Option(help: ArgumentHelp("Of no use from this instant on.", valueName: "instant")) var expiresAt: String?
    @Option(help: "very-low, low, normal or high.") var urgency: String?
    @Option(help: "From 0 to 1.") var relevance: Double?

    func validate() throws {
        if notBefore == nil, expiresAt == nil, urgency == nil, relevance == nil {
            throw ValidationError("Name at least one of --not-before, --expires-at, --urgency and --relevance.")
        }
    }

    func run() async throws {
        var patch = JSONObject()
        patch["not_before"] = notBefore.map { $0 == "none" ? .null : .string($0) }
        patch["expires_at"] = expiresAt.map(JSON.string)
        patch["urgency"] = urgency.map(JSON.string)
        patch["relevance"] = relevance.map(JSON.number)
        let daemon = Daemon(options)
        let answer = try await daemon.send(ClientRequest(.PATCH, v1: ["messages", id], json: .object(patch)))
        await display(answer, daemon, options)
    }
}

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cancel a pending message, or all that match.",
        discussion: "tactctl cancel ID\ntactctl cancel --topic offers --subject cart:42")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The message's id; again for others.") var ids: [String] = []
    @Option(help: "All pending messages of this topic.") var topic: String?
    @Option(help: "… about this subject.") var subject: String?
    @Option(help: "… of this recipient.") var recipient: String?
    @Option(help: "… from this sender.") var sender: String?
    @Flag(name: .shortAndLong, help: "Do not ask before many are cancelled.") var yes = false

    private var filters: [(String, String)] {
        [("topic", topic), ("subject", subject), ("recipient", recipient), ("sender", sender)]
            .compactMap { name, value in value.map { (name, $0) } }
    }

    func validate() throws {
        if ids.isEmpty == filters.isEmpty {
            throw ValidationError("Name messages by id, or all that match --topic, --subject, --recipient or --sender.")
        }
    }

    func run() async throws {
        let daemon = Daemon(options)
        for id in ids {
            await display(try await daemon.send(ClientRequest(.DELETE, v1: ["messages", id])), daemon, options)
        }
        guard ids.isEmpty else { return }
        let what = filters.map { "\($0) \($1)" }.joined(separator: ", ")
        if !yes { try Question.confirm("Cancel all pending messages with \(what)?") }
        let answer = try await daemon.send(ClientRequest(.DELETE, v1: ["messages"], query: filters))
        Printer(options).show(answer) { "\(answer.integer("cancelled") ?? 0) cancelled\n" }
    }
}

/// Shows a message by its recipient's clock.
private func display(_ message: JSON, _ daemon: Daemon, _ options: GlobalOptions) async {
    let clock = await RecipientClocks(daemon, options).clock(for: message)
    let printer = Printer(options)
    printer.show(message) { MessageView(style: printer.style, clock: clock).text(message) }
}

import ArgumentParser
import TactAPI

struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Submit a message, or try out what would become of it.",
        discussion: """
            tactctl send --recipient ann --topic offers --title "Half price" --body "All pizzas, today."
            tactctl send --recipient ann --topic offers --template offer --variables '{"product":"Pizza"}'
            tactctl send --recipient ann --topic offers --dry-run --at 2026-11-23T02:00:00Z
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "Who it is for.") var recipient: String
    @Option(help: "What it is about.") var topic: String
    @Option(name: .customLong("channel"), help: "A way to reach them; again for others, in order of preference.")
    var channels: [String] = []
    @Option(help: "very-low, low, normal or high.") var urgency: String?
    @Option(help: "From 0 to 1.") var relevance: Double?
    @Option(help: ArgumentHelp("Not before this instant.", valueName: "instant")) var notBefore: String?
    @Option(help: ArgumentHelp("Of no use after so long, such as 2d.", valueName: "duration")) var expiresIn: String?
    @Option(help: ArgumentHelp("Of no use from this instant on.", valueName: "instant")) var expiresAt: String?
    @Option(help: "The thing it is about, such as order:42.") var subject: String?
    @Option(help: ArgumentHelp("Replaces a pending message with the same key.", valueName: "key"))
    var collapseKey: String?
    @Option(help: ArgumentHelp("The same key with the same message is submitted once.", valueName: "key"))
    var idempotencyKey: String?
    @Option(help: "The content's title.") var title: String?
    @Option(help: "The content's body.") var body: String?
    @Option(help: ArgumentHelp("The whole content: JSON, @file, or - for stdin.", valueName: "json")) var content:
        String?
    @Option(help: "The template that words it when it goes out.") var template: String?
    @Option(help: ArgumentHelp("What it brings for the template: JSON, @file, or - for stdin.", valueName: "json"))
    var variables: String?
    @Option(help: "Why the person gets it: one sentence for them.") var because: String?
    @Flag(help: "Decide as if it were submitted; store nothing.") var dryRun = false
    @Option(help: ArgumentHelp("The instant of the dry run; now, if left out.", valueName: "instant")) var at: String?

    func validate() throws {
        if content != nil, title != nil || body != nil {
            throw ValidationError("--content is the whole content: leave out --title and --body, or --content.")
        }
        if at != nil, !dryRun { throw ValidationError("--at goes with --dry-run: what is stored is decided now.") }
        if expiresIn != nil, expiresAt != nil { throw ValidationError("Use --expires-in or --expires-at, not both.") }
    }

    func run() async throws {
        let daemon = Daemon(options)
        var query: [(String, String)] = []
        if dryRun { query.append(("dry_run", "true")) }
        if let at { query.append(("at", at)) }
        let answer = try await daemon.send(
            ClientRequest(.POST, v1: ["messages"], query: query, json: .object(try message())))
        let clock = await RecipientClocks(daemon, options).clock(for: answer)
        let printer = Printer(options)
        printer.show(answer) { MessageView(style: printer.style, clock: clock).text(answer) }
    }

    /// The body that is submitted.
    func message() throws -> JSONObject {
        var message: JSONObject = ["recipient": .string(recipient), "topic": .string(topic)]
        if !channels.isEmpty { message["channels"] = .array(channels.map(JSON.string)) }
        message["urgency"] = urgency.map(JSON.string)
        message["relevance"] = relevance.map(JSON.number)
        message["not_before"] = notBefore.map(JSON.string)
        message["expires_in"] = expiresIn.map(JSON.string)
        message["expires_at"] = expiresAt.map(JSON.string)
        message["subject"] = subject.map(JSON.string)
        message["collapse_key"] = collapseKey.map(JSON.string)
        message["idempotency_key"] = idempotencyKey.map(JSON.string)
        message["template"] = template.map(JSON.string)
        message["because"] = because.map(JSON.string)
        if let variables { message["variables"] = try Input.json(variables, option: "--variables") }
        if let content {
            message["content"] = try Input.json(content, option: "--content")
        } else if title != nil || body != nil {
            var content = JSONObject()
            content["title"] = title.map(JSON.string)
            content["body"] = body.map(JSON.string)
            message["content"] = .object(content)
        }
        return message
    }
}

import ArgumentParser
import TactAPI
import TactCore

struct LinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Links with which people see and decide for themselves.",
        discussion: "Without a word: make one. A recipient who is called like a word: tactctl link make revoke.",
        subcommands: [LinkMake.self, LinkRevoke.self], defaultSubcommand: LinkMake.self)
}

struct LinkMake: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Make a link, and print its address.",
        discussion: """
            Whoever has the link can do what it allows: send it to the person and to nobody else. It is printed once \
            and kept nowhere.
            """)

    enum Scope: String, CaseIterable, ExpressibleByArgument {
        case preferences, unsubscribe
    }

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Option(help: "What it allows: preferences (all that the page offers) or unsubscribe (from one topic).")
    var scope = Scope.preferences
    @Option(help: "With unsubscribe: the topic.") var topic: String?
    @Option(help: "How long it is good: 1h, 7d; a day without it. One to unsubscribe does not end.")
    var expiresIn: String?
    @Flag(help: "It is used up by the first change.") var once = false

    func run() async throws {
        var body: JSONObject = ["scope": .string(scope.rawValue)]
        body["topic"] = topic.map(JSON.string)
        body["expires_in"] = expiresIn.map(JSON.string)
        if once { body["once"] = true }
        let answer = try await Daemon(options).send(
            ClientRequest(.POST, v1: ["recipients", recipient, "links"], json: .object(body)))
        Printer(options).show(answer) { (answer.text("url") ?? answer.text("token") ?? "") + "\n" }
        if options.output == .table, answer.text("url") == nil {
            Console.stderr.write(
                "This is the token alone: [preferences] url in tactd.toml says where the page is.\n")
        }
    }
}

struct LinkRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Make every link of a recipient worthless that was made so far.",
        discussion: "But for those to unsubscribe, which mails have that were sent.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String

    func run() async throws {
        _ = try await Daemon(options).send(ClientRequest(.DELETE, v1: ["recipients", recipient, "links"]))
        Console.stderr.write("Revoked.\n")
    }
}

import ArgumentParser
import TactAPI
import TactCore

struct Lease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Be a worker by hand: lease messages that are due.",
        discussion: """
            Tell what became of each with “tactctl outcome ID LEASE delivered”; a lease that runs out goes to another \
            worker.
            """)

    @OptionGroup var options: GlobalOptions
    @Option(name: .customLong("channel"), help: "A channel to deliver by; again for others.") var channels: [String]
    @Option(help: "How many messages at most.") var max = 1
    @Option(help: ArgumentHelp("How long you have for each.", valueName: "duration")) var lease = "60s"
    @Option(help: ArgumentHelp("How long to wait for the first.", valueName: "duration")) var wait = "0s"

    func run() async throws {
        let body: JSON = [
            "channels": .array(channels.map(JSON.string)), "max": .integer(Int64(max)), "lease": .string(lease),
            "wait": .string(wait),
        ]
        let answer = try await Daemon(options).send(
            ClientRequest(.POST, v1: ["leases"], json: body), patience: .minutes(12))
        let printer = Printer(options)
        if options.output == .ndjson {
            for message in answer.list("messages") { printer.show(message) { "" } }
            return
        }
        printer.show(answer) { LeaseView(style: printer.style, clock: LocalClock(now: .now)).text(answer) }
        if options.output == .table, answer.list("messages").isEmpty { Console.stderr.write("Nothing is due.\n") }
    }
}

struct OutcomeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outcome", abstract: "Say what became of a leased message.",
        discussion: "tactctl outcome ID LEASE retry --detail \"451 busy\" --retry-after 10m")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The message's id.") var id: String
    @Argument(help: "The lease that came with it.") var lease: String
    @Argument(help: "delivered, retry, returned (not tried) or failed.") var outcome: String
    @Option(help: "What there is to know about it.") var detail: String?
    @Option(help: ArgumentHelp("With retry and returned: not sooner than this.", valueName: "duration"))
    var retryAfter: String?

    func run() async throws {
        var item: JSONObject = ["id": .string(id), "lease": .string(lease), "outcome": .string(outcome)]
        item["detail"] = detail.map(JSON.string)
        item["retry_after"] = retryAfter.map(JSON.string)
        let answer = try await Daemon(options).send(
            ClientRequest(.POST, v1: ["leases", "outcomes"], json: ["outcomes": [.object(item)]]))
        let result = answer["results"]?[0] ?? .null
        let printer = Printer(options)
        printer.show(result) {
            "\(result.text("result") ?? "?"): \(TerminalText.safe(id)) is "
                + printer.style.state(result.text("state") ?? "unknown") + "\n"
        }
        switch result["result"]?.stringValue {
        case "ok": return
        case "lapsed":
            throw Failure(.notDone, "the lease was over; nothing has changed.", advice: "Lease the message again.")
        default:
            throw Failure(
                .notDone, "there is no such lease.", advice: "“tactctl show \(id)” says where the message is.")
        }
    }
}

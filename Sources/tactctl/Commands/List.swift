import ArgumentParser
import TactAPI

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List messages, the newest first.",
        discussion: "tactctl list --state pending,leased --recipient ann")

    @OptionGroup var options: GlobalOptions
    @Option(help: "States, with commas between them.") var state: String?
    @Option(help: "Of this recipient.") var recipient: String?
    @Option(help: "Of this topic.") var topic: String?
    @Option(help: "About this subject.") var subject: String?
    @Option(help: "From this sender.") var sender: String?
    @Option(help: ArgumentHelp("Submitted at this instant or later.", valueName: "instant")) var after: String?
    @Option(help: ArgumentHelp("Submitted before this instant.", valueName: "instant")) var before: String?
    @Option(help: "How many at most, up to 1000.") var limit = 100
    @Option(help: "Go on from here: next_cursor of the page before.") var cursor: String?

    func run() async throws {
        let daemon = Daemon(options)
        var query = [("limit", String(limit))]
        for (name, value) in [
            ("state", state), ("recipient", recipient), ("topic", topic), ("subject", subject), ("sender", sender),
            ("after", after), ("before", before), ("cursor", cursor),
        ] {
            if let value { query.append((name, value)) }
        }
        let page = try await daemon.get(["messages"], query: query)
        let clocks = RecipientClocks(daemon, options)
        let printer = Printer(options)
        var table = MessageView.columns
        if options.output == .table {
            for message in page.list("items") {
                table.rows.append(
                    MessageView(style: printer.style, clock: await clocks.clock(for: message)).row(message))
            }
        }
        printer.show(list: page) { _ in
            table.rows.isEmpty ? "" : table.text(printer.style, width: printer.width)
        }
        if options.output == .table {
            if table.rows.isEmpty { Console.stderr.write("No message matches.\n") }
            if let next = page.text("next_cursor") { Console.stderr.write("There are more: --cursor \(next)\n") }
        }
    }
}

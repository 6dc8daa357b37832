import ArgumentParser
import TactAPI
import TactCore

struct Timeline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw a recipient's days: what blocks when, plans, deliveries, caps.",
        discussion: "tactctl timeline ann --days 3")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Option(help: ArgumentHelp("From this instant on; now, if left out.", valueName: "instant")) var from: String?
    @Option(help: ArgumentHelp("Up to this instant.", valueName: "instant")) var to: String?
    @Option(help: "So many days, if --to is left out.") var days = 7

    func validate() throws {
        if !(1...366).contains(days) { throw ValidationError("--days: expected 1 to 366, found \(days).") }
        _ = try start
    }

    private var start: Timestamp {
        get throws {
            guard let from else { return .now }
            do throws(Timestamp.Unreadable) { return try Timestamp(rfc3339: from) } catch {
                throw ValidationError("--from: \(error)")
            }
        }
    }

    func run() async throws {
        let start = try start
        let query = [("from", start.rfc3339), ("to", to ?? (start + .days(Int64(days))).rfc3339)]
        let answer = try await Daemon(options).get(["recipients", recipient, "timeline"], query: query)
        let zone = options.utc ? nil : answer["time_zone"]?.stringValue.flatMap(Situation.Zone.system)
        let printer = Printer(options)
        printer.show(answer) {
            TimelineView(style: printer.style, clock: LocalClock(zone: zone, now: .now), width: printer.width ?? 80)
                .text(answer)
        }
    }
}

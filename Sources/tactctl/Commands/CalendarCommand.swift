import ArgumentParser
import TactAPI
import TactCore

struct CalendarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "When people are busy.",
        subcommands: [CalendarImport.self, CalendarList.self, CalendarRemove.self])
}

struct CalendarImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import a calendar: iCalendar, such as every calendar program exports.",
        discussion: "Replaces the calendar of that name. Only when it says busy is kept, never what it says.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Argument(help: "A name for the calendar, such as work.") var name: String
    @Argument(help: "The .ics file; - for stdin.") var file: String

    func run() async throws {
        let source = try Input.file(file)
        let daemon = Daemon(options)
        let answer = try await daemon.send(
            ClientRequest(
                .PUT, ["v1", "recipients", recipient, "calendars", name], contentType: "text/calendar", body: source))
        let clock = await RecipientClocks(daemon, options).clock(recipient: recipient)
        let printer = Printer(options)
        printer.show(answer) { CalendarView(style: printer.style, clock: clock).text(answer) }
        if options.output == .table {
            for skipped in answer.list("skipped") {
                Console.stderr.write(
                    "line \(skipped.integer("line") ?? 0): \(skipped.text("component") ?? "") skipped: "
                        + "\(skipped.text("reason") ?? "")\n")
            }
            for warning in answer.texts("warnings") { Console.stderr.write(warning + "\n") }
        }
    }
}

struct CalendarList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List a recipient's calendars.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String

    func run() async throws {
        let daemon = Daemon(options)
        let names = try await daemon.get(["recipients", recipient]).list("calendars").compactMap(\.stringValue)
        var calendars: [JSON] = []
        for name in names { calendars.append(try await daemon.get(["recipients", recipient, "calendars", name])) }
        let clock = await RecipientClocks(daemon, options).clock(recipient: recipient)
        let printer = Printer(options)
        printer.show(list: ["items": .array(calendars), "next_cursor": .null]) { items in
            CalendarView(style: printer.style, clock: clock).table(items, width: printer.width)
        }
        if options.output == .table, calendars.isEmpty { Console.stderr.write("No calendars.\n") }
    }
}

struct CalendarRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a calendar.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Argument(help: "The calendar's name.") var name: String

    func run() async throws {
        _ = try await Daemon(options).send(ClientRequest(.DELETE, v1: ["recipients", recipient, "calendars", name]))
        Console.stderr.write("Removed.\n")
    }
}

import ArgumentParser
import TactAPI
import TactCore

struct RecipientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipient", abstract: "What is declared about people.",
        subcommands: [
            RecipientShow.self, RecipientSet.self, RecipientPause.self, RecipientResume.self, RecipientList.self,
            RecipientReopen.self, RecipientExport.self, RecipientErase.self,
        ])
}

struct RecipientShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a recipient.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var id: String

    func run() async throws {
        await display(try await Daemon(options).get(["recipients", id]), options)
    }
}

struct RecipientSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Declare a recipient, or change what is declared.",
        discussion: """
            What is not named stays as it is; “none” takes a value away.
            tactctl recipient set ann --time-zone Europe/Paris --quiet-hours "22:00-08:00" --address email=ann@example.org
            tactctl recipient set ann --quiet-hours "mon-fri 22:00-07:00" --quiet-hours "sat,sun 23:00-10:00"
            tactctl recipient set ann --json @ann.json
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var id: String
    @Option(help: "An IANA name such as Europe/Paris, or none.") var timeZone: String?
    @Option(help: "Two capitals such as FR, or none.") var country: String?
    @Option(help: "A language tag such as fr-FR, or none.") var locale: String?
    @Option(
        name: .customLong("address"),
        help: ArgumentHelp("Where a channel reaches them; “=none” takes it away.", valueName: "channel=address"))
    var addresses: [String] = []
    @Option(
        help: ArgumentHelp(
            "Such as “22:00-08:00” or “mon-fri 22:00-07:00”; again for others. “none”: no quiet hours; “default”: those of the policy.",
            valueName: "window"))
    var quietHours: [String] = []
    @Option(
        name: .customLong("attribute"),
        help: ArgumentHelp("Something they declared; “=none” takes it away.", valueName: "name=value"))
    var attributes: [String] = []
    @Option(help: ArgumentHelp("The whole document in its place: JSON, @file, or - for stdin.", valueName: "json"))
    var json: String?

    func validate() throws {
        if json == nil, try patch(now: .now).isEmpty {
            throw ValidationError("Name at least one thing to set; see --help.")
        }
    }

    func run() async throws {
        let daemon = Daemon(options)
        if let json {
            let document = try Input.json(json, option: "--json")
            return await display(
                try await daemon.send(ClientRequest(.PUT, v1: ["recipients", id], json: document)), options)
        }
        let patch = try patch(now: .now)
        await display(
            try await daemon.send(ClientRequest(.PATCH, v1: ["recipients", id], json: .object(patch))), options)
    }

    /// What the options say, as a merge patch.
    func patch(now: Timestamp) throws -> JSONObject {
        var patch = JSONObject()
        for (name, value) in [("time_zone", timeZone), ("country", country), ("locale", locale)] {
            if let value { patch[name] = value == "none" ? .null : .string(value) }
        }
        if !addresses.isEmpty { patch["addresses"] = .object(try pairs(addresses, "--address", JSON.string)) }
        if !attributes.isEmpty {
            patch["attributes"] = .object(
                try pairs(attributes, "--attribute") { value in
                    ["value": .string(value), "source": "declared", "updated_at": .string(now.rfc3339)]
                })
        }
        switch quietHours {
        case []: break
        case ["none"]: patch["quiet_hours"] = []
        case ["default"]: patch["quiet_hours"] = .null
        default: patch["quiet_hours"] = .array(try quietHours.map(Self.window))
        }
        return patch
    }

    private func pairs(
        _ arguments: [String], _ option: String, _ json: (String) -> JSON
    ) throws -> JSONObject {
        var object = JSONObject()
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
                throw ValidationError("\(option): expected NAME=VALUE, found “\(argument)”.")
            }
            let value = String(argument[argument.index(after: equals)...])
            object[String(argument[..<equals])] = value == "none" ? .null : json(value)
        }
        return object
    }

    /// `22:00-08:00`, with days before it: `mon-fri`, `sat,sun`.
    static func window(_ text: String) throws -> JSON {
        let expected = "expected a window such as “22:00-08:00” or “mon-fri 22:00-07:00”, found “\(text)”."
        let words = text.split(separator: " ")
        let times = words.last?.replacing("–", with: "-").split(separator: "-") ?? []
        guard (1...2).contains(words.count), times.count == 2, let start = try? CivilTime(times[0]),
            let end = try? CivilTime(times[1])
        else { throw ValidationError("--quiet-hours: " + expected) }
        let days = words.count == 1 ? Weekday.allCases : try days(words[0], expected)
        do {
            return try LocalWindow(days: Weekdays(days), start: start, end: end).json
        } catch {
            throw ValidationError("--quiet-hours “\(text)”: \(error)")
        }
    }

    private static func days(_ text: Substring, _ expected: String) throws -> [Weekday] {
        try text.lowercased().split(separator: ",").flatMap { part -> [Weekday] in
            let ends = part.split(separator: "-").map { Weekday(name: String($0)) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
                throw ValidationError("--quiet-hours: " + expected)
            }
            let length = (last.rawValue - first.rawValue + 7) % 7
            return (0...length).map { Weekday(mondayBased: first.rawValue + $0) }
        }
    }
}

struct RecipientReopen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Use an address again that messages came back from.",
        discussion: """
            An address that is reported as dead is closed, and stays so also when an app declares it again. Open it when \
            you know that it works.
            tactctl recipient reopen ann email
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var id: String
    @Argument(help: "The channel.") var channel: String

    func run() async throws {
        await display(
            try await Daemon(options).send(
                ClientRequest(.POST, v1: ["recipients", id, "addresses", channel, "reopen"])), options)
    }
}

struct RecipientPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let nothing reach a recipient for a while.",
        discussion: "tactctl recipient pause ann --for 7d")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var id: String
    @Option(name: .customLong("for"), help: ArgumentHelp("For so long, such as 7d.", valueName: "duration"))
    var length: String?
    @Option(help: ArgumentHelp("Until this instant.", valueName: "instant")) var until: String?

    func validate() throws {
        if (length == nil) == (until == nil) { throw ValidationError("Say how long: --for 7d, or --until an instant.") }
        _ = try end
    }

    private var end: String {
        get throws {
            guard let length else { return until ?? "" }
            do throws(Duration.Unreadable) {
                return (Timestamp.now + (try Duration(length))).rfc3339
            } catch {
                throw ValidationError("--for: \(error)")
            }
        }
    }

    func run() async throws {
        let patch: JSON = ["paused_until": .string(try end)]
        await display(
            try await Daemon(options).send(ClientRequest(.PATCH, v1: ["recipients", id], json: patch)), options)
    }
}

struct RecipientResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "End a recipient's pause.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var id: String

    func run() async throws {
        let patch: JSON = ["paused_until": .null]
        await display(
            try await Daemon(options).send(ClientRequest(.PATCH, v1: ["recipients", id], json: patch)), options)
    }
}

struct RecipientList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List recipients, the newest first.")

    @OptionGroup var options: GlobalOptions
    @Option(help: "How many at most, up to 1000.") var limit = 100
    @Option(help: "Go on from here: next_cursor of the page before.") var cursor: String?

    func run() async throws {
        let query = [("limit", String(limit))] + (cursor.map { [("cursor", $0)] } ?? [])
        let page = try await Daemon(options).get(["recipients"], query: query)
        let printer = Printer(options)
        printer.show(list: page) { items in
            RecipientView.table(items, printer.style, width: printer.width, now: .now, utc: options.utc)
        }
        if options.output == .table, let next = page.text("next_cursor") {
            Console.stderr.write("There are more: --cursor \(next)\n")
        }
    }
}

private func display(_ recipient: JSON, _ options: GlobalOptions) async {
    let zone = options.utc ? nil : recipient["time_zone"]?.stringValue.flatMap(Situation.Zone.system)
    let printer = Printer(options)
    printer.show(recipient) {
        RecipientView(style: printer.style, clock: LocalClock(zone: zone, now: .now)).text(recipient)
    }
}

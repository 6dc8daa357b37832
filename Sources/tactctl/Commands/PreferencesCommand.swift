import ArgumentParser
import TactAPI
import TactCore

struct PreferencesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preferences", abstract: "What people have chosen for themselves.",
        subcommands: [PreferencesShow.self, PreferencesSet.self])
}

struct PreferencesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a person has chosen.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String

    func run() async throws {
        display(try await Daemon(options).get(["recipients", recipient, "preferences"]), of: recipient, options)
    }
}

struct PreferencesSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Write down what a person has chosen.",
        discussion: """
            What is not named stays as it is. The document is a merge patch: null takes a choice away.
            tactctl preferences set ann --off offers --limit news=2/week
            tactctl preferences set ann --json '{"quiet_hours":null,"paused_until":"further_notice"}'
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recipient's id.") var recipient: String
    @Option(help: ArgumentHelp("A topic they do not want; again for others.", valueName: "topic")) var off: [String] =
        []
    @Option(help: ArgumentHelp("A topic they want again.", valueName: "topic")) var on: [String] = []
    @Option(
        help: ArgumentHelp(
            "At most so many of a topic, such as news=2/week; “=none” takes it away.", valueName: "limit"))
    var limit: [String] = []
    @Option(help: "Whether they want any marketing: yes or no.") var marketing: String?
    @Option(help: "The zone they chose: an IANA name, or none.") var timeZone: String?
    @Option(help: ArgumentHelp("A merge patch: JSON, @file, or - for stdin.", valueName: "json")) var json: String?

    func validate() throws {
        let named = try patch()
        if json == nil, named.isEmpty { throw ValidationError("Name at least one choice; see --help.") }
        if json != nil, !named.isEmpty { throw ValidationError("Either --json or single choices, not both.") }
    }

    func run() async throws {
        let patch = try json.map { try Input.json($0, option: "--json") } ?? .object(try patch())
        let answer = try await Daemon(options).send(
            ClientRequest(.PATCH, v1: ["recipients", recipient, "preferences"], json: patch))
        display(answer, of: recipient, options)
    }

    /// What the options say, as a merge patch.
    private func patch() throws -> JSONObject {
        var topics = JSONObject()
        for (names, isOn) in [(off, false), (on, true)] {
            for name in names { topics[name] = ["enabled": .bool(isOn)] }
        }
        for text in limit {
            let (name, wish) = try Self.limit(text)
            var topic = topics[name]?.objectValue ?? JSONObject()
            topic["limit"] = wish
            topics[name] = .object(topic)
        }
        var patch = JSONObject()
        if !topics.isEmpty { patch["topics"] = .object(topics) }
        switch marketing {
        case nil: break
        case "yes": patch["marketing"] = .null
        case "no": patch["marketing"] = false
        case let other?: throw ValidationError("--marketing: expected yes or no, found “\(other)”.")
        }
        if let timeZone { patch["time_zone"] = timeZone == "none" ? .null : .string(timeZone) }
        return patch
    }

    /// `news=2/week`.
    private static func limit(_ text: String) throws -> (topic: String, JSON) {
        let parts = text.split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[1] == "none" { return (String(parts[0]), .null) }
        let figures = parts.count == 2 ? parts[1].split(separator: "/") : []
        guard figures.count == 2, let count = Int64(figures[0]) else {
            throw ValidationError("--limit: expected TOPIC=COUNT/PERIOD such as news=2/week, found “\(text)”.")
        }
        return (String(parts[0]), ["count": .integer(count), "per": .string(String(figures[1]))])
    }
}

private func display(_ preferences: JSON, of recipient: String, _ options: GlobalOptions) {
    let zone = options.utc ? nil : preferences.text("time_zone").flatMap(Situation.Zone.system)
    let printer = Printer(options)
    printer.show(preferences) {
        PreferencesView(style: printer.style, clock: LocalClock(zone: zone, now: .now)).text(preferences, of: recipient)
    }
}

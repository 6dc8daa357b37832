import ArgumentParser
import TactAPI
import TactCore

/// What can be stopped.
protocol Stoppable: Sendable {
    /// `channel`, as people call one.
    static var word: String { get }
    /// `channels`, as in the path.
    static var collection: String { get }
    /// An example of stopping one, with its reason.
    static var example: String { get }
    /// What is to be known before one goes on.
    static var advice: String { get }

    static func table(_ items: [JSON], _ printer: Printer) -> String
}

enum StoppableChannel: Stoppable {
    static let word = "channel"
    static let collection = "channels"
    static let example = "tactctl channel hold sms --comment \"the provider is down\""
    static let advice = ""

    static func table(_ items: [JSON], _ printer: Printer) -> String {
        ChannelView.table(items, printer.style, LocalClock(now: .now), width: printer.width)
    }
}

enum StoppableTopic: Stoppable {
    static let word = "topic"
    static let collection = "topics"
    static let example = "tactctl topic hold offers --comment \"the wrong list\""
    static let advice = "Also one that was stopped because too many complained; find out why first."

    static func table(_ items: [JSON], _ printer: Printer) -> String {
        TopicView.table(items, printer.style, LocalClock(now: .now), width: printer.width)
    }
}

struct ListStoppable<What: Stoppable>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: "List \(What.collection).")
    }

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let page = try await Daemon(options).get([What.collection])
        let printer = Printer(options)
        printer.show(list: page) { What.table($0, printer) }
    }
}

struct HoldCommand<What: Stoppable>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "hold", abstract: "Stop a \(What.word): its messages wait.", discussion: What.example)
    }

    @OptionGroup var options: GlobalOptions
    @OptionGroup var hold: HoldOptions<What>

    func run() async throws { try await hold.send("hold", options) }
}

struct ReleaseCommand<What: Stoppable>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "release", abstract: "Let a stopped \(What.word) go on.", discussion: What.advice)
    }

    @OptionGroup var options: GlobalOptions
    @OptionGroup var hold: HoldOptions<What>

    func run() async throws { try await hold.send("release", options) }
}

struct HoldOptions<What: Stoppable>: ParsableArguments {
    @Argument(help: "The \(What.word)'s name.") var name: String
    @Option(help: "Who wants it; you, if left out.") var author: String?
    @Option(help: "Why.") var comment: String?

    func send(_ verb: String, _ options: GlobalOptions) async throws {
        var body = JSONObject()
        body["author"] = author.map(JSON.string)
        body["comment"] = comment.map(JSON.string)
        let answer = try await Daemon(options).send(
            ClientRequest(.POST, v1: [What.collection, name, verb], json: .object(body)))
        let printer = Printer(options)
        printer.show(answer) { What.table([answer], printer) }
    }
}

/// A stop, as tables show it.
enum Hold {
    /// `ops since 10:00: the provider is down`, or `-`.
    static func text(_ hold: JSON?, _ clock: LocalClock) -> String {
        guard let hold, !hold.isNull else { return "-" }
        let since = hold.instant("at").map { " since " + clock.short($0) } ?? ""
        return (hold.text("author") ?? "?") + since + (hold.text("comment").map { ": " + $0 } ?? "")
    }
}

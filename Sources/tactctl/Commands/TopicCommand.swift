import ArgumentParser
import TactAPI
import TactCore

struct TopicCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topic", abstract: "Stop a topic, and let it go on.",
        subcommands: [TopicList.self, TopicHold.self, TopicRelease.self])
}

struct TopicList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List topics.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let page = try await Daemon(options).get(["topics"])
        let printer = Printer(options)
        printer.show(list: page) { TopicView.table($0, printer.style, LocalClock(now: .now), width: printer.width) }
    }
}

struct TopicHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Stop a topic: its messages wait.",
        discussion: "tactctl topic hold offers --comment \"the wrong list\"")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The topic's name.") var name: String
    @Option(help: "Who wants it; you, if left out.") var author: String?
    @Option(help: "Why.") var comment: String?

    func run() async throws { try await change(name, "hold", author, comment, options) }
}

struct TopicRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let a stopped topic go on.",
        discussion: "Also one that was stopped because too many complained; find out why first.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The topic's name.") var name: String
    @Option(help: "Who wants it; you, if left out.") var author: String?
    @Option(help: "Why.") var comment: String?

    func run() async throws { try await change(name, "release", author, comment, options) }
}

private func change(
    _ name: String, _ verb: String, _ author: String?, _ comment: String?, _ options: GlobalOptions
) async throws {
    let answer = try await Daemon(options).send(
        ClientRequest(.POST, v1: ["topics", name, verb], json: Hold.body(author, comment)))
    let printer = Printer(options)
    printer.show(answer) { TopicView.table([answer], printer.style, LocalClock(now: .now), width: printer.width) }
}

/// A stop, and its end.
enum Hold {
    static func body(_ author: String?, _ comment: String?) -> JSON {
        var body = JSONObject()
        body["author"] = author.map(JSON.string)
        body["comment"] = comment.map(JSON.string)
        return .object(body)
    }

    /// `ops since 10:00: the provider is down`, or `-`.
    static func text(_ hold: JSON?, _ clock: LocalClock) -> String {
        guard let hold, !hold.isNull else { return "-" }
        let since = hold.instant("at").map { " since " + clock.short($0) } ?? ""
        return (hold.text("author") ?? "?") + since + (hold.text("comment").map { ": " + $0 } ?? "")
    }
}

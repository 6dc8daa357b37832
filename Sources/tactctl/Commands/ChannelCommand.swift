import ArgumentParser
import Glibc
import TactAPI
import TactCore

struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel", abstract: "Stop a channel, and let it go on.",
        subcommands: [ChannelList.self, ChannelHold.self, ChannelRelease.self])
}

struct ChannelList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List channels.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let page = try await Daemon(options).get(["channels"])
        let printer = Printer(options)
        printer.show(list: page) { ChannelView.table($0, printer.style, LocalClock(now: .now), width: printer.width) }
    }
}

struct ChannelHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Stop a channel: its messages wait.",
        discussion: "tactctl channel hold sms --comment \"the provider is down\"")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The channel's name.") var name: String
    @Option(help: "Who wants it; you, if left out.") var author: String?
    @Option(help: "Why.") var comment: String?

    func run() async throws { try await change(name, "hold", author, comment, options) }
}

struct ChannelRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "release", abstract: "Let a stopped channel go on.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The channel's name.") var name: String
    @Option(help: "Who wants it; you, if left out.") var author: String?
    @Option(help: "Why.") var comment: String?

    func run() async throws { try await change(name, "release", author, comment, options) }
}

private func change(
    _ name: String, _ verb: String, _ author: String?, _ comment: String?, _ options: GlobalOptions
) async throws {
    let answer = try await Daemon(options).send(
        ClientRequest(.POST, v1: ["channels", name, verb], json: Hold.body(author, comment)))
    let printer = Printer(options)
    printer.show(answer) { ChannelView.table([answer], printer.style, LocalClock(now: .now), width: printer.width) }
}

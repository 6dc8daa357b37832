import ArgumentParser

struct TopicCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topic", abstract: "Stop a topic, and let it go on.",
        subcommands: [
            ListStoppable<StoppableTopic>.self, HoldCommand<StoppableTopic>.self, ReleaseCommand<StoppableTopic>.self,
        ])
}

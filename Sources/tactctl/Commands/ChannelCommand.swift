import ArgumentParser

struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel", abstract: "Stop a channel, and let it go on.",
        subcommands: [
            ListStoppable<StoppableChannel>.self, HoldCommand<StoppableChannel>.self,
            ReleaseCommand<StoppableChannel>.self,
        ])
}

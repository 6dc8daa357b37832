import ArgumentParser
import Glibc
import TactCore

/// The operator's command. Talks to `tactd` over its socket; `config check` and `simulate` need no daemon.
@main
struct Tactctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tactctl",
        abstract: "Find messages, understand them, and look after tactd.",
        discussion: """
            Data goes to stdout, everything else to stderr. The exit status is 0 if all went well, else one of \
            sysexits: 64 usage, 65 bad data, 66 no such file, 69 daemon not reachable, 75 try again later, \
            77 not allowed, 78 bad configuration; and 1 if there is no such thing or it cannot be done as things stand.
            """,
        version: Tact.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Messages",
                subcommands: [
                    Send.self, Load.self, List.self, Show.self, Explain.self, Cancel.self, Move.self, Requeue.self,
                    TemplateCommand.self,
                ]),
            CommandGroup(
                name: "Recipients",
                subcommands: [
                    RecipientCommand.self, CalendarCommand.self, ConsentCommand.self, PreferencesCommand.self,
                    Timeline.self, LinkCommand.self,
                ]),
            CommandGroup(
                name: "Daemon",
                subcommands: [
                    Status.self, Top.self, Watch.self, ChannelCommand.self, TopicCommand.self, Verify.self, Backup.self,
                    KeysCommand.self, Audit.self,
                ]),
            CommandGroup(name: "Workers", subcommands: [Lease.self, OutcomeCommand.self]),
            CommandGroup(name: "Offline", subcommands: [ConfigCommand.self, Simulate.self, Completions.self]),
        ])

    @OptionGroup var options: GlobalOptions

    static func main() async {
        // A reader that has seen enough ends us where we write, not where we send.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            Console.stderr.write(failure.text)
            Glibc.exit(failure.code.rawValue)
        } catch {
            let code = exitCode(for: error)
            // Help goes to stdout; what is said about arguments quotes them.
            if code.isSuccess { exit(withError: error) }
            let text = fullMessage(for: error)
            if !text.isEmpty { Console.stderr.write(TerminalText.safe(text, keepingLines: true) + "\n") }
            Glibc.exit(code.rawValue)
        }
    }
}

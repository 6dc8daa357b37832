import ArgumentParser
import TactAPI
import TactEngine
import TactSettings

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at configurations without a daemon.", subcommands: [ConfigCheck.self])
}

struct ConfigCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration as the daemon would.",
        discussion: "Says file, line and key of everything that is wrong. With json the policy it makes.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The file.") var file = "/etc/tact/tactd.toml"

    func run() async throws {
        let checked = try Offline.configuration(file)
        let policy = checked.policy
        for warning in checked.warnings { Console.stderr.write("warning: " + TerminalText.safe(warning) + "\n") }
        Printer(options).show(policy.effective) {
            let parts = [
                counted(policy.channels.count, "channel", "channels"), counted(policy.topics.count, "topic", "topics"),
                counted(policy.caps.count, "cap", "caps"),
                counted(policy.sendWindows.count, "send window", "send windows"),
            ]
            return "\(TerminalText.safe(file)) is well: policy \(policy.version), "
                + parts.joined(separator: ", ") + "\n"
        }
    }
}

/// What offline commands read by themselves.
enum Offline {
    static func zones() throws(Failure) -> ZoneDatabase {
        do throws(ZoneDatabase.Missing) {
            return try ZoneDatabase()
        } catch {
            throw Failure(.unreachable, error.description)
        }
    }

    static func configuration(_ file: String) throws(Failure) -> Configuration {
        let zones = try zones()
        do throws(ConfigurationRefused) {
            return try Configuration.load(path: file, zones: zones)
        } catch {
            throw Failure(.badConfiguration, "the configuration is refused.", advice: error.description)
        }
    }
}

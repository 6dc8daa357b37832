import ArgumentParser
import Glibc
import Logging
import TactCore
import TactCourier
import TactService
import TactSettings

@main
struct TactCourierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tact-courier",
        abstract: "Delivers the messages that tactd releases: by webhook, by a program, or by mail.",
        version: Tact.version)

    @Option(help: "The configuration file.")
    var config = "/etc/tact/courier.toml"

    @Flag(help: "Read the configuration file and all that it names, say what is wrong, and exit.")
    var check = false

    @Option(help: "How much is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel = "notice"

    func run() async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("--log-level: there is no level “\(logLevel)”.")
        }
        let credentials = Environment.value("CREDENTIALS_DIRECTORY")
        do {
            if check {
                let (channels, warnings) = try Courier.check(path: config, credentials: credentials)
                for warning in warnings { say(warning) }
                print("\(config): good, \(channels) \(channels == 1 ? "channel" : "channels")")
                return
            }
            ServiceLog.bootstrap()
            var logger = Logger(label: "tact-courier")
            logger.logLevel = level
            // First of all: signals are for the courier from its first moment on.
            let signals = try Signals.stream()
            let courier = try Courier(configurationPath: config, credentials: credentials, logger: logger)
            await courier.run(signals)
        } catch let refused as ConfigurationRefused {
            say(String(describing: refused))
            throw ExitCode(EX_CONFIG)
        } catch let error as SystemError {
            say("tact-courier: \(error)")
            throw ExitCode(EXIT_FAILURE)
        }
    }

    private func say(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}

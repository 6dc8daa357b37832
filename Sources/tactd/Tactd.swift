import ArgumentParser
import Glibc
import Logging
import TactCore
import TactDaemon
import TactEngine
import TactService
import TactSettings

@main
struct Tactd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tactd",
        abstract: "Decides whether, when and how personalized notifications may reach people.",
        version: Tact.version)

    @Option(help: "The configuration file.")
    var config = "/etc/tact/tactd.toml"

    @Option(help: "How much is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel = "notice"

    func run() async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("--log-level: there is no level “\(logLevel)”.")
        }
        ServiceLog.bootstrap()
        var logger = Logger(label: "tactd")
        logger.logLevel = level
        do {
            // First of all: signals are for the daemon from its first moment on.
            let signals = try Signals.stream()
            let daemon = try Daemon.start(configurationPath: config, logger: logger)
            await daemon.run(signals)
        } catch let refused as ConfigurationRefused {
            say(String(describing: refused))
            throw ExitCode(EX_CONFIG)
        } catch {
            say("tactd: \(error)")
            throw ExitCode(EXIT_FAILURE)
        }
    }

    private func say(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}

import ArgumentParser
import Glibc
import Logging
import TactCore
import TactService
import TactSettings
import TactWeb

@main
struct TactWebCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tact-web",
        abstract: "Serves the recipients' preference pages, for a proxy on the same machine.",
        version: Tact.version)

    @Option(help: "The configuration file.")
    var config = "/etc/tact/web.toml"

    @Flag(help: "Read the configuration file, say what is wrong, and exit.")
    var check = false

    @Option(help: "How much is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel = "notice"

    func run() async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("--log-level: there is no level “\(logLevel)”.")
        }
        do {
            if check {
                let settings = try WebSettings.load(path: config)
                for warning in settings.warnings { say(warning) }
                print("\(config): good, \(settings.url.text)")
                return
            }
            ServiceLog.bootstrap()
            var logger = Logger(label: "tact-web")
            logger.logLevel = level
            // First of all: signals are for us from our first moment on.
            let signals = try Signals.stream()
            try await Web(configurationPath: config, logger: logger).run(signals)
        } catch let refused as ConfigurationRefused {
            say(String(describing: refused))
            throw ExitCode(EX_CONFIG)
        } catch let error as ValidationError {
            throw error
        } catch {
            say("tact-web: \(error)")
            throw ExitCode(EXIT_FAILURE)
        }
    }

    private func say(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}

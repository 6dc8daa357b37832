import Logging
import Synchronization
import TactCore
import TactService
import TactSettings

/// The worker that ships with Tact: leases what tactd releases, and delivers it. It keeps nothing: its queue is the
/// daemon's leases.
package final class Courier: Sendable {
    /// A channel as it is served now.
    private struct Serving {
        var settings: ChannelSettings
        var worker: ChannelWorker
        var task: Task<Void, Never>
    }

    private struct State {
        var settings: CourierSettings
        var serving: [String: Serving] = [:]
        /// Those that were told to stop, and are not done yet.
        var leaving: [Task<Void, Never>] = []
        var refusal: String?
    }

    /// What is under way when a stop comes may take so long, then it is broken off.
    private static let grace = Swift.Duration.seconds(20)

    private let path: String
    private let credentials: String?
    private let link: DaemonLink
    private let reporter: OutcomeReporter
    private let manager = ServiceManager()
    private let logger: Logger
    /// How many files may be open.
    private let files: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - credentials: the folder of the service's credentials; nil: it has none.
    /// - Throws: what is wrong with the file, or with what it names.
    package init(configurationPath path: String, credentials: String?, logger: Logger) throws {
        files = OpenFiles.raise()
        let settings = OpenFiles.fit(try CourierSettings.load(path: path), limit: files)
        _ = try Courier.transports(settings, path: path, credentials: credentials)
        self.path = path
        self.credentials = credentials
        self.logger = logger
        link = DaemonLink(socket: settings.socket)
        reporter = OutcomeReporter(link, logger: logger)
        state = Mutex(State(settings: settings))
    }

    /// Reads a file and all that it names. Answers how many channels it serves, and what is to be said about it.
    package static func check(path: String, credentials: String?) throws -> (channels: Int, warnings: [String]) {
        let settings = try CourierSettings.load(path: path)
        _ = try transports(settings, path: path, credentials: credentials)
        return (settings.channels.count, settings.warnings)
    }

    /// Works until a signal says stop.
    package func run(_ signals: AsyncStream<Signals.Signal>) async {
        let settings = state.withLock { $0.settings }
        do {
            try adopt(settings)
        } catch {
            logger.error("a channel cannot be served", metadata: ["reason": "\(error)"])
        }
        if settings.channels.isEmpty {
            logger.notice("no channel is configured: nothing to do until there is one", metadata: ["file": "\(path)"])
        }
        warn(settings)
        tell(.ready, .status(statusLine))
        logger.notice(
            "ready", metadata: ["version": .string(Tact.version), "channels": "\(settings.channels.count)"])
        let heartbeat = Task { [manager] in
            guard let interval = manager.heartbeatInterval else { return }
            while !Task.isCancelled {
                manager.heartbeat()
                try? await Task.sleep(for: .milliseconds(interval.milliseconds))
            }
        }
        for await signal in signals {
            switch signal {
            case .reload: reload()
            case .stop:
                await stop()
                heartbeat.cancel()
                return
            }
        }
    }

    private static func transports(
        _ settings: CourierSettings, path: String, credentials: String?
    ) throws(ConfigurationRefused) -> [String: any Transport] {
        var transports: [String: any Transport] = [:]
        var problems: [ConfigurationRefused.Problem] = []
        for channel in settings.channels {
            do {
                transports[channel.name] = try transport(channel, credentials: credentials)
            } catch {
                problems.append(
                    .init(file: path, line: nil, key: "channel.\(channel.name)", message: "\(error)"))
            }
        }
        guard problems.isEmpty else { throw ConfigurationRefused(problems: problems) }
        return transports
    }

    private static func transport(_ channel: ChannelSettings, credentials: String?) throws -> any Transport {
        switch channel.transport {
        case .webhook(let settings):
            return try WebhookTransport(
                settings, timeout: channel.timeout, concurrency: channel.concurrency, credentials: credentials)
        case .program(let settings):
            switch settings.mode {
            case .once: return ProgramTransport(settings, timeout: channel.timeout)
            case .lines: return LinesTransport(settings, timeout: channel.timeout)
            }
        case .sendmail(let settings): return SendmailTransport(settings: settings, timeout: channel.timeout)
        }
    }

    // MARK: Changing what is served

    /// Starts and stops what has changed. Secrets are read again for all.
    private func adopt(_ settings: CourierSettings) throws {
        let transports = try Courier.transports(settings, path: path, credentials: credentials)
        let old = state.withLock { state in
            defer { state.serving = [:] }
            return state.serving
        }
        var serving: [String: Serving] = [:]
        for channel in settings.channels {
            guard let transport = transports[channel.name] else { continue }
            let worker = ChannelWorker(channel, transport, link, reporter, logger: logger)
            serving[channel.name] = Serving(settings: channel, worker: worker, task: Task { await worker.run() })
        }
        for entry in old.values { entry.worker.stop() }
        state.withLock { state in
            state.settings = settings
            state.serving = serving
            state.leaving += old.values.map(\.task)
        }
    }

    private func reload() {
        tell(.reloading)
        do {
            let settings = OpenFiles.fit(try CourierSettings.load(path: path), limit: files)
            let isMoved = state.withLock { $0.settings.socket != settings.socket }
            if isMoved { logger.warning("daemon.socket takes effect at the next start") }
            try adopt(settings)
            state.withLock { $0.refusal = nil }
            warn(settings)
            logger.notice("configuration loaded", metadata: ["channels": "\(settings.channels.count)"])
        } catch {
            state.withLock { $0.refusal = "\(error)" }
            logger.error(
                "the configuration was refused; the old one stays in force", metadata: ["reason": "\(error)"])
        }
        tell(.ready, .status(statusLine))
    }

    private func stop() async {
        tell(.stopping, .status("finishing what is under way"))
        logger.notice("stopping")
        let (serving, leaving) = state.withLock { ($0.serving.values.map(\.self), $0.leaving) }
        for entry in serving { entry.worker.stop() }
        let tasks = serving.map(\.task) + leaving
        let hurry = Task {
            try await Task.sleep(for: Courier.grace)
            for task in tasks { task.cancel() }
        }
        for task in tasks { await task.value }
        hurry.cancel()
        await reporter.allTold()
        link.close()
        logger.notice("stopped")
    }

    // MARK: Telling

    private func warn(_ settings: CourierSettings) {
        for warning in settings.warnings { logger.warning("configuration", metadata: ["warning": "\(warning)"]) }
    }

    private var statusLine: String {
        let (names, refusal) = state.withLock { ($0.settings.channels.map(\.name), $0.refusal) }
        let line = names.isEmpty ? "no channel configured" : "serving " + names.joined(separator: ", ")
        return refusal == nil ? line : line + "; the last reload was refused"
    }

    private func tell(_ messages: ServiceManager.Message...) {
        for message in messages {
            do { try manager.notify(message) } catch {
                logger.warning("systemd was not told", metadata: ["error": "\(error)"])
            }
        }
    }
}

import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import TactAPI
import TactCore
import TactService
import TactSettings

/// The recipients' pages: a server for the administrator's proxy, and a client of tactd.
package final class Web: Sendable {
    /// How long a connection may say nothing.
    private static let idle = TimeAmount.seconds(30)

    private let settings: WebSettings
    private let site: Site
    private let client: Client
    private let manager = ServiceManager()
    private let logger: Logger

    /// - Throws: what is wrong with the file.
    package init(configurationPath path: String, logger: Logger) throws {
        settings = try WebSettings.load(path: path)
        self.logger = logger
        client = Client(path: settings.socket)
        site = try Site(
            client: client, url: settings.url, requestsPerMinute: settings.requests, now: { WallClock.now })
    }

    /// Serves until a signal says stop.
    package func run(_ signals: AsyncStream<Signals.Signal>) async throws {
        for warning in settings.warnings { logger.warning("configuration", metadata: ["warning": "\(warning)"]) }
        // The files that it makes are sockets; who may use them is said for each.
        umask(0o077)
        var quiet = logger
        // What a server says of requests has their addresses in it.
        quiet.logLevel = max(.notice, logger.logLevel)
        var configuration = ApplicationConfiguration(address: address, backlog: 1024)
        configuration.availableConnectionsDelegate = MaximumAvailableConnections(settings.connections)
        let application = Application(
            responder: SiteResponder(site: site, prefix: settings.url.path, logger: logger),
            server: .http1(
                configuration: .init(
                    idleTimeout: Web.idle,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))),
            configuration: configuration, onServerRunning: { [self] _ in isRunning() }, logger: quiet)
        let group = ServiceGroup(configuration: .init(services: [application], logger: quiet))
        let steering = Task { [self] in
            for await signal in signals {
                switch signal {
                case .reload: logger.warning("the configuration is read at the start: restart to change it")
                case .stop:
                    tell(.stopping, .status("stopping"))
                    logger.notice("stopping")
                    await group.triggerGracefulShutdown()
                    return
                }
            }
        }
        let heartbeat = Task { [manager] in
            guard let interval = manager.heartbeatInterval else { return }
            while !Task.isCancelled {
                manager.heartbeat()
                try? await Task.sleep(for: .milliseconds(interval.milliseconds))
            }
        }
        defer {
            steering.cancel()
            heartbeat.cancel()
        }
        try await group.run()
        client.close()
        logger.notice("stopped")
    }

    private var address: BindAddress {
        switch settings.place {
        case .port(let host, let port): .hostname(host, port: port)
        case .socket(let path, _): .unixDomainSocket(path: path)
        }
    }

    private func isRunning() {
        let place: String
        switch settings.place {
        case .port(let host, let port): place = "\(host):\(port)"
        case .socket(let path, let mode):
            place = path
            if chmod(path, mode) != 0 {
                logger.error("the socket's permissions cannot be set", metadata: ["error": "\(SystemError("chmod"))"])
            }
        }
        tell(.ready, .status("serving \(settings.url.text)"))
        logger.notice(
            "ready",
            metadata: ["version": .string(Tact.version), "listen": .string(place), "url": .string(settings.url.text)])
    }

    private func tell(_ messages: ServiceManager.Message...) {
        for message in messages {
            do { try manager.notify(message) } catch {
                logger.warning("systemd was not told", metadata: ["error": "\(error)"])
            }
        }
    }
}

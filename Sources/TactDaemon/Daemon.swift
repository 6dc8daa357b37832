import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TactAPI
import TactCore
import TactEngine
import TactService
import TactStore

/// The process: everything that is started and stopped together.
package final class Daemon: Sendable {
    /// How long requests may take to finish once the daemon was told to stop.
    private static let grace = TimeAmount.seconds(10)
    /// How often the tz database is looked at.
    private static let zoneInterval = TimeAmount.seconds(10)

    private let configurationPath: String
    private let services: Services
    private let server: Server
    private let socket: ListeningSocket
    private let manager: ServiceManager
    private let timers: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let cleaner: Cleaner
    private let keeper: KeyKeeper
    /// The last reading of the configuration that was asked for.
    private let reading = Mutex<Task<Problem?, Never>?>(nil)

    /// Reads the configuration, opens the database and begins to serve.
    package static func start(configurationPath: String, logger: Logger) throws -> Daemon {
        // What is written here is about people, and the daemon's alone.
        umask(0o077)
        let zones = try ZoneDatabase()
        for warning in zones.warnings { logger.warning("tz database", metadata: ["problem": .string(warning)]) }
        let configuration = try Configuration.load(path: configurationPath, zones: zones)
        for warning in configuration.warnings {
            logger.warning("configuration", metadata: ["warning": .string(warning)])
        }
        let timers = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            return try Daemon(configurationPath, configuration, zones, timers, logger)
        } catch {
            try? timers.syncShutdownGracefully()
            throw error
        }
    }

    private init(
        _ configurationPath: String, _ configuration: Configuration, _ zones: ZoneDatabase,
        _ timers: MultiThreadedEventLoopGroup, _ logger: Logger
    ) throws {
        let clock = SystemClock()
        if !clock.knowsBoot {
            logger.warning(
                "the boot's id cannot be read in /proc/sys: leases of before a reboot lapse at their own time")
        }
        let store = try Store(
            path: configuration.store.path, masters: try MasterKeys.read(configuration.privacy))
        if !store.vault.isSealed { logger.notice("\(Services.unsealed)") }
        let engine = Engine(
            policy: configuration.policy, zones: zones, ids: store.ids,
            token: { .random(in: .min ... .max) }, stopwatch: SystemClock.stopwatch)
        switch store.reserve?.take() ?? .held {
        case .held: break
        case .noRoom:
            logger.warning(
                "the disk of the database is nearly full: not even a reserve for outcomes finds room; make room")
        case .impossible(let code):
            logger.warning(
                "no room can be reserved beside the database: on a full disk outcomes will be refused as well",
                metadata: ["error": .string(SystemError.text(of: code))])
        }
        try Daemon.takeUp(store, clock, logger)
        try store.write { session in
            try engine.adoptLeases(session, clock.moment)
            try engine.start(session)
            try engine.adopt(configuration.templates, session, now: clock.now)
        }
        let metrics = Metrics()
        let commits = GroupCommit(store, clock: SystemClock.microseconds) { report in
            let happenings = engine.takeHappenings()
            metrics.add(report, happenings.tally)
            if happenings.mishaps.isEmpty, happenings.heldTopics.isEmpty, happenings.unreadable.isEmpty { return }
            // Whoever reads the log slowly is not to hold up the writer.
            timers.next().execute {
                for mishap in happenings.mishaps { mishap.log(to: logger) }
                for held in happenings.heldTopics { held.log(to: logger) }
                happenings.logUnreadable(to: logger)
            }
        } onShortage: { isShort in
            metrics.isShortOfRoom = isShort
            if isShort {
                logger.error(
                    "the disk of the database is full: what needs room is refused (507), outcomes and cancellations are still taken; make room, no restart is needed"
                )
            } else {
                logger.notice("the disk of the database has room again")
            }
        } onRollback: {
            engine.forget()
        }
        let manager = ServiceManager()
        let scheduler = Scheduler(
            engine, commits, clock: clock, loop: timers.next(),
            longestSleep: min(Scheduler.longestSleep, manager.heartbeatInterval ?? Scheduler.longestSleep),
            onBeat: {
                metrics.addBeat()
                manager.heartbeat()
            },
            onFailure: { error in
                metrics.addFailure()
                logger.error("the scheduler failed", metadata: ["error": .string(String(describing: error))])
            })
        let names = UserNames()
        let access = Access(configuration.access, ownUser: getuid())
        let watchers = Watchers(store, loop: timers.next(), clock: clock, logger: logger) {
            metrics.addDroppedWatcher()
        }
        keeper = KeyKeeper(
            store, commits, copyPath: configuration.privacy.keysCopy, clock: clock, loop: timers.next(), logger: logger)
        services = Services(
            store: store, engine: engine, commits: commits, scheduler: scheduler, access: access, clock: clock,
            metrics: metrics,
            watchers: watchers, eraser: Eraser(store, commits, keeper, watchers, clock: clock, logger: logger),
            keeper: keeper,
            links: Links(key: store.vault.derivedKey("links")),
            logger: logger,
            zones: zones, configuration: configuration)
        engine.unsubscribeURL = { [weak services = services] recipient, number, topic, now in
            guard let services, let url = services.loaded.withLock({ $0.configuration.preferences.url }) else {
                return nil
            }
            return services.links.token(.unsubscribing(recipient, holder: number, from: topic, now: now)).map {
                url.link(.unsubscribe, $0)
            }
        }
        engine.onPlan = { [weak scheduler] in scheduler?.planned($0, expiresAt: $1) }
        cleaner = Cleaner(engine, commits, clock: clock, loop: timers.next(), logger: logger)
        self.configurationPath = configurationPath
        self.manager = manager
        self.timers = timers
        self.logger = logger
        socket = try Daemon.listen(configuration.server)
        server = try Server.start(on: socket, handler: Router(services), names: names, logger: logger)
        services.reload.withLock { $0 = { [weak self] in await self?.reload() } }
        warnOfUnknownGroups()
    }

    /// Goes on with what a daemon was killed in the middle of, and with a restore.
    private static func takeUp(_ store: Store, _ clock: SystemClock, _ logger: Logger) throws {
        let done = try store.takeUp(at: clock.now)
        if done.isCopy {
            logger.notice(
                "the database is a copy that was restored: what was submitted or delivered after it was made is not known"
            )
        }
        guard done.erasures > 0 else { return }
        logger.notice(
            "erasures were brought to their end",
            metadata: [
                "erasures": .stringConvertible(done.erasures), "of_a_restored_copy": .stringConvertible(done.outlived),
            ])
    }

    private static func listen(_ configuration: Configuration.Server) throws -> ListeningSocket {
        let inherited = InheritedSockets.take()
        if let descriptor = inherited.first { return try ListeningSocket.inherit(descriptor: descriptor.number) }
        var group: UInt32?
        if let name = configuration.group {
            guard let gid = UserNames.gid(ofGroup: name) else {
                throw StartError(description: "server.group: there is no group “\(name)” on this system; make it first")
            }
            group = gid
        }
        return try ListeningSocket.bind(path: configuration.socket, mode: configuration.mode ?? 0o666, group: group)
    }

    /// Serves until a signal says stop.
    package func run(_ signals: AsyncStream<Signals.Signal>) async {
        services.scheduler.start()
        let loop = timers.next()
        let zoneWatch = loop.scheduleRepeatedTask(initialDelay: Daemon.zoneInterval, delay: Daemon.zoneInterval) {
            [self] _ in lookAtZones()
        }
        cleaner.start()
        keeper.start()
        tell(.ready, .status(statusLine))
        logger.notice(
            "ready",
            metadata: [
                "version": .string(Tact.version), "socket": .string(socket.path ?? "inherited"),
                "policy": .string(services.loaded.withLock { $0.configuration.policy.version }),
                "tz": .string(services.zones.withLock { $0.version }),
            ])
        for await signal in signals {
            switch signal {
            case .reload: _ = await reload()
            case .stop:
                zoneWatch.cancel()
                await stop()
                return
            }
        }
    }

    private func stop() async {
        await cleaner.stop()
        keeper.stop()
        tell(.stopping, .status("stopping"))
        logger.notice("stopping")
        let cut = await server.stop(grace: Daemon.grace) { [services] in
            services.scheduler.stop()
            services.watchers.stop()
        }
        // Whatever was handed to the writer is on disk after this.
        _ = try? await services.commits.perform(needing: .certainty) { _ in }
        _ = try? await services.commits.perform(needing: .certainty, pace: .patient) { _ in }
        do {
            try services.store.close()
        } catch {
            logger.error("closing the database failed", metadata: ["error": .string(String(describing: error))])
        }
        try? await timers.shutdownGracefully()
        logger.notice("stopped", metadata: ["requests_cut": .stringConvertible(cut)])
    }

    private func tell(_ messages: ServiceManager.Message...) {
        for message in messages {
            do { try manager.notify(message) } catch {
                logger.warning("systemd was not told", metadata: ["error": .string(String(describing: error))])
            }
        }
    }

    private var statusLine: String {
        let loaded = services.loaded.withLock { $0 }
        let policy = "policy \(loaded.configuration.policy.version)"
        return loaded.refusal == nil ? "serving, \(policy)" : "serving, \(policy); the last reload was refused"
    }

    // MARK: What changes while it runs

    /// Reads the configuration again, when whoever does so at the moment is done: two at once could leave the status naming
    /// another policy than the one in force. A bad one leaves the old policy in force, and the status says so.
    private func reload() async -> Problem? {
        let reading = reading.withLock { last in
            let next = Task { [last] in
                _ = await last?.value
                return await load()
            }
            last = next
            return next
        }
        return await reading.value
    }

    private func load() async -> Problem? {
        tell(.reloading)
        defer { tell(.ready, .status(statusLine)) }
        do {
            let zones = services.zones.withLock { $0 }
            let new = try Configuration.load(path: configurationPath, zones: zones)
            try await keeper.adopt(try MasterKeys.read(new.privacy))
            try await services.commits.perform { [services] session in
                try services.engine.adopt(new.policy, session)
                try services.engine.adopt(new.templates, session, now: services.clock.now)
            }
            services.access.adopt(new.access)
            warnOfUnknownGroups()
            let old = services.loaded.withLock { loaded in
                defer { loaded = Services.Loaded(configuration: new, at: services.clock.now, refusal: nil) }
                return loaded.configuration
            }
            if old.server != new.server || old.store != new.store || old.privacy.keysCopy != new.privacy.keysCopy {
                logger.warning("[server], [store] and keys_copy of [privacy] take effect at the next start")
            }
            services.scheduler.expect(services.clock.now)
            logger.notice("configuration loaded", metadata: ["policy": .string(new.policy.version)])
            return nil
        } catch {
            let problem = (error as? Problem) ?? Problem(.policyRefused, String(describing: error))
            services.loaded.withLock { $0.refusal = problem.detail }
            logger.error(
                "the configuration was refused; the old policy stays in force",
                metadata: ["reason": .string(problem.detail)])
            return problem
        }
    }

    private func warnOfUnknownGroups() {
        for group in services.access.unknownGroups {
            logger.warning(
                "[access] names a group that does not exist; make it, then reload", metadata: ["group": .string(group)])
        }
    }

    /// Takes up an upgrade of the tz database.
    private func lookAtZones() {
        let old = services.zones.withLock { $0 }
        guard old.hasChanged() else { return }
        let new: ZoneDatabase
        do {
            new = try ZoneDatabase(directory: old.directory)
        } catch {
            logger.error("the tz database cannot be read; the old one stays in force", metadata: ["error": "\(error)"])
            return
        }
        services.commits.perform { [services] session in
            try services.engine.adopt(new, session)
        } done: { [services, logger] result in
            switch result {
            case .success:
                services.zones.withLock { $0 = new }
                logger.notice(
                    "tz database changed", metadata: ["from": .string(old.version), "to": .string(new.version)])
                services.scheduler.expect(services.clock.now)
            case .failure(let error):
                logger.error("the tz database was not taken up", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// Why the daemon did not start, where no other error says it.
package struct StartError: Error, CustomStringConvertible {
    package let description: String
}

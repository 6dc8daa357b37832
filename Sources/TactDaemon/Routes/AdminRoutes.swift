import Glibc
import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactService
import TactStore

/// How the daemon is, and what administrators do with it.
extension Router {
    static let adminRoutes: [Route] = [
        Route(.GET, "/v1/status", roles: .staff, .task(status)),
        Route(.GET, "/v1/policy", roles: [.administer], .task(policy)),
        Route(.POST, "/v1/policy/reload", roles: [.administer], .task(reload)),
        Route(.POST, "/v1/verify", roles: [.operate], .task(verify)),
        Route(.POST, "/v1/backup", roles: [.administer], .direct(backup)),
        Route(.GET, "/v1/openapi.json", roles: [], .task(openAPI)),
        Route(.GET, "/healthz", roles: [], .task(health)),
    ]

    private static func status(_ call: Route.Call) async throws -> Response {
        _ = try NoQuery(call.query())
        return .json(try await call.services.status())
    }

    private static func policy(_ call: Route.Call) async throws -> Response {
        _ = try NoQuery(call.query())
        return .json(call.services.loaded.withLock { $0.configuration.policy.effective })
    }

    private static func reload(_ call: Route.Call) async throws -> Response {
        guard let reload = call.services.reload.withLock({ $0 }) else {
            throw Problem(.notSupported, "The configuration cannot be reloaded here.")
        }
        if let problem = await reload() { throw problem }
        let (clock, actor) = (call.services.clock, call.actor)
        try await call.services.commits.perform(needing: .certainty) { session in
            try session.audit(.reload, by: actor, at: clock.now)
        }
        return .json(call.services.loaded.withLock { $0.configuration.policy.effective })
    }

    private static func verify(_ call: Route.Call) async throws -> Response {
        let checks = try await call.services.store.verify()
        return .json(
            VerifyReport(checks: checks.map { .init(name: $0.name, ok: $0.isPassed, detail: $0.detail) }))
    }

    /// A consistent copy, made beside the database and streamed to the caller.
    private static func backup(_ call: Route.Call, _ responder: Responder) throws {
        let services = call.services
        let (part, actor) = (try BackupQuery(call.query()).part, call.actor)
        if part == .keys { return keys(services, actor, responder) }
        Task {
            let path: String
            do {
                try await services.commits.perform(needing: .certainty) { session in
                    try session.audit(.backup, by: actor, at: services.clock.now)
                }
                path = try await services.store.backup(now: services.clock.now)
            } catch {
                services.note(error, at: "backup")
                return responder.respond(.failure(error))
            }
            defer { unlink(path) }
            guard let stream = responder.stream(.ok, "application/vnd.sqlite3") else { return }
            do {
                try await stream.send(fileAt: path)
                stream.end()
            } catch is StreamClosed {
                // The client has changed its mind.
            } catch {
                services.note(error, at: "backup")
                stream.abort()
            }
        }
    }

    /// The recipients' keys, wrapped as they lie in their file.
    private static func keys(_ services: Services, _ actor: AuditEntry.Actor, _ responder: Responder) {
        Task {
            do {
                try await services.commits.perform(needing: .certainty) { session in
                    try session.audit(.keys, by: actor, at: services.clock.now)
                }
            } catch {
                services.note(error, at: "backup of the keys")
                return responder.respond(.failure(error))
            }
            guard let stream = responder.stream(.ok, "application/octet-stream") else { return }
            do {
                var place = 0
                while let piece = try await services.keeper.copy(from: place) {
                    try await stream.send(ByteBuffer(bytes: piece))
                    place += piece.count
                }
                stream.end()
            } catch is StreamClosed {
                // The client has changed its mind.
            } catch {
                services.note(error, at: "backup of the keys")
                stream.abort()
            }
        }
    }

    private static func openAPI(_ call: Route.Call) async throws -> Response {
        Response(.ok, "application/json", ByteBuffer(string: OpenAPI.document))
    }

    private static func health(_ call: Route.Call) async throws -> Response {
        Response(.ok, "text/plain; charset=utf-8", ByteBuffer(string: "ok\n"))
    }
}

extension Services {
    /// For the log and the status, where no master key was given.
    static let unsealed =
        "no master key is given: the recipients' keys lie beside the database, so that backups are protected, but not the disk; see [privacy] master_key"

    /// For the status.
    private static func unreadable(_ count: Int) -> String {
        "\(count) messages failed because what is kept of them, or of their recipient, does not open; see tactctl verify, and docs/keeping.md on what to do"
    }

    func status() async throws -> StatusAnswer {
        let loaded = loaded.withLock { $0 }
        let zones = zones.withLock { $0 }
        let now = clock.now
        let facts = try await store.read { session in
            (
                counts: try session.counts(), bytes: try session.databaseBytes(),
                topicHolds: try session.holds(.topic), erased: try session.erasedCounts(),
                unreadable: try session.unreadableCount()
            )
        }
        let depth = try await queueDepth()
        let recipients = try await recipientCount()
        let reviews = try await commits.perform(needing: .certainty, pace: .patient) { [engine] in
            try engine.reviewsLeft($0)
        }
        let wrapping = store.vault.wrapping
        return StatusAnswer(
            version: Tact.version, pid: Int(getpid()), startedAt: startedAt, now: now,
            policy: .init(version: loaded.configuration.policy.version, loadedAt: loaded.at, error: loaded.refusal),
            tz: zones.version,
            warnings: facts.topicHolds.map(\.warning) + (wrapping.isSealed ? [] : [Services.unsealed])
                + (facts.unreadable == 0 ? [] : [Services.unreadable(facts.unreadable)])
                + loaded.configuration.warnings + zones.warnings,
            counts: facts.counts.byState,
            conservation: .init(
                submitted: facts.counts.submitted, sum: facts.counts.byState.values.reduce(0, +)),
            recipients: recipients, due: depth.channels.reduce(0) { $0 + $1.due },
            next: depth.channels.compactMap { $0.oldestDue ?? $0.next }.min(), reviews: reviews,
            topics: depth.topics.map { .init(name: $0.name, pending: $0.pending, leased: $0.leased) },
            channels: depth.channels.map { StatusAnswer.Channel($0, isHeld: depth.held.contains($0.name)) },
            workers: scheduler.waiting, databaseBytes: facts.bytes,
            privacy: PrivacyAnswer(
                isSealed: wrapping.isSealed, oldKeys: wrapping.old, unreadable: facts.unreadable,
                erasedRecipients: facts.erased.recipients,
                erasedMessages: facts.erased.byState))
    }
}

extension Hold {
    /// For whoever looks at the status.
    fileprivate var warning: String {
        "topic “\(name)” is held by \(author) since \(since.rfc3339)" + (comment.map { " (\($0))" } ?? "")
            + ": its messages wait; open it with tactctl topic release"
    }
}

extension StatusAnswer.Channel {
    fileprivate init(_ depth: QueueDepth.OfChannel, isHeld: Bool) {
        self.init(
            name: depth.name, isHeld: isHeld, pending: depth.planned, due: depth.due, leased: depth.leased,
            oldestDue: depth.oldestDue, next: depth.next, releasedLastMinute: depth.released)
    }
}

extension ResponseStream {
    /// Sends a file as it is, in pieces, as fast as the client reads.
    fileprivate func send(fileAt path: String) async throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("opening the copy") }
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw SystemError("reading the copy") }
            if count == 0 { return }
            try await send(ByteBuffer(bytes: piece[..<count]))
        }
    }
}

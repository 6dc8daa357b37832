import TactAPI
import TactCore
import TactEngine
import TactStore

/// Channels and topics: what there is, and stopping one and letting it go on.
extension Router {
    static let holdRoutes: [Route] = [
        Route(.GET, "/v1/channels", roles: .staff, .task(listChannels)),
        Route(.POST, "/v1/channels/{name}/hold", roles: [.operate], .task { try await hold(.channel, $0) }),
        Route(.POST, "/v1/channels/{name}/release", roles: [.operate], .task { try await release(.channel, $0) }),
        Route(.GET, "/v1/topics", roles: .all, .task(listTopics)),
        Route(.POST, "/v1/topics/{name}/hold", roles: [.operate], .task { try await hold(.topic, $0) }),
        Route(.POST, "/v1/topics/{name}/release", roles: [.operate], .task { try await release(.topic, $0) }),
    ]

    private static func hold(_ kind: Hold.Kind, _ call: Route.Call) async throws -> Response {
        try await change(.hold, kind, "held", call) { request, name, session in
            let services = call.services
            try services.engine.hold(
                kind, name, author: request.author ?? call.sender, comment: request.comment, session,
                now: services.clock.now)
        }
    }

    private static func release(_ kind: Hold.Kind, _ call: Route.Call) async throws -> Response {
        try await change(.release, kind, "released", call) { _, name, session in
            try call.services.engine.releaseHold(kind, name, session)
        }
    }

    /// One change, with what goes with each: the audit log's entry, the journal's line, and a look at what is due now.
    private static func change(
        _ action: AuditEntry.Action, _ kind: Hold.Kind, _ done: String, _ call: Route.Call,
        _ change: @escaping @Sendable (HoldRequest, String, Session) throws -> Void
    ) async throws -> Response {
        let request = try HoldRequest(call.body.readableBytesView)
        let (services, actor, name) = (call.services, call.actor, call.parameters[0])
        try await services.commits.perform(needing: .certainty) { session in
            try change(request, name, session)
            try session.audit(action, by: actor, detail: "\(kind.rawValue) \(name)", at: services.clock.now)
        }
        services.logger.notice(
            "\(kind.rawValue) \(done)",
            metadata: [kind.rawValue: .string(name), "author": .string(request.author ?? call.sender)])
        services.scheduler.expect(services.clock.now)
        return try await answer(kind, name, call)
    }

    private static func answer(_ kind: Hold.Kind, _ name: String, _ call: Route.Call) async throws -> Response {
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        return try await call.services.store.read { session in
            let holds = try session.holds(kind)
            switch kind {
            case .channel:
                if let channel = policy.channel(name) { return .json(try answer(channel, holds, session)) }
            case .topic:
                if let topic = policy.topic(name) { return .json(TopicAnswer(topic, hold: holds.of(name))) }
            }
            // The policy has changed in this very moment.
            throw Problem(.notFound, "There is no \(kind.rawValue) “\(name)”.")
        }
    }

    private static func answer(_ channel: TactCore.Channel, _ holds: [Hold], _ session: Session) throws -> ChannelAnswer
    {
        ChannelAnswer(
            channel, hold: holds.of(channel.name), pending: try session.plannedCount(channel: channel.name))
    }

    private static func listChannels(_ call: Route.Call) async throws -> Response {
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        let channels = try await call.services.store.read { session in
            let holds = try session.holds(.channel)
            return try policy.channels.map { try answer($0, holds, session) }
        }
        return .json(Page(items: channels, nextCursor: nil))
    }

    private static func listTopics(_ call: Route.Call) async throws -> Response {
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        // Who stopped a topic, and why, is for operators.
        let holds = call.grant != nil ? [] : try await call.services.store.read { try $0.holds(.topic) }
        return .json(
            Page(items: policy.topics.map { TopicAnswer($0, hold: holds.of($0.name)) }, nextCursor: nil))
    }
}

extension [Hold] {
    /// As the API tells it; nil: that one is not stopped.
    fileprivate func of(_ name: String) -> ChannelAnswer.Hold? {
        first { $0.name == name }.map { .init(at: $0.since, author: $0.author, comment: $0.comment) }
    }
}

import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactStore

/// Links: for administrators, to make and revoke them; and what their holder may ask about themselves beyond what
/// operators ask with the same routes.
extension Router {
    static let linkRoutes: [Route] = [
        Route(.POST, "/v1/recipients/{id}/links", roles: [.administer], .task(makeLink)),
        Route(.DELETE, "/v1/recipients/{id}/links", roles: [.administer], .task(revokeLinks)),
        Route(.GET, "/v1/link", roles: [.preferences], .task(showLink)),
        Route(.GET, "/v1/recipients/{id}/messages", roles: [.preferences, .operate], .task(listOwnMessages)),
        Route(
            .GET, "/v1/recipients/{id}/messages/{message}/explanation", roles: [.preferences, .operate],
            .task(explainOwnMessage)),
    ]

    private static func makeLink(_ call: Route.Call) async throws -> Response {
        let request = try LinkRequest(call.body.readableBytesView)
        let services = call.services
        let configuration = services.loaded.withLock { $0.configuration }
        if let topic = request.topic, configuration.policy.topic(topic) == nil {
            throw Problem.bad("/topic", "there is no topic “\(topic)”", kind: .unknownTopic)
        }
        let id = try call.recipient()
        let actor = call.actor
        let now = services.clock.now
        let grant = try await services.commits.perform { [engine = services.engine] session in
            let number = try engine.recipient(id, session).number
            try session.audit(.link, by: actor, recipient: id, detail: request.scope.rawValue, at: now)
            switch request.scope {
            case .preferences:
                return Grant(
                    scope: .preferences, recipient: id, holder: number, issue: try session.linkIssue(of: number),
                    issued: now, expires: now + (request.expiresIn ?? Links.preferencesLife), isOnce: request.isOnce)
            case .unsubscribe:
                return Grant.unsubscribing(id, holder: number, from: request.topic ?? "", now: now)
            }
        }
        guard let token = services.links.token(grant) else { throw Problem(.internalError, "The link was not made.") }
        return .json(
            LinkAnswer(
                token: token, url: configuration.preferences.url?.link(grant.scope, token),
                expiresAt: grant.expiresAt),
            .created)
    }

    private static func revokeLinks(_ call: Route.Call) async throws -> Response {
        let (engine, clock, id) = (call.services.engine, call.services.clock, try call.recipient())
        let actor = call.actor
        try await call.services.commits.perform { session in
            try session.revokeLinks(of: engine.recipient(id, session).number)
            try session.audit(.link, by: actor, recipient: id, detail: "revoked", at: clock.now)
        }
        return Response(.noContent)
    }

    private static func showLink(_ call: Route.Call) async throws -> Response {
        guard let grant = call.grant else { throw LinkCheck.refusal }
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        let locale = try await call.services.store.read { [engine = call.services.engine] session in
            try engine.preferences(of: grant.recipient, session).document.locale
                ?? session.recipient(grant.recipient)?.locale
        }
        return .json(
            LinkFacts(
                scope: grant.scope.name,
                topic: grant.topic.map { policy.topic($0) ?? Topic(name: $0, title: $0, kind: .marketing) },
                isOnce: grant.isOnce, expiresAt: grant.expiresAt, locale: locale))
    }

    /// The recipient's last messages, newest first.
    private static func listOwnMessages(_ call: Route.Call) async throws -> Response {
        let query = try PageQuery(call.query())
        let id = try call.recipient()
        let cursor = try Cursor.number(query.cursor)
        var filter = MessageFilter()
        filter.recipient = id
        let page = try await call.services.store.read { [engine = call.services.engine, filter] session in
            _ = try engine.recipient(id, session)
            let found = try session.messages(filter, before: cursor, limit: query.limit + 1)
            return Page(
                items: try found.prefix(query.limit).map { try engine.answer($0, session) },
                nextCursor: found.count > query.limit ? Cursor.text(found[query.limit - 1].message.number) : nil)
        }
        return .json(page)
    }

    private static func explainOwnMessage(_ call: Route.Call) async throws -> Response {
        let engine = call.services.engine
        let (id, message) = (try call.recipient(), try call.parameter(1, .messageID))
        return try await explain(call) { session in
            let recipient = try engine.recipient(id, session)
            let stored = try engine.find(message, session)
            // Of others' messages it is not even told that they are.
            guard stored.recipient == recipient.number else { throw engine.noMessage(message) }
            return stored
        }
    }
}

extension Grant {
    /// When it ends; nil: it does not.
    fileprivate var expiresAt: Timestamp? { expires == .distantFuture ? nil : expires }
}

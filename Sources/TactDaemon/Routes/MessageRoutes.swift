import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactStore

/// Submitting, and what senders and operators do with messages.
extension Router {
    static let messageRoutes: [Route] = [
        Route(.POST, "/v1/messages", roles: [.submit], .direct(submit)),
        Route(.GET, "/v1/messages", roles: [.submit, .operate], .task(list)),
        Route(.DELETE, "/v1/messages", roles: [.submit, .operate], .task(cancelMatching)),
        Route(.GET, "/v1/messages/{id}", roles: [.submit, .operate], .task(show)),
        Route(.DELETE, "/v1/messages/{id}", roles: [.submit, .operate], .task(cancel)),
        Route(.PATCH, "/v1/messages/{id}", roles: [.submit, .operate], mediaTypes: patchTypes, .task(move)),
        Route(.GET, "/v1/messages/{id}/explanation", roles: [.submit, .operate], .task(explain)),
        Route(.POST, "/v1/messages/{id}/requeue", roles: [.operate], .task(requeue)),
    ]

    static let patchTypes = ["application/json", "application/merge-patch+json"]

    /// The way in: no task is made, and nothing is waited for on the loop.
    private static func submit(_ call: Route.Call, _ responder: Responder) throws {
        let query = call.head.query.isEmpty ? nil : try SubmitQuery(call.query())
        let request = try MessageRequest(call.body.readableBytesView)
        let services = call.services
        let (engine, clock, sender) = (services.engine, services.clock, call.sender)
        if let query, query.isDryRun {
            services.commits.perform(needing: .certainty) { session in
                engine.answer(try engine.tryOut(request, sender: sender, at: query.at, session, now: clock.now))
            } done: {
                services.respond(responder, $0.map { .json($0) })
            }
            return
        }
        services.commits.perform { session in
            try engine.submit(request, sender: sender, session, clock.moment)
        } done: { result in
            switch result {
            case .success(let submission):
                responder.respond { .json(engine.answer(submission), submission.isReplay ? .ok : .created) }
            case .failure(let error): services.respond(responder, .failure(error))
            }
        }
    }

    private static func list(_ call: Route.Call) async throws -> Response {
        let query = try MessageQuery(call.query())
        var filter = MessageFilter()
        filter.states = Set(query.states)
        filter.recipient = query.recipient
        filter.topic = query.topic
        filter.subject = query.subject
        filter.sender = try call.sender(asking: query.sender)
        filter.since = query.after
        filter.before = query.before
        let cursor = try Cursor.number(query.cursor)
        let page = try await call.services.store.read { [engine = call.services.engine, filter] session in
            let found = try session.messages(filter, before: cursor, limit: query.limit + 1)
            return Page(
                items: try found.prefix(query.limit).map { try engine.answer($0, session) },
                nextCursor: found.count > query.limit ? Cursor.text(found[query.limit - 1].message.number) : nil)
        }
        return .json(page)
    }

    private static func show(_ call: Route.Call) async throws -> Response {
        let zones = call.services.zones.withLock { $0 }
        return .json(
            try await call.services.store.read { [engine = call.services.engine] session in
                try engine.fullAnswer(call.message(session), session, zones: zones)
            })
    }

    private static func explain(_ call: Route.Call) async throws -> Response {
        try await explain(call) { session in try call.message(session) }
    }

    /// Explains the message that is found; for whoever may see it.
    static func explain(
        _ call: Route.Call, _ find: @escaping @Sendable (Session) throws -> StoredMessage
    ) async throws -> Response {
        let query = try ExplanationQuery(call.query(), accepted: call.head.headers.first(name: "accept-language"))
        let cursor = try Cursor.number(query.cursor)
        let (engine, clock) = (call.services.engine, call.services.clock)
        return .json(
            try await call.services.commits.perform(needing: .certainty) { session in
                var (answer, earliest) = try engine.explain(
                    find(session), session, now: clock.now, in: query.language, before: cursor, limit: query.limit)
                answer.nextCursor = earliest.map(Cursor.text)
                return answer
            })
    }

    private static func cancel(_ call: Route.Call) async throws -> Response {
        let (engine, clock) = (call.services.engine, call.services.clock)
        let answer = try await call.services.commits.perform(needing: .certainty) { session in
            let stored = try call.message(session)
            let isOwn = stored.message.sender == call.sender
            try engine.cancel(
                stored, reason: isOwn ? .cancelledBySender : .cancelledByOperator, session, now: clock.now)
            return try engine.fullAnswer(call.message(session), session, zones: engine.zones)
        }
        return .json(answer)
    }

    private static func move(_ call: Route.Call) async throws -> Response {
        let patch = try MessagePatch(call.body.readableBytesView)
        let (engine, clock) = (call.services.engine, call.services.clock)
        let answer = try await call.services.commits.perform { session in
            engine.answer(try engine.patch(call.message(session), patch, session, now: clock.now))
        }
        return .json(answer)
    }

    private static func requeue(_ call: Route.Call) async throws -> Response {
        let (engine, clock, actor) = (call.services.engine, call.services.clock, call.actor)
        let answer = try await call.services.commits.perform { session in
            let requeued = try engine.requeue(call.message(session), session, now: clock.now)
            try session.audit(.requeue, by: actor, detail: requeued.id.map { "message \($0)" }, at: clock.now)
            return engine.answer(requeued)
        }
        return .json(answer)
    }

    private static func cancelMatching(_ call: Route.Call) async throws -> Response {
        let query = try CancelQuery(call.query())
        var filter = MessageFilter()
        filter.topic = query.topic
        filter.subject = query.subject
        filter.recipient = query.recipient
        filter.sender = try call.sender(asking: query.sender)
        let (engine, clock) = (call.services.engine, call.services.clock)
        let reason: Reason = call.isOwnOnly || query.sender == call.sender ? .cancelledBySender : .cancelledByOperator
        var total = 0
        var cursor: Int64?
        repeat {
            let slice = try await call.services.commits.perform(needing: .certainty, pace: .patient) {
                [filter, cursor] session in
                try engine.cancelMatching(
                    filter, reason: reason, before: cursor, limit: 200, session, now: clock.now)
            }
            total += slice.count
            cursor = slice.next
        } while cursor != nil
        return .json(CancelledAnswer(cancelled: total))
    }
}

extension Services {
    /// Answers with what came out of a transaction.
    func respond(_ responder: Responder, _ result: Result<Response, any Error>) {
        switch result {
        case .success(let response): responder.respond(response)
        case .failure(let error):
            note(error, at: "a transaction")
            responder.respond(.failure(error))
        }
    }
}

extension Route.Call {
    /// The message that the path names, if the peer may see it. Of others' messages it is not even told that they are.
    func message(_ session: Session) throws -> StoredMessage {
        let stored = try services.engine.find(parameters[0], session)
        guard !isOwnOnly || stored.message.sender == sender else {
            throw services.engine.noMessage(parameters[0])
        }
        return stored
    }

    /// Whose messages are meant: of a sender that is no operator, always its own.
    func sender(asking wanted: String?) throws(Problem) -> String? {
        guard isOwnOnly else { return wanted }
        guard wanted == nil || wanted == sender else {
            throw Problem(
                .forbidden, "You are \(sender) and see your own messages; those of others take the role operate.")
        }
        return sender
    }
}

/// Where a list goes on: opaque to clients.
enum Cursor {
    static func text(_ number: Int64) -> String { "c" + String(number, radix: 36) }

    static func number(_ text: String?) throws(Problem) -> Int64? {
        guard let text else { return nil }
        guard text.hasPrefix("c"), let number = Int64(text.dropFirst(), radix: 36), number > 0 else {
            throw .bad("/cursor", "expected the next_cursor of an earlier answer", kind: .invalidCursor)
        }
        return number
    }
}

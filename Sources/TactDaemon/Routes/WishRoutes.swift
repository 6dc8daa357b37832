import NIOCore
import NIOHTTP1
import TactAPI
import TactCore
import TactEngine
import TactStore

/// What people decide for themselves, and what they did with what they were sent.
extension Router {
    static let wishRoutes: [Route] = [
        Route(
            .POST, "/v1/recipients/{id}/consents", roles: [.submit, .preferences, .operate], .task(recordConsent)),
        Route(.GET, "/v1/recipients/{id}/consents", roles: [.preferences, .operate], .task(listConsents)),
        Route(.GET, "/v1/recipients/{id}/consents/{record}", roles: [.preferences, .operate], .task(receipt)),
        Route(.GET, "/v1/recipients/{id}/preferences", roles: [.preferences, .operate], .task(showPreferences)),
        Route(.PUT, "/v1/recipients/{id}/preferences", roles: [.preferences, .operate], .task(putPreferences)),
        Route(
            .PATCH, "/v1/recipients/{id}/preferences", roles: [.preferences, .operate], mediaTypes: patchTypes,
            .task(patchPreferences)),
        Route(.POST, "/v1/events", roles: [.submit, .work, .operate], .task(takeEvent)),
    ]

    // MARK: Consent

    private static func recordConsent(_ call: Route.Call) async throws -> Response {
        let request = try ConsentRequest(call.body.readableBytesView)
        let (engine, clock, id) = (call.services.engine, call.services.clock, try call.recipient())
        let speaker = Engine.Speaker(
            name: call.sender, mayGrant: call.grant != nil || !call.roles.isDisjoint(with: [.mayGrant, .operate]))
        // An app speaks for its users; what an operator says in somebody's name is written down, and who agreed by a link.
        let auditor =
            call.roles.contains(.operate) || (call.grant != nil && request.word == .granted) ? call.actor : nil
        let (answer, isNew) = try await call.services.commits.perform(needing: .certainty) { session in
            try call.confirm(session)
            let recorded = try engine.record(request, of: id, by: speaker, session, now: clock.now)
            let record = recorded.record
            if let auditor, recorded.isNew {
                try session.audit(
                    .consent, by: auditor, recipient: id,
                    detail: "\(record.word.rawValue) \(record.scope.topic)", at: clock.now)
            }
            return (engine.answer(record, recipient: id), recorded.isNew)
        }
        call.services.scheduler.expect(clock.now)
        return .json(answer, isNew ? .created : .ok)
    }

    private static func listConsents(_ call: Route.Call) async throws -> Response {
        let query = try PageQuery(call.query())
        let (engine, id, cursor) = (call.services.engine, try call.recipient(), try Cursor.number(query.cursor))
        let page = try await call.services.store.read { session in
            guard let recipient = try session.recipientNumber(id) else {
                return Page<ConsentAnswer>(items: [], nextCursor: nil)
            }
            let found = try session.consentRecords(of: recipient, before: cursor, limit: query.limit + 1)
            return Page(
                items: found.prefix(query.limit).map { engine.answer($0, recipient: id) },
                nextCursor: found.count > query.limit ? Cursor.text(found[query.limit - 1].number) : nil)
        }
        return .json(page)
    }

    private static func receipt(_ call: Route.Call) async throws -> Response {
        let (engine, id, name) = (call.services.engine, try call.recipient(), call.parameters[1])
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        let found = try await call.services.store.read { session -> StoredConsent? in
            guard let recipient = try session.recipientNumber(id), let number = Int64(name) else { return nil }
            return try session.consentRecord(number, of: recipient)
        }
        guard let found else {
            throw Problem(.notFound, "There is no consent record “\(name)” of this recipient.")
        }
        return .json(
            ConsentReceipt(
                record: engine.answer(found, recipient: id), topic: policy.topic(found.scope.topic),
                controller: policy.controller, policy: found.policy))
    }

    // MARK: Preferences

    private static func showPreferences(_ call: Route.Call) async throws -> Response {
        let (engine, id) = (call.services.engine, try call.recipient())
        return .json(try await call.services.store.read { try engine.preferences(of: id, $0) })
    }

    private static func putPreferences(_ call: Route.Call) async throws -> Response {
        let document = try PreferencesDocument(call.body.readableBytesView)
        return try await change(call) { engine, id, session, now in
            try engine.putPreferences(document, of: id, session, now: now)
        }
    }

    private static func patchPreferences(_ call: Route.Call) async throws -> Response {
        let patch = try JSON(body: call.body.readableBytesView)
        return try await change(call) { engine, id, session, now in
            try engine.patchPreferences(patch, of: id, session, now: now)
        }
    }

    private static func change(
        _ call: Route.Call,
        _ body: @escaping @Sendable (Engine, String, Session, Timestamp) throws -> PreferencesAnswer
    ) async throws -> Response {
        let (engine, clock, id) = (call.services.engine, call.services.clock, try call.recipient())
        let auditor = call.roles.contains(.operate) ? call.actor : nil
        let answer = try await call.services.commits.perform(needing: .certainty) { session in
            try call.confirm(session)
            let answer = try body(engine, id, session, clock.now)
            if let auditor { try session.audit(.preferences, by: auditor, recipient: id, at: clock.now) }
            return answer
        }
        call.services.scheduler.expect(clock.now)
        return .json(answer)
    }

    // MARK: Events

    private static func takeEvent(_ call: Route.Call) async throws -> Response {
        let request = try EventRequest(call.body.readableBytesView)
        let (engine, clock, reporter) = (call.services.engine, call.services.clock, call.sender)
        // Workers see what anybody sent, apps their own.
        let owner = call.roles.isDisjoint(with: [.work, .operate]) ? reporter : nil
        let answer = try await call.services.commits.perform(needing: .certainty) { session in
            try engine.take(request, by: reporter, owner: owner, session, now: clock.now)
        }
        call.services.scheduler.expect(clock.now)
        return .json(answer, .created)
    }
}

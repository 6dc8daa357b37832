import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactStore

/// Declaring recipients, and looking at their days.
extension Router {
    static let recipientRoutes: [Route] = [
        Route(.GET, "/v1/recipients", roles: [.operate], .task(listRecipients)),
        Route(.PUT, "/v1/recipients/{id}", roles: [.operate], .task(put)),
        Route(.GET, "/v1/recipients/{id}", roles: [.preferences, .operate], .task(showRecipient)),
        Route(.PATCH, "/v1/recipients/{id}", roles: [.preferences, .operate], mediaTypes: patchTypes, .task(patch)),
        Route(.POST, "/v1/recipients/{id}/allow", roles: [.preferences], .task(allow)),
        Route(
            .POST, "/v1/recipients/{id}/addresses/{name}/reopen", roles: [.preferences, .operate],
            .task(reopenAddress)),
        Route(.GET, "/v1/recipients/{id}/busy", roles: [.preferences, .operate], .task(busy)),
        Route(.GET, "/v1/recipients/{id}/timeline", roles: [.preferences, .operate], .task(timeline)),
    ]

    private static func listRecipients(_ call: Route.Call) async throws -> Response {
        let query = try PageQuery(call.query())
        let cursor = try Cursor.number(query.cursor)
        let page = try await call.services.store.read { [engine = call.services.engine] session in
            let found = try session.recipients(before: cursor, limit: query.limit + 1)
            return Page(
                items: try found.prefix(query.limit).map { try engine.answer($0, session, inFull: false) },
                nextCursor: found.count > query.limit ? Cursor.text(found[query.limit - 1].number) : nil)
        }
        return .json(page)
    }

    private static func showRecipient(_ call: Route.Call) async throws -> Response {
        .json(
            try await call.services.store.read { [engine = call.services.engine] session in
                try engine.answer(engine.recipient(call.recipient(), session), session, inFull: true)
            })
    }

    private static func put(_ call: Route.Call) async throws -> Response {
        let document = try RecipientDocument(call.body.readableBytesView)
        return try await change(call) { engine, id, session, now in
            let declared = try engine.put(document, of: id, session, now: now)
            return try engine.answer(declared.recipient, ignored: declared.ignored, session, inFull: true)
        }
    }

    private static func patch(_ call: Route.Call) async throws -> Response {
        let patch = try JSON(body: call.body.readableBytesView)
        if call.grant != nil {
            try checkOwnChange(patch)
            return try await change(call) { engine, id, session, now in
                try engine.answer(engine.correct(patch, of: id, session, now: now), session, inFull: true)
            }
        }
        return try await change(call) { engine, id, session, now in
            let declared = try engine.patch(patch, of: id, session, now: now)
            return try engine.answer(declared.recipient, ignored: declared.ignored, session, inFull: true)
        }
    }

    private static func allow(_ call: Route.Call) async throws -> Response {
        let request = try AllowRequest(call.body.readableBytesView)
        return try await change(call) { engine, id, session, now in
            try engine.answer(engine.allow(request, of: id, session, now: now), session, inFull: true)
        }
    }

    private static func reopenAddress(_ call: Route.Call) async throws -> Response {
        let channel = try call.parameter(1, .channel)
        let auditor = call.grant == nil ? call.actor : nil
        return try await change(call) { engine, id, session, now in
            let recipient = try engine.reopenAddress(on: channel, of: id, session, now: now)
            if let auditor { try session.audit(.reopen, by: auditor, recipient: id, detail: channel, at: now) }
            return try engine.answer(recipient, session, inFull: true)
        }
    }

    /// With a link, people correct and remove what is known of them, and take away addresses. They do not add addresses:
    /// whoever finds a link is not to have messages sent elsewhere. What they decide belongs to their preferences.
    private static func checkOwnChange(_ patch: JSON) throws(Problem) {
        for member in patch.objectValue?.members ?? [] {
            switch member.name {
            case "attributes": continue
            case "addresses":
                for address in member.value.objectValue?.members ?? [] where !address.value.isNull {
                    throw .bad(
                        "/addresses/\(address.name)", "expected null: with a link, an address can be removed only")
                }
            default:
                throw .bad("/\(member.name)", "with a link, expected attributes or addresses; see preferences")
            }
        }
    }

    private static func change(
        _ call: Route.Call, _ body: @escaping @Sendable (Engine, String, Session, Timestamp) throws -> RecipientAnswer
    ) async throws -> Response {
        let (engine, clock, id) = (call.services.engine, call.services.clock, try call.recipient())
        let answer = try await call.services.commits.perform { session in
            try call.confirm(session)
            return try body(engine, id, session, clock.now)
        }
        call.services.scheduler.expect(clock.now)
        return .json(answer)
    }

    private static func busy(_ call: Route.Call) async throws -> Response {
        let (engine, clock, id) = (call.services.engine, call.services.clock, try call.recipient())
        let window = try RangeQuery(call.query()).interval(now: clock.now)
        return .json(
            try await call.services.commits.perform { session in
                BusyAnswer(try engine.busy(of: engine.recipient(id, session), over: window, session))
            })
    }

    private static func timeline(_ call: Route.Call) async throws -> Response {
        let (engine, clock, id) = (call.services.engine, call.services.clock, try call.recipient())
        let query = try TimelineQuery(call.query())
        let window = try query.range.interval(now: clock.now)
        return .json(
            try await call.services.commits.perform { session in
                try engine.timeline(
                    of: engine.recipient(id, session), over: window, trying: query.trial, session, now: clock.now)
            })
    }
}

extension Route.Call {
    /// The recipient's id that the path names.
    func recipient() throws(Problem) -> String { try parameter(0, .recipient) }

    /// A part of the path, checked as the same thing in a body would be, and named as the pattern has it.
    func parameter(_ index: Int, _ kind: FieldKind<String>) throws(Problem) -> String {
        var faults = Faults()
        let value = kind.read(.string(parameters[index]), Place.root.member(parameterNames[index]), &faults)
        guard let value, faults.isEmpty else { throw .bad(faults) }
        return value
    }
}

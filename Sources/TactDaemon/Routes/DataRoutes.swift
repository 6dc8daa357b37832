import NIOCore
import NIOHTTP1
import TactAPI
import TactCore
import TactEngine
import TactStore

/// People's rights to what is kept of them, and the log of who did what.
extension Router {
    static let dataRoutes: [Route] = [
        Route(.DELETE, "/v1/recipients/{id}", roles: [.administer, .preferences], .task(erase)),
        Route(.GET, "/v1/recipients/{id}/export", roles: [.administer, .preferences], .direct(export)),
        Route(.GET, "/v1/audit", roles: [.administer], .task(auditLog)),
        Route(.GET, "/v1/keys", roles: [.administer], .task(keys)),
        Route(.POST, "/v1/keys/rotate", roles: [.administer], .task(rotateKeys)),
    ]

    private static func erase(_ call: Route.Call) async throws -> Response {
        let (services, id, actor) = (call.services, try call.recipient(), call.actor)
        let erasure = try await services.commits.perform(needing: .certainty) { [engine = services.engine] session in
            try call.confirm(session)
            return try engine.beginErasure(of: id, by: actor, session, now: services.clock.now)
        }
        // Whatever becomes of the connection: what was begun is brought to its end.
        try await Task { try await services.eraser.finish(erasure) }.value
        return Response(.noContent)
    }

    /// How many items are read at once, so that nobody waits for an export.
    private static let exportPage = 50

    private static func export(_ call: Route.Call, _ responder: Responder) throws {
        let services = call.services
        let id = try call.recipient()
        let actor = call.actor
        let query = try LanguageQuery(call.query(), accepted: call.head.headers.first(name: "accept-language"))
        // A person's copy is written down once; an administrator's each time.
        let isNew = try call.holder.map { try services.exports.begin($0, now: services.clock.now) } ?? true
        Task {
            defer { if let holder = call.holder { services.exports.end(holder) } }
            let head: Engine.ExportHead
            do {
                head = try await services.store.read { [engine = services.engine] session in
                    try engine.exportHead(of: id, session, in: query.language, now: services.clock.now)
                }
                // Erased meanwhile, and there is somebody else of that id.
                if let holder = call.holder, head.recipient != holder { throw LinkCheck.refusal }
                if isNew {
                    try await services.commits.perform(needing: .certainty) { session in
                        try session.audit(.export, by: actor, recipient: id, at: services.clock.now)
                    }
                    if let holder = call.holder { services.exports.note(holder, now: services.clock.now) }
                }
            } catch {
                services.note(error, at: "export")
                return responder.respond(.failure(error))
            }
            guard let stream = responder.stream(.ok, "application/json") else { return }
            do {
                try await stream.send(ByteBuffer(bytes: head.bytes))
                for list in Engine.ExportList.allCases { try await send(list, of: head, services, to: stream) }
                try await stream.send(ByteBuffer(string: "}\n"))
                stream.end()
            } catch is StreamClosed {
                // The client has changed its mind.
            } catch {
                services.note(error, at: "export")
                stream.abort()
            }
        }
    }

    private static func send(
        _ list: Engine.ExportList, of head: Engine.ExportHead, _ services: Services, to stream: ResponseStream
    ) async throws {
        let zones = services.zones.withLock { $0 }
        var opening = ",\"\(list.rawValue)\":["
        var cursor: Int64?
        repeat {
            let page = try await services.store.read { [engine = services.engine, cursor] session in
                try engine.export(list, of: head, from: cursor, limit: exportPage, session, zones: zones)
            }
            var bytes = ByteBuffer(string: opening)
            bytes.writeBytes(page.items.joined(separator: [UInt8(ascii: ",")]))
            // An empty page, after a full one, has nothing to be kept apart from.
            if !page.items.isEmpty { opening = "," }
            if page.items.isEmpty, cursor != nil { bytes.clear() }
            try await stream.send(bytes)
            cursor = page.next
        } while cursor != nil
        try await stream.send(ByteBuffer(string: "]"))
    }

    private static func keys(_ call: Route.Call) async throws -> Response {
        _ = try NoQuery(call.query())
        return .json(call.services.keeper.answer)
    }

    private static func rotateKeys(_ call: Route.Call) async throws -> Response {
        _ = try NoQuery(call.query())
        let services = call.services
        do {
            try await services.keeper.adopt(
                try MasterKeys.read(services.loaded.withLock { $0.configuration.privacy }))
        } catch {
            throw Problem(.keysRefused, "\(error) The master key that was in force still is.")
        }
        return .json(services.keeper.answer)
    }

    private static func auditLog(_ call: Route.Call) async throws -> Response {
        let query = try PageQuery(call.query())
        let cursor = try Cursor.number(query.cursor)
        let page = try await call.services.store.read { session in
            let found = try session.auditEntries(before: cursor, limit: query.limit + 1)
            return Page(
                items: found.prefix(query.limit).map(AuditAnswer.init),
                nextCursor: found.count > query.limit ? Cursor.text(found[query.limit - 1].number) : nil)
        }
        return .json(page)
    }
}

extension AuditAnswer {
    init(_ entry: AuditEntry) {
        self.init(
            number: entry.number, at: entry.at, actor: entry.actor.name, role: entry.actor.role,
            action: entry.action.rawValue, target: entry.target.map(AuditAnswer.hexadecimal), detail: entry.detail,
            hash: AuditAnswer.hexadecimal(entry.hash))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

extension Route.Call {
    /// Who asks, for the audit log: in the widest role that they have.
    var actor: AuditEntry.Actor {
        let ranks: [(Access.Roles, String)] = [
            (.administer, "administer"), (.operate, "operate"), (.preferences, "preferences"), (.work, "work"),
            (.submit, "submit"),
        ]
        return .init(name: sender, role: ranks.first { roles.contains($0.0) }?.1 ?? "none")
    }
}

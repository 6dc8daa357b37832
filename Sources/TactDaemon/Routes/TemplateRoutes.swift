import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactStore

/// Templates: what messages say.
extension Router {
    static let templateRoutes: [Route] = [
        Route(.GET, "/v1/templates", roles: [.submit, .operate], .task(listTemplates)),
        Route(.GET, "/v1/templates/{name}", roles: [.submit, .operate], .task(showTemplate)),
        Route(.PUT, "/v1/templates/{name}", roles: [.operate], .task(setTemplate)),
        Route(.DELETE, "/v1/templates/{name}", roles: [.operate], .task(removeTemplate)),
        Route(.POST, "/v1/templates/{name}/render", roles: [.operate], .task(render)),
    ]

    private static func listTemplates(_ call: Route.Call) async throws -> Response {
        _ = try NoQuery(call.query())
        return .json(
            try await call.services.store.read { [engine = call.services.engine] session in
                Page(items: try engine.templateAnswers(session), nextCursor: nil)
            })
    }

    private static func showTemplate(_ call: Route.Call) async throws -> Response {
        let name = try call.parameter(0, .templateName)
        return .json(
            try await call.services.store.read { [engine = call.services.engine] session in
                try engine.answer(template: name, session)
            })
    }

    private static func setTemplate(_ call: Route.Call) async throws -> Response {
        let (engine, clock, name) = (
            call.services.engine, call.services.clock, try call.parameter(0, .templateName)
        )
        let document = try TemplateDocument(call.body.readableBytesView)
        return .json(
            try await call.services.commits.perform { session in
                try engine.put(document, named: name, session, now: clock.now)
            })
    }

    private static func removeTemplate(_ call: Route.Call) async throws -> Response {
        let (engine, name) = (call.services.engine, try call.parameter(0, .templateName))
        try await call.services.commits.perform(needing: .certainty) { session in
            try engine.removeTemplate(name, session)
        }
        return Response(.noContent)
    }

    private static func render(_ call: Route.Call) async throws -> Response {
        let (engine, clock, name) = (
            call.services.engine, call.services.clock, try call.parameter(0, .templateName)
        )
        let request = try RenderRequest(call.body.readableBytesView)
        return .json(
            try await call.services.commits.perform(needing: .certainty) { session in
                try engine.tryOut(request, template: name, session, now: clock.now)
            })
    }
}

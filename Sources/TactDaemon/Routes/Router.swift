import NIOCore
import NIOHTTP1
import TactAPI
import TactCore

/// Finds the endpoint of a request, checks who asks, and hands it on.
package final class Router: RequestHandler {
    private let services: Services
    /// All endpoints.
    package static let routes: [Route] =
        messageRoutes + recipientRoutes + wishRoutes + templateRoutes + calendarRoutes + leaseRoutes + worldRoutes
        + adminRoutes
        + metricsRoutes
        + dataRoutes

    package init(_ services: Services) { self.services = services }

    private enum Found {
        case route(Route, [String])
        case problem(Problem)
    }

    private func find(_ head: RequestHead) -> Found {
        var methods: [String] = []
        for route in Router.routes {
            guard let parameters = route.match(head.path) else { continue }
            if route.method == head.method { return .route(route, parameters) }
            methods.append(route.method.rawValue)
        }
        if methods.isEmpty {
            return .problem(Problem(.notFound, "There is no such path. GET /v1/openapi.json describes all there are."))
        }
        return .problem(
            Problem(
                .methodNotAllowed,
                "\(head.method.rawValue) is not possible here, only \(methods.joined(separator: ", "))."))
    }

    /// The roles a peer has, or why it may not use the route.
    private func permit(_ route: Route, _ peer: Peer) -> Result<Access.Roles, Problem> {
        let roles = services.access.roles(of: peer)
        if route.roles.isEmpty || !roles.isDisjoint(with: route.roles) { return .success(roles) }
        return .failure(
            Problem(
                .forbidden,
                "User \(peer.name) has no role that allows this; it takes \(route.roles.names). "
                    + "An administrator gives roles in [access] of the configuration."))
    }

    // MARK: RequestHandler

    package func bodyPolicy(for head: RequestHead) -> BodyPolicy {
        switch find(head) {
        case .problem(let problem): return .refuse(refused(problem, head))
        case .route(let route, _):
            if case .failure(let problem) = permit(route, head.peer) { return .refuse(refused(problem, head)) }
            if route.isSubmit, head.mediaType == BulkSink.mediaType { return .stream }
            if head.contentLength == 0 { return .collect(max: 0) }
            if let type = head.mediaType, !route.mediaTypes.contains(type) {
                let expected = route.mediaTypes + (route.isSubmit ? [BulkSink.mediaType] : [])
                return .refuse(
                    refused(
                        Problem(
                            .unsupportedMediaType,
                            "Content-Type: expected \(expected.joined(separator: " or ")), found \(type)."), head))
            }
            return .collect(max: route.largestBody)
        }
    }

    package func handle(_ request: Request, _ responder: Responder) {
        guard case .route(let route, let parameters) = find(request.head),
            case .success(let roles) = permit(route, request.head.peer)
        else {
            // The rules may have changed since the head was looked at.
            return responder.respond(.problem(Problem(.forbidden, "You are not allowed to do this any more.")))
        }
        let call = Route.Call(
            head: request.head, body: request.body, roles: roles, parameters: parameters,
            parameterNames: route.parameterNames, services: services)
        if !request.head.query.isEmpty, !route.takesQuery {
            // Whoever adds a parameter means something by it: it is not passed over.
            do { _ = try NoQuery(call.query()) } catch { return responder.respond(failure(error, route)) }
        }
        switch route.action {
        case .direct(let action):
            do { try action(call, responder) } catch { responder.respond(failure(error, route)) }
        case .task(let action):
            responder.respond { [self] in
                do { return try await action(call) } catch { return failure(error, route) }
            }
        }
    }

    package func handleStream(_ head: RequestHead, _ responder: Responder) -> any BodySink {
        return BulkSink(head, responder, services)
    }

    package func standing(of peer: Peer) -> Standing { services.access.standing(of: peer) }

    package func didAnswer(_ head: RequestHead?, _ status: HTTPResponseStatus) {
        services.metrics.addAnswer(head.map { RouteClass($0.path) } ?? .other, status: Int(status.code))
    }

    private func refused(_ problem: Problem, _ head: RequestHead) -> Response {
        var response = Response.problem(problem)
        if problem.kind == .methodNotAllowed {
            let allowed = Router.routes.filter { $0.match(head.path) != nil }.map(\.method.rawValue)
            response.headers.append(("Allow", allowed.joined(separator: ", ")))
        }
        return response
    }

    private func failure(_ error: any Error, _ route: Route) -> Response {
        services.note(error, at: "\(route.method.rawValue) \(route.path)")
        return .failure(error)
    }
}

extension Services {
    /// Logs what is not the caller's fault.
    func note(_ error: any Error, at place: String) {
        if error is Problem { return }
        logger.error("a request failed", metadata: ["at": .string(place), "error": .string(String(describing: error))])
    }
}

extension Route {
    /// Whether the route reads parameters of the target itself.
    fileprivate var takesQuery: Bool {
        ["/v1/messages", "/v1/backup"].contains(path) || path.hasSuffix("/busy") || path.hasSuffix("/timeline")
            || (method == .GET && path.hasSuffix("/consents"))
            || (method == .GET && ["/v1/recipients", "/v1/watch", "/v1/audit"].contains(path))
    }

    var isSubmit: Bool { method == .POST && path == "/v1/messages" }
}

extension Access.Roles {
    /// For people: `submit or operate`.
    var names: String {
        let all: [(Access.Roles, String)] = [
            (.submit, "submit"), (.work, "work"), (.preferences, "preferences"), (.operate, "operate"),
            (.administer, "administer"),
        ]
        return all.filter { contains($0.0) }.map(\.1).joined(separator: " or ")
    }
}

import NIOCore
import NIOHTTP1
import TactAPI
import TactCore

/// Finds the endpoint of a request, checks who asks, and hands it on.
package final class Router: RequestHandler {
    private let services: Services
    /// All endpoints.
    package static let routes: [Route] =
        messageRoutes + recipientRoutes + wishRoutes + templateRoutes + calendarRoutes + linkRoutes + leaseRoutes
        + holdRoutes + worldRoutes + adminRoutes + metricsRoutes + dataRoutes

    package init(_ services: Services) { self.services = services }

    private enum Found {
        case route(Route, [String])
        case problem(Problem)
    }

    /// - Parameter recipient: who `self` is in the path; nil: not known yet.
    private func find(_ head: RequestHead, as recipient: String? = nil) -> Found {
        let path = head.path(as: recipient)
        var methods: [String] = []
        for route in Router.routes {
            guard let parameters = route.match(path) else { continue }
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

    /// In whose name a request is made.
    private enum Admission {
        /// The peer's own, with its roles.
        case peer(Access.Roles)
        /// That of whoever holds this link, which is still to be looked at.
        case link(String)
        case refused(Problem)
    }

    /// Whoever shows a link has what the link allows, and nothing else.
    private func admit(_ route: Route, _ head: RequestHead) -> Admission {
        if route.roles.isEmpty { return .peer([]) }
        let roles = services.access.roles(of: head.peer)
        if let token = head.linkToken, roles.contains(.preferences) { return .link(token) }
        if head.isAboutSelf, roles.contains(.preferences) { return .refused(LinkCheck.refusal) }
        if !roles.subtracting(.preferences).isDisjoint(with: route.roles), !head.isAboutSelf { return .peer(roles) }
        if roles.subtracting(.mayGrant) == .preferences {
            return .refused(Problem(.forbidden, "The role preferences allows what a link allows, and none was shown."))
        }
        return .refused(
            Problem(
                .forbidden,
                "User \(head.peer.name) has no role that allows this; it takes \(route.roles.names). "
                    + "An administrator gives roles in [access] of the configuration."))
    }

    // MARK: RequestHandler

    package func bodyPolicy(for head: RequestHead) -> BodyPolicy {
        switch find(head) {
        case .problem(let problem): return .refuse(refused(problem, head))
        case .route(let route, _):
            switch admit(route, head) {
            case .refused(let problem): return .refuse(refused(problem, head))
            // What no link opens is refused before anything of the body is taken in, or handed on line by line.
            case .link where !route.roles.contains(.preferences): return .refuse(refused(LinkCheck.refusal, head))
            case .link, .peer: break
            }
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
        guard case .route(let route, let parameters) = find(request.head) else {
            // The rules may have changed since the head was looked at.
            return responder.respond(.problem(Problem(.forbidden, "You are not allowed to do this any more.")))
        }
        switch admit(route, request.head) {
        case .refused(let problem): responder.respond(.problem(problem))
        case .peer(let roles):
            run(
                route,
                Route.Call(
                    head: request.head, body: request.body, roles: roles, parameters: parameters,
                    parameterNames: route.parameterNames, services: services), responder)
        case .link(let token):
            Task {
                do { try await serve(request, token, responder) } catch { responder.respond(failure(error, route)) }
            }
        }
    }

    private func run(_ route: Route, _ call: Route.Call, _ responder: Responder) {
        do {
            try route.checkQuery(of: call)
            switch route.action {
            case .direct(let action): try action(call, responder)
            case .task(let action):
                responder.respond { [self] in
                    do { return try await action(call) } catch { return failure(error, route) }
                }
            }
        } catch {
            responder.respond(failure(error, route))
        }
    }

    /// Answers a request that came with a link.
    private func serve(_ request: Request, _ token: String, _ responder: Responder) async throws {
        let links = LinkCheck(services: services)
        let (grant, holder) = try await links.grant(token)
        guard case .route(let route, let parameters) = find(request.head, as: grant.recipient) else {
            throw LinkCheck.refusal
        }
        try links.check(grant, route, parameters, request.body)
        // Last of all: how long a refusal takes does not tell what is wrong.
        guard let holder else { throw LinkCheck.refusal }
        let call = Route.Call(
            head: request.head, body: request.body, roles: .preferences, parameters: parameters,
            parameterNames: route.parameterNames, services: services, grant: grant, holder: holder)
        try route.checkQuery(of: call)
        switch route.action {
        case .task(let action): responder.respond(try await links.using(grant, route.method) { try await action(call) })
        case .direct(let action):
            // These answer in their own time, and whether they changed anything nobody could tell.
            guard route.method == .GET else { throw LinkCheck.refusal }
            try action(call, responder)
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
            let path = head.path(as: nil)
            let allowed = Router.routes.filter { $0.match(path) != nil }.map(\.method.rawValue)
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
            || path.hasSuffix("/explanation") || path.hasSuffix("/export")
            || (method == .GET && Route.lists.contains(path))
    }

    private static let lists = [
        "/v1/recipients", "/v1/watch", "/v1/recipients/{id}/messages", "/v1/recipients/{id}/consents", "/v1/audit",
    ]

    /// Whoever adds a parameter means something by it: it is not passed over.
    fileprivate func checkQuery(of call: Call) throws {
        if !call.head.query.isEmpty, !takesQuery { _ = try NoQuery(call.query()) }
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

import NIOCore
import NIOHTTP1
import TactAPI
import TactCore
import TactEngine

/// One endpoint: what it is called, who may use it, and what it does.
package struct Route: Sendable {
    /// A request with what the router found out about it.
    struct Call: Sendable {
        let head: RequestHead
        let body: ByteBuffer
        let roles: Access.Roles
        /// The parts of the path that the pattern leaves open, and what the pattern calls them.
        let parameters: [String]
        let parameterNames: [String]
        let services: Services
        /// What the link allows that the request came with; nil: the peer asks in its own name.
        var grant: Grant?
        /// The number of the recipient who was found to hold it.
        var holder: Int64?

        /// The name under which the peer submits.
        var sender: String { head.peer.name }

        func query() throws(Problem) -> Query { try Query(head.query.map { ($0.name, $0.value) }) }

        /// Whether the peer sees and cancels its own messages only.
        var isOwnOnly: Bool { !roles.contains(.operate) }
    }

    /// How a route answers.
    enum Action: Sendable {
        /// At once or from another thread; no task is made.
        case direct(@Sendable (Call, Responder) throws -> Void)
        /// From a task of its own.
        case task(@Sendable (Call) async throws -> Response)
    }

    package let method: HTTPMethod
    /// As in the OpenAPI document: `/v1/messages/{id}`.
    package let path: String
    /// Any one of these is enough; empty: whoever can connect.
    package let roles: Access.Roles
    let largestBody: Int
    let mediaTypes: [String]
    let action: Action
    let pattern: [String?]
    let parameterNames: [String]

    init(
        _ method: HTTPMethod, _ path: String, roles: Access.Roles, largestBody: Int = 1 << 20,
        mediaTypes: [String] = ["application/json"], _ action: Action
    ) {
        self.method = method
        self.path = path
        self.roles = roles
        self.largestBody = largestBody
        self.mediaTypes = mediaTypes
        self.action = action
        let parts = path.split(separator: "/")
        pattern = parts.map { $0.hasPrefix("{") ? nil : String($0) }
        parameterNames = parts.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// The open parts of a path that fits; nil: it does not.
    func match(_ path: [String]) -> [String]? {
        guard path.count == pattern.count else { return nil }
        var parameters: [String] = []
        for (part, expected) in zip(path, pattern) {
            guard let expected else {
                if part.isEmpty { return nil }
                parameters.append(part)
                continue
            }
            guard part == expected else { return nil }
        }
        return parameters
    }
}

extension Response {
    /// An answer in JSON.
    static func json(_ answer: some Answer, _ status: HTTPResponseStatus = .ok) -> Response {
        var out = JSONWriter()
        answer.write(to: &out)
        out.newline()
        return Response(status, "application/json", out.bytes)
    }

    /// What was thrown, as a problem document. What is not a problem of the caller's is not told in detail.
    static func failure(_ error: any Error) -> Response { .problem(Problem(failure: error)) }

    static func problem(_ problem: Problem) -> Response {
        var headers: [(String, String)] = []
        if let seconds = problem.retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
        return Response(
            HTTPResponseStatus(statusCode: problem.status), Problem.mediaType, problem.encoded() + [0x0A],
            headers: headers)
    }
}

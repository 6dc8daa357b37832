import NIOCore
import TactAPI

/// What tact-web asks the daemon with one link: about its holder, and nobody else.
struct OwnDesk: Sendable {
    /// In bytes: a calendar and a list of messages are far smaller. Copies of everything are not held here.
    private static let largestAnswer = 32 << 20
    private static let largestProblem = 64 << 10
    private static let patience = TimeAmount.seconds(20)

    let client: Client
    let token: String

    /// `/v1/self/…`
    func get(_ path: String..., query: [(String, String)] = []) async throws -> JSON {
        try await send(.init(.GET, ["v1", "self"] + path, query: query, headers: authorization))
    }

    func post(_ path: String..., body: JSON = [:]) async throws {
        _ = try await send(
            .init(
                .POST, ["v1", "self"] + path, headers: authorization, contentType: "application/json",
                body: body.encoded()))
    }

    func patch(_ path: String..., body: JSON) async throws {
        _ = try await send(
            .init(
                .PATCH, ["v1", "self"] + path, headers: authorization, contentType: "application/merge-patch+json",
                body: body.encoded()))
    }

    func put(calendar name: String, _ source: [UInt8]) async throws -> JSON {
        try await send(
            .init(
                .PUT, ["v1", "self", "calendars", name], headers: authorization, contentType: "text/calendar",
                body: source))
    }

    func delete(_ path: String...) async throws {
        _ = try await send(.init(.DELETE, ["v1", "self"] + path, headers: authorization))
    }

    /// All that is kept, as it comes, with its sentences in a language.
    func export(in language: String) async throws -> Pieces {
        let request = ClientRequest(
            .GET, ["v1", "self", "export"], query: [("language", language)], headers: authorization)
        guard let answer = try? await client.open(request, patience: OwnDesk.patience) else { throw Trouble.daemon }
        guard answer.head.isSuccess else {
            let body = try? await answer.collect(max: OwnDesk.largestProblem)
            throw Trouble(status: answer.head.status, problem: body.flatMap { try? JSON(parsing: $0) })
        }
        return Pieces(answer)
    }

    /// What the link allows.
    func link() async throws -> JSON { try await send(.init(.GET, ["v1", "link"], headers: authorization)) }

    func topics() async throws -> [JSON] {
        try await send(.init(.GET, ["v1", "topics"], headers: authorization))["items"]?.arrayValue ?? []
    }

    /// nil instead of an error where this daemon does not have it.
    func ifThere(_ ask: () async throws -> JSON) async throws -> JSON? {
        do {
            return try await ask()
        } catch Trouble.notHere, Trouble.notFound {
            return nil
        }
    }

    private var authorization: [(String, String)] { [("Authorization", "Bearer \(token)")] }

    private func send(_ request: ClientRequest) async throws -> JSON {
        let response: ClientResponse
        do {
            response = try await client.send(request, patience: OwnDesk.patience, maxBody: OwnDesk.largestAnswer)
        } catch {
            throw Trouble.daemon
        }
        let json = try? JSON(parsing: response.body, deepest: JSON.deepestAnswer)
        guard response.head.isSuccess else { throw Trouble(status: response.status, problem: json) }
        return json ?? .null
    }
}

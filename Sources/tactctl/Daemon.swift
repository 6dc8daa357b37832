import TactAPI
import TactCore

/// The daemon at the other end of the socket.
struct Daemon: Sendable {
    let client: Client

    init(_ options: GlobalOptions) { client = Client(path: options.socketPath) }

    func get(_ path: [String], query: [(String, String)] = []) async throws(Failure) -> JSON {
        try await send(ClientRequest(.GET, v1: path, query: query))
    }

    /// The answer's body; null where it has none.
    func send(_ request: ClientRequest, patience: Duration? = nil) async throws(Failure) -> JSON {
        let response: ClientResponse
        do throws(ClientError) {
            response = try await client.send(request, patience: patience.map { .milliseconds($0.milliseconds) })
        } catch {
            throw Failure(error)
        }
        let json = try? JSON(parsing: response.body, deepest: JSON.deepestAnswer)
        guard response.head.isSuccess else { throw Failure(status: response.status, problem: json) }
        if response.body.isEmpty { return .null }
        guard let json else {
            throw Failure(.software, "the daemon's answer is not JSON", advice: "Do the versions fit?")
        }
        return json
    }

    /// Runs `body`, which talks to the client by itself, and names its errors.
    func naming<Value>(_ body: (Client) async throws -> Value) async throws -> Value {
        do {
            return try await body(client)
        } catch let error as ClientError {
            throw Failure(error)
        }
    }

    /// Throws what the head of a refusal and its body say.
    static func check(_ answer: ClientAnswer) async throws {
        guard !answer.head.isSuccess else { return }
        throw Failure(status: answer.head.status, problem: try? JSON(parsing: try await answer.collect(max: 1 << 20)))
    }
}

internal import NIOCore
internal import TactAPI

/// A tactd, reached over its Unix socket.
///
/// ```swift
/// let tactd = Tactd()
/// let message = try await tactd.submit(
///     NewMessage(to: "ann", topic: "offers", content: ["title": "Half price"], idempotencyKey: "c-7/ann"))
/// print(message.plan?.at ?? "not as things stand", message.findings.compactMap(\.text))
/// ```
///
/// Who is asking is known from the socket: this process's user and groups have the roles that the daemon's `[access]`
/// gives them. Connections are made when they are needed and used again. A value may be used by many tasks at once.
public final class Tactd: Sendable {
    /// Where a daemon listens unless it is configured otherwise.
    public static let standardSocket = "/run/tact/tact.sock"

    let client: Client

    /// A daemon, which is not looked for before it is asked something.
    ///
    /// - Parameters:
    ///   - socket: the socket's path, at most 107 bytes.
    ///   - patience: how long to wait for an answer; a second at least.
    public init(socket: String = standardSocket, patience: Duration = .seconds(60)) {
        client = Client(path: socket, patience: TimeAmount(max(patience, .seconds(1))))
    }

    /// How the daemon is.
    public func status() async throws(TactError) -> Status {
        try Status(Members(await send(ClientRequest(.GET, v1: ["status"]))))
    }

    /// Sends a request and answers its answer's body, null where there is none.
    ///
    /// - Parameter longer: how much longer than usual the answer may take.
    @discardableResult
    func send(_ request: ClientRequest, longer: Duration = .zero) async throws(TactError) -> JSON {
        let response: ClientResponse
        do throws(ClientError) {
            response = try await client.send(request, patience: client.patience + TimeAmount(longer))
        } catch {
            throw TactError(error)
        }
        guard response.head.isSuccess else { throw TactError(status: response.status, body: response.body) }
        if response.body.isEmpty { return .null }
        do throws(JSON.Malformed) {
            return try JSON(parsing: response.body)
        } catch {
            throw .unintelligible("it is not JSON")
        }
    }
}

extension TimeAmount {
    /// Saturates at a hundred years.
    init(_ duration: Duration) {
        let seconds = min(max(duration, .zero), .seconds(3_155_760_000)).components
        self = .seconds(seconds.seconds) + .nanoseconds(seconds.attoseconds / 1_000_000_000)
    }
}

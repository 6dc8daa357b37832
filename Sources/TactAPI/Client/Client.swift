import NIOCore
import NIOHTTP1
import Synchronization

/// A client of the daemon: HTTP/1.1 on its Unix socket. Connections that are free are used again.
package final class Client: Sendable {
    /// Where the daemon listens.
    package let path: String
    /// How long to wait for the next part of an answer, and for room in the daemon's backlog.
    package let patience: TimeAmount

    private let idle = Mutex<[ClientConnection]>([])

    /// A client for the daemon at `path`; connects when it is used.
    package init(path: String, patience: TimeAmount = .seconds(60)) {
        self.path = path
        self.patience = patience
    }

    deinit {
        close()
    }

    /// Sends a request and waits for its whole answer.
    ///
    /// - Parameters:
    ///   - patience: how long to wait for the next part of the answer, if not the client's; longer for long polls.
    ///   - maxBody: bytes of the answer's body beyond which it is refused.
    package func send(
        _ request: ClientRequest, patience: TimeAmount? = nil, maxBody: Int = 256 << 20
    ) async throws(ClientError) -> ClientResponse {
        let reused = idle.withLock { $0.popLast() }
        if let reused, reused.isOpen {
            do throws(ClientError) {
                return try await send(request, on: reused, patience: patience, maxBody: maxBody)
            } catch .disconnected where request.mayBeRepeated {
                // The daemon closed the idle connection just now.
            } catch .unsent {
                // So it did, and has told us by that that it has not seen the request.
            }
        }
        do throws(ClientError) {
            return try await send(request, on: try await connect(), patience: patience, maxBody: maxBody)
        } catch .unsent {
            // It is stopping. Its socket may be systemd's: then the next daemon will take this connection.
            return try await send(request, on: try await connect(), patience: patience, maxBody: maxBody)
        }
    }

    /// Sends a request and hands its answer over piece by piece.
    ///
    /// - Parameter patience: how long to wait for each piece; `nil` for ever, as a watch does.
    package func receive<Value>(
        _ request: ClientRequest, patience: TimeAmount?, _ receive: (ClientAnswer) async throws -> Value
    ) async throws -> Value {
        let connection = try await connect()
        connection.send(head(of: request, bodyLength: request.body.readableBytes), body: request.body)
        return try await finish(connection, patience: patience, receive)
    }

    /// Sends a request and answers its answer, which may go on for ever. Whoever lets go of it closes its connection.
    ///
    /// - Parameter patience: how long to wait for each piece; `nil` for ever, as a watch does.
    package func open(
        _ request: ClientRequest, patience: TimeAmount? = nil
    ) async throws(ClientError) -> sending ClientAnswer {
        let connection = try await connect()
        connection.send(head(of: request, bodyLength: request.body.readableBytes), body: request.body)
        do throws(ClientError) {
            return try await ClientAnswer(connection: connection, patience: patience, isOwner: true)
        } catch {
            connection.close()
            throw error
        }
    }

    /// Sends a request whose body is written piece by piece, while its answer is read piece by piece. When `receive`
    /// returns, `send` is cancelled if it still runs: an answer may be complete before its request is.
    ///
    /// - Parameter patience: how long to wait for each piece of the answer; `nil` for ever.
    package func exchange<Value: Sendable>(
        _ request: ClientRequest, patience: TimeAmount? = nil,
        send: @escaping @Sendable (ClientBodyWriter) async throws -> Void,
        receive: (ClientAnswer) async throws -> Value
    ) async throws -> Value {
        let connection = try await connect()
        connection.send(head(of: request, bodyLength: nil))
        let writing = Task {
            do {
                try await send(ClientBodyWriter(connection: connection))
                try await connection.write(.end(nil))
            } catch is CancellationError {
                throw ClientError.cancelled
            } catch let error as ClientError {
                throw error  // What the answer says about it is worth more: reading goes on.
            } catch {
                connection.inbox.fail(.cancelled)  // The source failed: there will be no answer.
                connection.close()
                throw error
            }
        }
        defer { writing.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await finish(connection, patience: patience, receive)
            } onCancel: {
                writing.cancel()
            }
        } catch ClientError.cancelled where !Task.isCancelled {
            try await writing.value
            throw ClientError.cancelled
        }
    }

    /// Closes the connections that are free.
    package func close() {
        let connections = idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        for connection in connections {
            connection.close()
        }
    }

    private func connect() async throws(ClientError) -> ClientConnection {
        try await ClientConnection.open(path: path, patience: patience)
    }

    private func send(
        _ request: ClientRequest, on connection: ClientConnection, patience: TimeAmount?, maxBody: Int
    ) async throws(ClientError) -> ClientResponse {
        let sent = connection.send(head(of: request, bodyLength: request.body.readableBytes), body: request.body)
        do throws(ClientError) {
            let answer = try await ClientAnswer(connection: connection, patience: patience ?? self.patience)
            let response = ClientResponse(head: answer.head, body: try await answer.collect(max: maxBody))
            if answer.isReusable, connection.isOpen {
                idle.withLock { $0.append(connection) }
            } else {
                connection.close()
            }
            return response
        } catch {
            connection.close()
            guard error == .disconnected, await sent.hasFailed else { throw error }
            throw .unsent
        }
    }

    /// Reads an answer piece by piece on a connection that is closed afterwards.
    private func finish<Value>(
        _ connection: ClientConnection, patience: TimeAmount?, _ receive: (ClientAnswer) async throws -> Value
    ) async throws -> Value {
        defer { connection.close() }
        return try await receive(try await ClientAnswer(connection: connection, patience: patience))
    }

    private func head(of request: ClientRequest, bodyLength: Int?) -> HTTPRequestHead {
        var head = HTTPRequestHead(version: .http1_1, method: request.method, uri: request.target)
        head.headers = HTTPHeaders([("Host", "tact"), ("Accept", "*/*")] + request.headers)
        if let bodyLength {
            if bodyLength > 0 || [.POST, .PUT, .PATCH].contains(request.method) {
                head.headers.add(name: "Content-Length", value: String(bodyLength))
            }
        } else {
            head.headers.add(name: "Transfer-Encoding", value: "chunked")
        }
        return head
    }
}

extension ClientRequest {
    /// Whether sending the request twice does what sending it once does (RFC 9110, section 9.2.2).
    fileprivate var mayBeRepeated: Bool {
        [.GET, .HEAD, .PUT, .DELETE].contains(method)
    }
}

extension EventLoopFuture where Value == Void {
    /// Whether this fails; waits until that is known.
    fileprivate var hasFailed: Bool {
        get async {
            do {
                try await get()
                return false
            } catch {
                return true
            }
        }
    }
}

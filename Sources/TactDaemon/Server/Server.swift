import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The HTTP/1.1 server on a Unix socket (RFC 9110, RFC 9112).
package final class Server: Sendable {
    /// The bytes that clients have not read yet.
    package let budget: OutboundBudget

    private let loops: [NIOLoopBound<ServerLoop>]
    private let limits: ServerLimits
    private let handler: any RequestHandler
    private let count: ConnectionCount
    /// Whose turn it is to take the next connection.
    private let turn = Atomic<Int>(0)
    private let acceptor = Mutex<Acceptor?>(nil)

    /// Starts to serve.
    ///
    /// - Parameters:
    ///   - socket: where to listen; the server closes it.
    ///   - threads: how many event loops share the connections; at most one for each processor.
    package static func start(
        on socket: ListeningSocket, handler: any RequestHandler, limits: ServerLimits = ServerLimits(),
        names: UserNames = UserNames(), threads: Int = 1, logger: Logger
    ) throws -> Server {
        let server = try Server(handler: handler, limits: limits, threads: threads)
        let acceptor = Acceptor(socket, names: names, logger: logger) { [weak server] descriptor, peer in
            if let server {
                server.serve(descriptor, peer)
            } else {
                Glibc.close(descriptor)
            }
        }
        server.acceptor.withLock { $0 = acceptor }
        return server
    }

    private init(handler: any RequestHandler, limits: ServerLimits, threads: Int) throws {
        let budget = OutboundBudget(limits: limits.outbound)
        self.budget = budget
        self.limits = limits
        self.handler = handler
        self.count = ConnectionCount(limits)
        // These loops outlive the server: a route may still answer, in vain, when it has stopped.
        loops = try MultiThreadedEventLoopGroup.singleton.makeIterator().prefix(max(1, threads)).map { loop in
            try loop.submit {
                let shared = ServerLoop(eventLoop: loop, handler: handler, limits: limits, budget: budget)
                return NIOLoopBound(shared, eventLoop: loop)
            }.wait()
        }
    }

    /// Connections open now.
    package var connectionCount: Int { count.value }

    /// Stops: accepts nothing more, closes what is idle, lets requests under way finish for at most `grace`, and closes
    /// what is left then.
    ///
    /// - Parameter finishWaiting: called once no request can come any more, to answer what waits (long polls, watches).
    /// - Returns: how many connections had to be closed before they were done.
    @discardableResult
    package func stop(grace: TimeAmount, finishWaiting: @Sendable () -> Void = {}) async -> Int {
        let acceptor = acceptor.withLock { acceptor in
            defer { acceptor = nil }
            return acceptor
        }
        guard let acceptor else { return 0 }
        await acceptor.stop()
        let drained = stopLoops()
        finishWaiting()
        let cut = await closeAfter(grace, unless: drained)
        return cut
    }

    private func serve(_ descriptor: CInt, _ peer: Peer) {
        let (uid, standing) = (peer.uid, handler.standing(of: peer))
        if let fault = count.add(uid, standing) { return turnAway(descriptor, fault) }
        let turn = UInt(bitPattern: turn.wrappingAdd(1, ordering: .relaxed).newValue)
        let shared = loops[Int(turn % UInt(loops.count))]
        let loop = shared.eventLoop
        loop.execute { shared.value.expect() }  // Before any stop that comes later.
        let channel = ClientBootstrap(group: loop)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.writeBufferWaterMark, value: .init(low: limits.answerBytes / 4, high: limits.answerBytes))
            .channelInitializer { [count, limits] channel in
                channel.closeFuture.whenComplete { _ in count.remove(uid, standing) }
                return channel.eventLoop.makeCompletedFuture {
                    var heads = NIOHTTPDecoderLimitConfiguration()
                    heads.maxHeaderFieldSize = limits.headBytes
                    heads.maxHeaderListSize = limits.headBytes
                    heads.maxHeaderFieldCount = limits.headerFields
                    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: heads)
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(decoder),
                        Connection(shared: shared.value, peer: peer, descriptor: descriptor),
                    ])
                }
            }
        channel.withConnectedSocket(descriptor).hop(to: loop).whenComplete { _ in shared.value.settle() }
    }

    /// Answers 503 on a connection too many. The answer fits into any socket's buffer, so nothing waits here.
    private func turnAway(_ descriptor: CInt, _ fault: ServerFault) {
        let response = handler.response(to: fault)
        handler.didAnswer(nil, response.status)
        var dateField = DateField()
        var bytes = ByteBuffer()
        bytes.writeResponseHead(
            response.status, contentType: response.contentType, headers: response.headers,
            framing: .length(response.body.readableBytes), keepAlive: false, fixedFields: dateField.current())
        bytes.writeImmutableBuffer(response.body)
        bytes.withUnsafeReadableBytes { bytes in
            _ = send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        }
        Glibc.close(descriptor)
    }

    /// Stops every loop; the future is there when no connection is left.
    private func stopLoops() -> EventLoopFuture<Void> {
        let stopped = loops.map { shared in
            let promise = shared.eventLoop.makePromise(of: Void.self)
            shared.eventLoop.execute { shared.value.stop(promise) }
            return promise.futureResult
        }
        return EventLoopFuture.andAllComplete(stopped, on: loops[0].eventLoop)
    }

    /// Waits for `drained`, but only for `grace`; then closes what is left and answers how many that were.
    private func closeAfter(_ grace: TimeAmount, unless drained: EventLoopFuture<Void>) async -> Int {
        let loop = drained.eventLoop
        let over = loop.makePromise(of: Bool.self)
        let deadline = loop.scheduleTask(in: grace) { over.succeed(false) }
        drained.whenComplete { _ in
            deadline.cancel()
            over.succeed(true)
        }
        if (try? await over.futureResult.get()) == true { return 0 }
        var cut = 0
        for shared in loops {
            cut += (try? await shared.eventLoop.submit { shared.value.closeAll() }.get()) ?? 0
        }
        try? await drained.get()
        return cut
    }
}

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// One connection to the daemon, for one exchange after the other.
final class ClientConnection: Sendable {
    let inbox: ClientInbox
    private let channel: any Channel

    private init(channel: any Channel, inbox: ClientInbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Connects to the socket at `path`. If the daemon's backlog is full this waits for at most `patience`.
    static func open(path: String, patience: TimeAmount) async throws(ClientError) -> ClientConnection {
        let descriptor = try connectedSocket(path, patience)
        let inbox = ClientInbox()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers(
                        leftOverBytesStrategy: .fireError, enableOutboundHeaderValidation: true)
                    try channel.pipeline.syncOperations.addHandler(ClientHandler(inbox: inbox))
                }
            }
        do {
            return ClientConnection(channel: try await bootstrap.withConnectedSocket(descriptor).get(), inbox: inbox)
        } catch {
            throw .disconnected
        }
    }

    /// Whether the connection is open, as far as we know.
    var isOpen: Bool { channel.isActive }

    var eventLoop: any EventLoop { channel.eventLoop }

    /// Writes a part of a request and waits until the socket has taken it.
    func write(_ part: HTTPClientRequestPart) async throws(ClientError) {
        do {
            try await channel.writeAndFlush(part)
        } catch {
            throw Task.isCancelled ? .cancelled : .disconnected
        }
    }

    /// Writes a whole request without waiting. The future fails if the socket has not taken all of it: then the daemon
    /// cannot have it either.
    @discardableResult
    func send(_ head: HTTPRequestHead, body: ByteBuffer) -> EventLoopFuture<Void> {
        let sent = channel.eventLoop.makePromise(of: Void.self)
        if body.readableBytes > 0 {
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: sent)
        } else {
            channel.write(HTTPClientRequestPart.head(head), promise: sent)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        return sent.futureResult
    }

    /// Writes the head of a request whose body follows, without waiting.
    func send(_ head: HTTPRequestHead) {
        channel.writeAndFlush(HTTPClientRequestPart.head(head), promise: nil)
    }

    /// Takes the next part of an answer. After `patience`, or when the task is cancelled, the connection is closed.
    func take(patience: TimeAmount?) async throws(ClientError) -> HTTPClientResponsePart {
        let timer = patience.map { patience in
            channel.eventLoop.scheduleTask(in: patience) { [inbox, channel] in
                inbox.fail(.timedOut)
                channel.close(promise: nil)
            }
        }
        defer { timer?.cancel() }
        let result: Result<HTTPClientResponsePart, ClientError> = await withTaskCancellationHandler {
            do throws(ClientError) {
                return .success(try await inbox.take { channel.read() })
            } catch {
                return .failure(error)
            }
        } onCancel: {
            inbox.fail(.cancelled)
            channel.close(promise: nil)
        }
        return try result.get()
    }

    func close() {
        channel.close(promise: nil)
    }

    private static func connectedSocket(_ path: String, _ patience: TimeAmount) throws(ClientError) -> CInt {
        guard let address = UnixAddress(path: path) else {
            throw .unreachable(path: path, reason: .invalidPath(limit: UnixAddress.maximumPathBytes))
        }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .unreachable(path: path, reason: .init(errno)) }
        // For a Unix socket this bounds how long connect waits for room in the backlog.
        let seconds = Int(patience.nanoseconds / 1_000_000_000)
        let microseconds = Int(patience.nanoseconds % 1_000_000_000 / 1000)
        var wait = timeval(tv_sec: seconds, tv_usec: microseconds)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var status: CInt
        repeat {
            status = address.withPointer { connect(descriptor, $0, $1) }
        } while status != 0 && errno == EINTR
        guard status == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw .unreachable(path: path, reason: .init(code))
        }
        return descriptor
    }
}

/// Puts what comes into the inbox, and stops reading while that is full.
private final class ClientHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let inbox: ClientInbox

    init(inbox: ClientInbox) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        inbox.put(unwrapInboundIn(data))
    }

    func read(context: ChannelHandlerContext) {
        if !inbox.pauseIfFull() {
            context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.invalidEOFState: inbox.fail(.disconnected)
        case let error as HTTPParserError: inbox.fail(.malformed("\(error)"))
        default: inbox.fail(.disconnected)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.fail(.disconnected)
        context.fireChannelInactive()
    }
}

import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import TactDaemon

/// A connection without a socket.
final class Wire {
    let loop = EmbeddedEventLoop()
    let channel: EmbeddedChannel

    init(_ routes: TestRoutes = TestRoutes(), _ limits: ServerLimits = ServerLimits()) throws {
        let shared = ServerLoop(
            eventLoop: loop, handler: routes, limits: limits, budget: OutboundBudget())
        channel = EmbeddedChannel(loop: loop)
        try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(HTTPRequestDecoder()),
            Connection(shared: shared, peer: Peer(uid: 0, gid: 0, name: "root"), descriptor: -1),
        ])
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/x"), promise: nil)
    }

    func send(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    /// Everything answered since the last call.
    func answers() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }

    func pass(_ time: TimeAmount) { loop.advanceTime(by: time) }
}

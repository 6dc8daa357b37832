import NIOCore
import NIOHTTP1

/// What is to be done with a request's body, decided when its head is known.
package enum BodyPolicy: Sendable {
    /// Collect up to `max` bytes, then call `handle(_:_:)`. More is answered with 413.
    case collect(max: Int)
    /// Call `handleStream(_:_:)` now and give the bytes to its sink as they come.
    case stream
    /// Answer now, without the body: wrong path, role or media type.
    case refuse(Response)

    /// What most routes want: 1 MiB.
    package static let standard = BodyPolicy.collect(max: 1 << 20)
}

/// The routes, as the server sees them. Calls come on the connection's event loop, if nothing else is said, and must not
/// block.
package protocol RequestHandler: Sendable {
    /// Decides about a request's body. Called for every request, with a body or not.
    func bodyPolicy(for head: RequestHead) -> BodyPolicy

    /// Handles a request whose body was collected.
    func handle(_ request: Request, _ responder: Responder)

    /// Handles a request whose body is streamed; the answer may begin before the body ends.
    func handleStream(_ head: RequestHead, _ responder: Responder) -> any BodySink

    /// What a peer is to us: asked once for each connection, on a thread that may block.
    func standing(of peer: Peer) -> Standing

    /// Answers a request that was wrong before it reached a route.
    func response(to fault: ServerFault) -> Response

    /// An answer was begun: for counting. `head` is nil where there never was a request. May be called on any thread.
    func didAnswer(_ head: RequestHead?, _ status: HTTPResponseStatus)
}

extension RequestHandler {
    package func bodyPolicy(for head: RequestHead) -> BodyPolicy { .standard }

    package func handleStream(_ head: RequestHead, _ responder: Responder) -> any BodySink {
        responder.respond(response(to: .unanswered))
        return IgnoringSink()
    }

    package func standing(of peer: Peer) -> Standing { .member }

    package func response(to fault: ServerFault) -> Response { fault.response }

    package func didAnswer(_ head: RequestHead?, _ status: HTTPResponseStatus) {}
}

/// Takes a streamed body. All calls come on the connection's event loop and must not block. After `onEnd`, after
/// `onError` and once the answer is complete there are no more.
package protocol BodySink: AnyObject {
    /// The next bytes; never empty. `Responder.pauseReading()` holds back the ones after these.
    func onChunk(_ bytes: ByteBuffer)
    /// The body is complete.
    func onEnd()
    /// The body will never be complete. An answer that has begun should be ended; one that has not is the server's.
    func onError(_ error: BodyError)
}

/// Why a streamed body ended before its end.
package enum BodyError: Error, Equatable {
    /// The client closed the connection, or its sending half, too early.
    case disconnected
    /// The client's chunks are not as RFC 9112 has them.
    case malformed
    /// The client paused for too long.
    case tooSlow
}

private final class IgnoringSink: BodySink {
    func onChunk(_ bytes: ByteBuffer) {}
    func onEnd() {}
    func onError(_ error: BodyError) {}
}

import NIOCore
import NIOHTTP1
import Synchronization

/// The one answer to one request. May be used from any thread; exactly one of `respond` and `stream` has an effect.
/// A responder that is let go unanswered answers 500, so that no client waits for ever.
package final class Responder: Sendable {
    /// The loop of the connection: what runs there needs no hop.
    package let eventLoop: any EventLoop

    private let connection: NIOLoopBound<Connection>
    private let number: UInt64
    private let account: OutboundAccount
    private let isAnswered = Atomic<Bool>(false)

    init(connection: NIOLoopBound<Connection>, number: UInt64, account: OutboundAccount, eventLoop: any EventLoop) {
        self.connection = connection
        self.number = number
        self.account = account
        self.eventLoop = eventLoop
    }

    deinit {
        if !isAnswered.load(ordering: .relaxed) {
            eventLoop.execute { [connection, number] in
                connection.value.answerFault(.unanswered, to: number)
            }
        }
    }

    /// Answers. A second answer is ignored.
    package func respond(_ response: Response) {
        guard takeTurn() else { return }
        if eventLoop.inEventLoop {  // The hot path allocates no closure.
            connection.value.answer(response, to: number)
        } else {
            eventLoop.execute { [connection, number] in
                connection.value.answer(response, to: number)
            }
        }
    }

    /// Answers with what `make` makes, on the event loop: the thread that writes has enough to do. A second answer is not
    /// made.
    package func respond(making make: @escaping @Sendable () -> Response) {
        guard takeTurn() else { return }
        onLoop { connection, number in connection.answer(make(), to: number) }
    }

    /// Answers with what `work` returns, from a task of its own: for routes that are rarely taken.
    package func respond(async work: @escaping @Sendable () async -> Response) {
        Task { respond(await work()) }
    }

    /// Begins an answer whose body is written piece by piece. `nil` if there has been an answer already.
    package func stream(
        _ status: HTTPResponseStatus, _ contentType: String, headers: [(String, String)] = []
    ) -> ResponseStream? {
        guard takeTurn() else { return nil }
        let stream = ResponseStream(connection: connection, number: number, account: account, eventLoop: eventLoop)
        onLoop { connection, number in
            connection.beginStream(status, contentType, headers, to: number)
        }
        return stream
    }

    /// Calls `action` once, on the event loop, if the client leaves before the answer is complete; at once if it has left.
    package func onClosed(_ action: @escaping @Sendable () -> Void) {
        onLoop { connection, number in
            connection.addOnClosed(action, to: number)
        }
    }

    /// Holds back the rest of a streamed body. On the event loop this takes effect at once.
    package func pauseReading() {
        onLoop { connection, number in
            connection.setBodyPaused(true, of: number)
        }
    }

    /// Lets a held-back body go on. Pausing does not count: one call undoes any number of pauses.
    package func resumeReading() {
        onLoop { connection, number in
            connection.setBodyPaused(false, of: number)
        }
    }

    private func takeTurn() -> Bool {
        !isAnswered.exchange(true, ordering: .relaxed)
    }

    private func onLoop(_ action: @escaping @Sendable (Connection, UInt64) -> Void) {
        if eventLoop.inEventLoop {
            action(connection.value, number)
        } else {
            eventLoop.execute { [connection, number] in
                action(connection.value, number)
            }
        }
    }
}

import NIOCore
import Synchronization

/// An answer whose body is written piece by piece: bulk answers, server-sent events, downloads. May be used from any
/// thread; pieces written by one thread keep their order. A stream that is let go before `end()` breaks the connection,
/// so that the client sees that the answer is not whole.
package final class ResponseStream: Sendable {
    /// The loop of the connection: what runs there needs no hop.
    package let eventLoop: any EventLoop

    private let connection: NIOLoopBound<Connection>
    private let number: UInt64
    private let account: OutboundAccount
    private let isEnded = Atomic<Bool>(false)

    init(connection: NIOLoopBound<Connection>, number: UInt64, account: OutboundAccount, eventLoop: any EventLoop) {
        self.connection = connection
        self.number = number
        self.account = account
        self.eventLoop = eventLoop
    }

    deinit {
        abort()
    }

    /// Bytes written here that the client's socket has not taken yet.
    package var unreadBytes: Int { account.unreadBytes }

    /// Whether the client reads fast enough: less than the bound of one connection, or of all, is unread.
    package var isWritable: Bool { !account.isExhausted }

    /// Writes a piece, in any case. Answers `isWritable`, for writers that can wait.
    @discardableResult
    package func write(_ bytes: ByteBuffer) -> Bool {
        guard bytes.readableBytes > 0, !isEnded.load(ordering: .relaxed) else { return isWritable }
        account.charge(bytes.readableBytes)
        onLoop { connection, number in
            connection.writePiece(bytes, to: number, promise: nil)
        }
        return isWritable
    }

    /// Writes a piece and waits until the client's socket has taken it.
    package func send(_ bytes: ByteBuffer) async throws(StreamClosed) {
        guard bytes.readableBytes > 0 else { return }
        account.charge(bytes.readableBytes)
        let written = eventLoop.makePromise(of: Void.self)
        onLoop { connection, number in
            connection.writePiece(bytes, to: number, promise: written)
        }
        do {
            try await written.futureResult.get()
        } catch {
            throw StreamClosed()
        }
    }

    /// Ends the answer; the connection lives on.
    package func end() {
        guard !isEnded.exchange(true, ordering: .relaxed) else { return }
        onLoop { connection, number in
            connection.endStream(of: number)
        }
    }

    /// Breaks the answer off by closing the connection without the end of the body. No effect after `end()`.
    package func abort() {
        guard !isEnded.exchange(true, ordering: .relaxed) else { return }
        onLoop { connection, number in
            connection.abortStream(of: number)
        }
    }

    /// Calls `action` once, on the event loop, if the client leaves before `end()`; at once if it has left.
    package func onClosed(_ action: @escaping @Sendable () -> Void) {
        onLoop { connection, number in
            connection.addOnClosed(action, to: number)
        }
    }

    /// Calls `action` once, on the event loop, when the client's socket has taken all that was written; at once if
    /// nothing is unread.
    package func onDrained(_ action: @escaping @Sendable () -> Void) {
        onLoop { connection, number in
            connection.addOnDrained(action, to: number)
        }
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

/// The client left before the answer was complete.
package struct StreamClosed: Error, Equatable {
    /// The one value there is.
    package init() {}
}

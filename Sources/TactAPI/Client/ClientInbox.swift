import NIOCore
import NIOHTTP1
import Synchronization

/// The parts of answers between the event loop that reads them and the one task that takes them.
final class ClientInbox: Sendable {
    /// Bytes that may wait here before reading from the socket pauses.
    private static let capacity = 256 * 1024

    private struct State {
        var parts = CircularBuffer<HTTPClientResponsePart>()
        var bytes = 0
        var isPaused = false
        var failure: ClientError?
        var taker: CheckedContinuation<Result<HTTPClientResponsePart, ClientError>, Never>?
    }

    private let state = Mutex(State())

    /// Whether the reader must pause; the `take` that makes room then says so.
    func pauseIfFull() -> Bool {
        state.withLock { state in
            state.isPaused = state.bytes >= Self.capacity
            return state.isPaused
        }
    }

    /// Adds a part, or hands it over at once.
    func put(_ part: HTTPClientResponsePart) {
        let taker = state.withLock { state in
            if state.taker == nil {
                state.parts.append(part)
                state.bytes += part.bodyBytes
            }
            return state.taker.take()
        }
        taker?.resume(returning: .success(part))
    }

    /// Lets every later `take` fail, once the parts that are here have been taken. The first failure counts.
    func fail(_ error: ClientError) {
        let taker = state.withLock { state in
            state.failure = state.failure ?? error
            return state.taker.take()
        }
        taker?.resume(returning: .failure(error))
    }

    /// Takes the next part, waiting for it. `resume` asks to let a paused reader go on.
    func take(resume: () -> Void) async throws(ClientError) -> HTTPClientResponsePart {
        let result = await withCheckedContinuation { taker in
            let ready: Result<HTTPClientResponsePart, ClientError>? = state.withLock { state in
                if let part = state.parts.popFirst() {
                    state.bytes -= part.bodyBytes
                    return .success(part)
                }
                if let failure = state.failure {
                    return .failure(failure)
                }
                state.taker = taker
                return nil
            }
            if let ready {
                taker.resume(returning: ready)
            }
        }
        let wasPaused = state.withLock { state in
            guard state.isPaused, state.bytes <= Self.capacity / 2 else { return false }
            state.isPaused = false
            return true
        }
        if wasPaused {
            resume()
        }
        return try result.get()
    }
}

extension HTTPClientResponsePart {
    fileprivate var bodyBytes: Int {
        if case .body(let bytes) = self { bytes.readableBytes } else { 0 }
    }
}

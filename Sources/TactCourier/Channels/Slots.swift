import Synchronization

/// How many deliveries of a channel may still begin. One waits for room, many give it back.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var waiter: CheckedContinuation<Int, Never>?
        var isClosed = false
    }

    let count: Int
    private let state: Mutex<State>

    init(_ count: Int) {
        self.count = count
        state = Mutex(State(free: count))
    }

    /// How many are free, as soon as there are any; 0 when closed.
    func room() async -> Int {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Int? in
                if state.isClosed { return 0 }
                if state.free > 0 { return state.free }
                state.waiter = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    func take(_ count: Int) { state.withLock { $0.free -= count } }

    func giveBack() {
        let (waiter, free) = state.withLock { state in
            state.free += 1
            defer { state.waiter = nil }
            return (state.waiter, state.free)
        }
        waiter?.resume(returning: free)
    }

    /// Nothing begins any more.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: 0)
    }
}

import Synchronization

/// Waits for the results of several works, and tells them together in their order; of failures the first.
final class Gathering<Value: Sendable>: Sendable {
    private struct State {
        var values: [Int: Value] = [:]
        var failure: (any Error)?
        var missing: Int
    }

    private let count: Int
    private let state: Mutex<State>
    private let whole: @Sendable (Result<[Value], any Error>) -> Void

    /// - Parameter count: how many results there will be, at least one.
    init(_ count: Int, whole: @escaping @Sendable (Result<[Value], any Error>) -> Void) {
        self.count = count
        self.whole = whole
        state = Mutex(State(missing: count))
    }

    func put(_ result: Result<Value, any Error>, at place: Int) {
        let outcome = state.withLock { state -> Result<[Value], any Error>? in
            switch result {
            case .success(let value): state.values[place] = value
            case .failure(let error): state.failure = state.failure ?? error
            }
            state.missing -= 1
            guard state.missing == 0 else { return nil }
            if let failure = state.failure { return .failure(failure) }
            return .success((0..<count).compactMap { state.values[$0] })
        }
        if let outcome { whole(outcome) }
    }
}

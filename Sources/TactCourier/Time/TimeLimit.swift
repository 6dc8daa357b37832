import Synchronization
import TactCore

extension Task where Failure == Never {
    /// The task's result; nil if it does not come within `limit`, or if the task that asks is cancelled. This one goes on.
    func value(within limit: TactCore.Duration) async -> Success? {
        let first = First<Success>()
        let timer = Task<Void, Never> {
            try? await Task<Never, Never>.sleep(for: .milliseconds(limit.milliseconds))
            first.come(nil)
        }
        Task<Void, Never> { first.come(await value) }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await first.result()
        } onCancel: {
            first.come(nil)
        }
    }
}

/// Whatever comes first.
private final class First<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value?, Never>)
        case come(Value?)
    }

    private let state = Mutex(State.open)

    func come(_ value: Value?) {
        let waiting = state.withLock { state -> CheckedContinuation<Value?, Never>? in
            switch state {
            case .come: return nil
            case .open:
                state = .come(value)
                return nil
            case .awaited(let continuation):
                state = .come(value)
                return continuation
            }
        }
        waiting?.resume(returning: value)
    }

    /// To be asked for once.
    func result() async -> Value? {
        await withCheckedContinuation { continuation in
            let come = state.withLock { state -> Value?? in
                guard case .come(let value) = state else {
                    state = .awaited(continuation)
                    return .none
                }
                return .some(value)
            }
            if let come { continuation.resume(returning: come) }
        }
    }
}

/// How long things may take.
enum TimeLimit {
    struct Exceeded: Error {}

    /// The result of `work`, which is cancelled after `limit` and must then come to its end.
    ///
    /// - Throws: `Exceeded`, or what `work` throws.
    static func run<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: .milliseconds(limit.milliseconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw Exceeded() }
            return value
        }
    }
}

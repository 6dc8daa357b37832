import TactCore

/// A way to hand a message over.
package protocol Transport: Sendable {
    /// Tries once, and comes back within the channel's time-out or soon after its task is cancelled.
    func deliver(_ parcel: Parcel) async -> Verdict

    /// Lets go of connections and processes. No delivery is under way any more.
    func close() async
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

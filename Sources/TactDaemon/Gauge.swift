import Synchronization
import TactCore
import TactStore

/// What is counted in the database when somebody asks, such as what waits. Counting costs some tens of nanoseconds a row,
/// on the connection that reads: with a million of them whoever asks often is answered from the last count.
final class Gauge<Value: Sendable>: Sendable {
    private struct Counted {
        var value: Value
        /// On the clock that no step moves, in microseconds.
        var until: Int64
    }

    /// A count that was quicker is not kept: who has just submitted wants to see it.
    private static var quick: Int64 { 5000 }
    /// For so many times as long as it took a count is kept, so that counting takes at most a twentieth of the time.
    private static var thrift: Int64 { 20 }

    private let store: Store
    private let last = Mutex<Counted?>(nil)

    init(_ store: Store) { self.store = store }

    func value(_ count: @escaping @Sendable (Session) throws -> Value) async throws -> Value {
        let begin = SystemClock.microseconds()
        if let last = last.withLock({ $0 }), begin < last.until { return last.value }
        // What others count while we wait for the connection serves us, too: it began after we asked.
        return try await store.read { [self] session in
            let start = SystemClock.microseconds()
            if let fresh = last.withLock({ $0 }), start < fresh.until { return fresh.value }
            let value = try count(session)
            let end = SystemClock.microseconds()
            let cost = end - start
            let counted = cost >= Self.quick ? Counted(value: value, until: end + cost * Self.thrift) : nil
            last.withLock { $0 = counted }
            return value
        }
    }
}

import Synchronization
import TactCore
import TactStore

/// What waits, counted in the database when somebody asks. Counting costs some tens of nanoseconds a message, on the
/// connection that reads: with a million of them whoever asks often is answered from the last count.
package final class QueueGauge: Sendable {
    private struct Counted {
        var depth: QueueDepth
        /// On the clock that no step moves, in microseconds.
        var until: Int64
    }

    /// A count that was quicker is not kept: who has just submitted wants to see it.
    private static let quick: Int64 = 5000
    /// For so many times as long as it took a count is kept, so that counting takes at most a twentieth of the time.
    private static let thrift: Int64 = 20

    private let store: Store
    private let last = Mutex<Counted?>(nil)

    package init(_ store: Store) { self.store = store }

    package func depth(of channels: [String], now: Timestamp) async throws -> QueueDepth {
        let begin = SystemClock.microseconds()
        if let last = last.withLock({ $0 }), begin < last.until { return last.depth }
        // What others count while we wait for the connection serves us, too: it began after we asked.
        return try await store.read { [self] session in
            let start = SystemClock.microseconds()
            if let fresh = last.withLock({ $0 }), start < fresh.until { return fresh.depth }
            let depth = try session.queueDepth(of: channels, now: now)
            let end = SystemClock.microseconds()
            let cost = end - start
            let isKept = cost >= QueueGauge.quick
            last.withLock { $0 = isKept ? Counted(depth: depth, until: end + cost * QueueGauge.thrift) : nil }
            return depth
        }
    }
}

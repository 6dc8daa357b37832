import Synchronization

/// Counts the bytes of streamed answers that clients have not read yet, per connection and in all, so that reading
/// from a connection can pause before memory runs out.
///
/// A client that reads its answers only after it has written everything must not deadlock, so a good deal may be
/// outstanding. A few clients that never read must not stop the others, so below `reserve` a connection is not
/// bound by what all of them hold together.
package final class OutboundBudget: Sendable {
    /// The bounds, in bytes.
    package struct Limits: Sendable {
        /// Unread bytes of one connection beyond which its reading pauses.
        package var perConnection = 16 << 20
        /// Unread bytes of all connections beyond which reading pauses.
        package var inAll = 64 << 20
        /// Unread bytes of one connection up to which `inAll` does not bind it.
        package var reserve = 256 << 10

        /// 16 MiB a connection, 64 MiB in all.
        package init() {}
    }

    /// The bounds, in bytes.
    package let limits: Limits

    private let total = Atomic<Int>(0)
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    /// A budget with nothing outstanding.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Unread bytes of all connections.
    package var unreadBytes: Int {
        total.load(ordering: .relaxed)
    }

    /// Opens the account of one connection.
    package func openAccount() -> OutboundAccount {
        OutboundAccount(budget: self)
    }

    /// Calls `wake` once, on any thread, when all connections together are within bounds: at once if they are.
    func whenWithinBounds(_ wake: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.append(wake) }
        wakeIfWithinBounds()
    }

    fileprivate func add(_ bytes: Int) {
        total.add(bytes, ordering: .sequentiallyConsistent)
    }

    fileprivate func subtract(_ bytes: Int) {
        let (before, now) = total.subtract(bytes, ordering: .sequentiallyConsistent)
        if before > limits.inAll, now <= limits.inAll {
            wakeIfWithinBounds()
        }
    }

    private func wakeIfWithinBounds() {
        guard total.load(ordering: .sequentiallyConsistent) <= limits.inAll else { return }
        let woken = waiting.withLock { waiting in
            defer { waiting.removeAll() }
            return waiting
        }
        for wake in woken {
            wake()
        }
    }
}

/// One connection's share of an `OutboundBudget`. Every byte charged must be settled once.
package final class OutboundAccount: Sendable {
    private let budget: OutboundBudget
    private let unread = Atomic<Int>(0)

    fileprivate init(budget: OutboundBudget) {
        self.budget = budget
    }

    /// Unread bytes of this connection.
    package var unreadBytes: Int {
        unread.load(ordering: .relaxed)
    }

    /// Notes that `bytes` are on their way to the client.
    package func charge(_ bytes: Int) {
        unread.add(bytes, ordering: .relaxed)
        budget.add(bytes)
    }

    /// Notes that `bytes` have left us, or never will.
    package func settle(_ bytes: Int) {
        unread.subtract(bytes, ordering: .relaxed)
        budget.subtract(bytes)
    }

    /// Whether so much is unread that reading must pause.
    package var isExhausted: Bool {
        let unread = unreadBytes
        return unread > budget.limits.perConnection
            || (unread > budget.limits.reserve && budget.unreadBytes > budget.limits.inAll)
    }

    /// Whether a paused connection may read again: half of its own bound is free, so that it does not flutter.
    package var hasRoomAgain: Bool {
        let unread = unreadBytes
        return unread <= budget.limits.perConnection / 2
            && (unread <= budget.limits.reserve || budget.unreadBytes <= budget.limits.inAll)
    }

    /// Whether this connection's own bound, not that of all, is what holds it.
    package var isBoundByItself: Bool {
        unreadBytes > budget.limits.perConnection / 2
    }

    /// Calls `wake` once, on any thread, when it is worth asking `hasRoomAgain` because of what others have settled.
    package func whenOthersSettle(_ wake: @escaping @Sendable () -> Void) {
        budget.whenWithinBounds(wake)
    }
}

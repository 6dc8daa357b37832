/// Where a message stands in its life. The raw values are kept in the database.
package enum MessageState: Int, CaseIterable, Sendable {
    case pending = 0
    case leased, delivered, digested, cancelled, suppressed, expired, failed

    /// The word on the wire.
    package var name: String {
        switch self {
        case .pending: "pending"
        case .leased: "leased"
        case .delivered: "delivered"
        case .digested: "digested"
        case .cancelled: "cancelled"
        case .suppressed: "suppressed"
        case .expired: "expired"
        case .failed: "failed"
        }
    }

    package init?(name: String) {
        guard let found = MessageState.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// Whether nothing more will happen to the message by itself.
    package var isEnd: Bool {
        switch self {
        case .pending, .leased: false
        case .delivered, .digested, .cancelled, .suppressed, .expired, .failed: true
        }
    }
}

/// Why a message changed its state, where the findings do not say it. The raw values are kept in the database.
package enum Reason: String, CaseIterable, Sendable {
    case cancelledBySender = "cancelled_by_sender"
    case cancelledByOperator = "cancelled_by_operator"
    case collapsed
    case subjectCompleted = "subject_completed"
    case attemptsUsedUp = "attempts_used_up"
    case failedByWorker = "failed_by_worker"
    case expired
    case lapsed, retry, returned, requeued, moved, erased
    /// What is kept of it, or of its recipient, does not open.
    case unreadable
}

/// How a lease ended. The raw values are kept in the database.
package enum Outcome: Int, CaseIterable, Sendable {
    case delivered = 0
    case retry, returned, failed, lapsed

    /// The word on the wire.
    package var name: String {
        switch self {
        case .delivered: "delivered"
        case .retry: "retry"
        case .returned: "returned"
        case .failed: "failed"
        case .lapsed: "lapsed"
        }
    }

    package init?(name: String) {
        guard let found = Outcome.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

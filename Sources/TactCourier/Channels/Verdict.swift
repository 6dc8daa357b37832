import TactCore

/// What became of one delivery.
package struct Verdict: Sendable, Equatable {
    /// The outcomes of the daemon's interface that a worker may report.
    package enum Outcome: String, CaseIterable, Sendable {
        case delivered
        /// It did not succeed, and may another time.
        case retry
        /// It was not tried: costs no attempt.
        case returned
        /// It will not succeed.
        case failed
    }

    package var outcome: Outcome
    /// One sentence for the explanation and the log; nothing of the message or its recipient.
    package var detail: String?
    /// What a program has said of it, which may well be about the recipient: for the explanation alone.
    package var words: String?
    /// Not before so long; only with `retry` and `returned`.
    package var retryAfter: Duration?
    /// Whether the trouble is with what all messages of the channel go through, so that the others will not fare better.
    package var isOutage = false

    package static let delivered = Verdict(outcome: .delivered)

    package static func failed(_ detail: String) -> Verdict { Verdict(outcome: .failed, detail: detail) }

    /// With what a program has said of it.
    package func saying(_ words: String?) -> Verdict {
        var verdict = self
        verdict.words = words
        return verdict
    }

    package static func retry(_ detail: String, after: Duration? = nil, isOutage: Bool = false) -> Verdict {
        Verdict(outcome: .retry, detail: detail, retryAfter: after, isOutage: isOutage)
    }

    package static func returned(_ detail: String, after: Duration? = nil) -> Verdict {
        Verdict(outcome: .returned, detail: detail, retryAfter: after)
    }
}

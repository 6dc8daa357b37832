import TactCore

/// What a receiver answered.
package struct WebhookAnswer: Sendable {
    package var status: Int
    /// The header field of that name, as it came.
    package var retryAfter: String?

    package init(status: Int, retryAfter: String? = nil) {
        self.status = status
        self.retryAfter = retryAfter
    }

    /// A receiver that wants to be left alone for longer is asked again all the same.
    package static let longestWait = TactCore.Duration.days(1)

    package func verdict(now: Timestamp) -> Verdict {
        switch status {
        case 200..<300: return .delivered
        case 300..<400:
            return .failed("the receiver answered \(status): redirects are not followed; configure where it leads to")
        case 429, 503:
            return .retry("the receiver answered \(status)", after: wait(now: now), isOutage: true)
        case 408, 425, 500..<600:
            return .retry("the receiver answered \(status)", after: wait(now: now), isOutage: status >= 500)
        case 410: return .failed("the receiver answered 410: it is gone for good")
        default: return .failed("the receiver answered \(status)")
        }
    }

    /// Retry-After (RFC 9110, section 10.2.3): seconds, or an HTTP date. Nil if there is none that can be understood.
    func wait(now: Timestamp) -> TactCore.Duration? {
        guard let text = retryAfter?.filter({ $0 != "\t" }), !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return min(Int64(text).map { TactCore.Duration.seconds($0) } ?? Self.longestWait, Self.longestWait)
        }
        guard let instant = Timestamp(httpDate: text) else { return nil }
        return min(max(.zero, instant - now), Self.longestWait)
    }
}

/// Not before the sender's `not_before`, nor before the back-off of a failed attempt is over.
enum StartRule {
    static func verdict(_ c: borrowing Case, at t: Timestamp) -> Verdict {
        let notBefore = c.message.notBefore ?? .distantPast
        let retryAt = c.message.retryAt ?? .distantPast
        guard notBefore > .distantPast || retryAt > .distantPast else { return .notApplicable }
        if t < retryAt, retryAt >= notBefore { return .holds(.retryBackoff, until: retryAt) }
        return t < notBefore ? .holds(.notBefore, until: notBefore) : .permits
    }
}

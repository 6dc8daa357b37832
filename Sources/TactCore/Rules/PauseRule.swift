/// The recipient wants nothing for a while.
enum PauseRule {
    static func verdict(_ c: borrowing Case, at t: Timestamp) -> Verdict {
        guard c.respectsPause, let until = c.situation.pausedUntil else { return .notApplicable }
        // Until further notice.
        if until == .distantFuture { return .holds(.paused, until: nil) }
        return t < until ? .holds(.paused, until: until, isEdge: true) : .permits
    }
}

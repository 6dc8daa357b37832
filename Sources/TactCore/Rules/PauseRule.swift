/// The recipient wants nothing for a while.
enum PauseRule {
    static func verdict(_ c: borrowing Case, at t: Timestamp) -> Verdict {
        guard c.respectsPause, let until = c.situation.pausedUntil else { return .notApplicable }
        return t < until ? .holds(.paused, until: until, isEdge: true) : .permits
    }
}

/// The recipient's calendar says busy: wait for its end, but no longer than the topic's `max_wait`.
enum BusyRule {
    static func verdict(_ c: borrowing Case, at t: Timestamp) -> Verdict {
        guard c.respectsBusy, !c.situation.busy.isEmpty else { return .notApplicable }
        let free = c.situation.busy.firstFree(from: t)
        guard free > t else { return .permits }
        guard let maxWait = c.topic.maxWait else { return .holds(.busy, until: free, isEdge: true) }
        let bound = c.message.waitsFrom + maxWait
        guard t < bound else { return .permits }
        // The bound is each message's own, so plans that it ends need no spreading.
        return .holds(.busy, until: min(free, bound), isEdge: free <= bound)
    }
}

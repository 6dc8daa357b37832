/// What has reached the person already is not sent again within the topic's `repeat_after`.
enum KnownContentRule {
    /// `t`: the first instant at which the message may go as far as its sender is concerned.
    static func verdict(_ c: borrowing Case, at t: Timestamp) -> Verdict {
        guard let repeatAfter = c.topic.repeatAfter, let fingerprint = c.message.fingerprint else {
            return .notApplicable
        }
        var isOnItsWay = false
        for earlier in c.situation.told[fingerprint] ?? [] {
            guard earlier.message != c.message.number, t < earlier.at + repeatAfter else { continue }
            if earlier.isCertain { return .suppresses(.alreadyDelivered) }
            isOnItsWay = true
        }
        // Whether it arrives is not known yet, and to drop this one for the sake of one that fails would be a loss.
        return isOnItsWay ? .holds(.alreadyDelivered, until: nil) : .permits
    }
}

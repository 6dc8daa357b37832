import TactCore

/// One reason to hold, as a question of membership: may the message go by the channel at `t`, as far as this goes?
struct Holder {
    var rule: Rule
    var code: Finding.Code
    /// Of the cap or send window.
    var name: String?
    /// The instants at which it may begin to permit, besides quarters of an hour.
    var beginnings: [Timestamp] = []
    /// Whether it may begin to permit at a quarter of an hour.
    var followsClock = false
    /// What it asks, if that is all it asks.
    var hours: Hours?
    /// Whether a plan that it moved to this instant is spread.
    var isEdge: (Timestamp) -> Bool = { _ in false }
    /// Only caps look at the slots reserved for others.
    var permits: (_ t: Timestamp, _ slotsCount: Bool) -> Bool

    /// The first permitted instant at or after `t`; nil: there is none.
    func first(from t: Timestamp) -> Timestamp? {
        if let hours { return hours.firstOpen(from: t) }
        if permits(t, true) { return t }
        for next in Instants(after: t, beginnings, quarters: followsClock) where permits(next, true) { return next }
        return nil
    }
}

/// How one zone's clocks relate to UTC: transitions, and a rule for all time after the last.
package struct ZoneRules: Sendable {
    /// What a wall-clock reading means in a zone.
    package enum Reading: Hashable, Sendable {
        /// Exactly one instant.
        case one(Timestamp)
        /// The clock showed it more than once: the first and the last instant it can mean.
        case fold(first: Timestamp, last: Timestamp)
        /// The clock skipped it: the instant of the transition.
        case gap(Timestamp)
    }
}

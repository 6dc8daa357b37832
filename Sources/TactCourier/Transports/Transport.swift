import TactCore

/// A way to hand a message over.
package protocol Transport: Sendable {
    /// Whether a delivery may begin; nil: it may, and either `deliver` or `withdraw` follows.
    func turnAway(_ parcel: Parcel) -> Verdict?

    /// What was admitted does not begin after all.
    func withdraw(_ parcel: Parcel)

    /// Tries once, and comes back within the channel's time-out or soon after its task is cancelled.
    func deliver(_ parcel: Parcel) async -> Verdict

    /// Lets go of connections and processes. No delivery is under way any more.
    func close() async
}

extension Transport {
    package func turnAway(_ parcel: Parcel) -> Verdict? { nil }
    package func withdraw(_ parcel: Parcel) {}
}

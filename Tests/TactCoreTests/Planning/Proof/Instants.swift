import TactCore

/// Ascending: the instants from a list that lie after one, among all quarters of an hour or without them.
struct Instants: Sequence, IteratorProtocol {
    private var listed: ArraySlice<Timestamp>
    private var quarter: Timestamp?

    /// `list` in any order.
    init(after t: Timestamp, _ list: [Timestamp], quarters: Bool) {
        listed = list.filter { t < $0 }.sorted()[...]
        let next = (t.milliseconds.flooredQuotient(by: WallClock.step) + 1) * WallClock.step
        quarter = quarters ? Timestamp(milliseconds: next) : nil
    }

    /// Ends where the clocks of the proof do.
    mutating func next() -> Timestamp? {
        let next = Swift.min(listed.first ?? WallClock.last, quarter ?? WallClock.last)
        guard next < WallClock.last else { return nil }
        while listed.first == next { listed.removeFirst() }
        if quarter == next { quarter = next + Duration(milliseconds: WallClock.step) }
        return next
    }
}

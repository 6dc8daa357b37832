import TactCore

/// How fast each sender submits. A sender may save up one period's worth.
struct SubmissionBuckets {
    private var buckets: [String: (tokens: Double, at: Timestamp)] = [:]

    /// Takes one submission. Answers how long to wait if there is no room.
    mutating func take(_ sender: String, rate: Channel.Rate?, steady: Timestamp) -> Duration? {
        guard let rate else { return nil }
        let perMillisecond = Double(rate.count) / Double(max(1, rate.per.milliseconds))
        var (tokens, at) = buckets[sender] ?? (Double(rate.count), steady)
        tokens = min(Double(rate.count), tokens + Double((steady - at).milliseconds) * perMillisecond)
        at = steady
        guard tokens >= 1 else {
            buckets[sender] = (tokens, at)
            return Duration(milliseconds: Int64(((1 - tokens) / perMillisecond).rounded(.up)))
        }
        buckets[sender] = (tokens - 1, at)
        return nil
    }
}

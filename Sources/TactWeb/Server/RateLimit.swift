import Synchronization
import TactCore

/// How much each link, or each stranger, may ask: a bucket each, that fills again. Whoever is not known to the table begins
/// with a full one; the table is bounded, and forgets the older half first.
package final class RateLimit: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: Timestamp
    }

    private struct Table {
        var young: [Int: Bucket] = [:]
        var old: [Int: Bucket] = [:]
    }

    private static let mostBuckets = 10_000
    private let burst: Double
    private let perMillisecond: Double
    private let table = Mutex(Table())

    /// - Parameters:
    ///   - perMinute: how many in a minute, on average.
    ///   - burst: how many at once.
    package init(perMinute: Int, burst: Int) {
        self.burst = Double(burst)
        perMillisecond = Double(perMinute) / 60_000
    }

    /// Takes one, if there is one. `key` is hashed with this process's own seed; it is not kept.
    package func take(_ key: String, now: Timestamp) -> Bool {
        var hasher = Hasher()
        hasher.combine(key)
        let place = hasher.finalize()
        return table.withLock { table in
            var bucket = table.young[place] ?? table.old[place] ?? Bucket(tokens: burst, at: now)
            let waited = Double(max(0, (now - bucket.at).milliseconds))
            bucket.tokens = min(burst, bucket.tokens + waited * perMillisecond)
            bucket.at = now
            let isThere = bucket.tokens >= 1
            if isThere { bucket.tokens -= 1 }
            if table.young.count >= RateLimit.mostBuckets, table.young[place] == nil {
                table.old = table.young
                table.young = [:]
            }
            table.young[place] = bucket
            return isThere
        }
    }
}

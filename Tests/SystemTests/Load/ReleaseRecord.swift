import TactAPI
import TactCore

/// A release as its explanation shows it.
struct ReleaseRecord: Sendable {
    let message: String
    let topic: String
    let channel: String
    let releasedAt: Timestamp
    let outcome: String?
    let endedAt: Timestamp?
    /// When the message was released again.
    var movedAt: Timestamp?

    /// Whether caps see it at `t`: from its release on, until its count is given back or moves to a later release.
    func counts(at t: Timestamp) -> Bool {
        guard releasedAt <= t else { return false }
        switch outcome {
        case "retry", "returned", "failed": return endedAt.map { t < $0 } ?? true
        case "lapsed": return movedAt.map { t < $0 } ?? true
        default: return true
        }
    }
}

extension Daemon {
    /// All releases to a recipient.
    func releases(to recipient: String) async throws -> [ReleaseRecord] {
        var records: [ReleaseRecord] = []
        let items = try await get("/v1/messages?recipient=\(recipient)&limit=1000").json["items"]?.arrayValue ?? []
        for item in items {
            guard let id = item["id"]?.stringValue, let topic = item["topic"]?.stringValue else { continue }
            var own: [ReleaseRecord] = []
            for release in try await get("/v1/messages/\(id)/explanation").json["deliveries"]?.arrayValue ?? [] {
                let record = ReleaseRecord(
                    message: id, topic: topic, channel: release["channel"]?.stringValue ?? "",
                    releasedAt: try Timestamp(rfc3339: release["released_at"]?.stringValue ?? ""),
                    outcome: release["outcome"]?.stringValue,
                    endedAt: try release["ended_at"]?.stringValue.map { try Timestamp(rfc3339: $0) })
                if let last = own.indices.last { own[last].movedAt = record.releasedAt }
                own.append(record)
            }
            records += own
        }
        return records
    }
}

/// A cap as the design defines it, and nothing else.
struct CapRule: Sendable {
    enum Period: Sendable {
        case sliding(TactCore.Duration)
        /// A day of UTC.
        case day
    }

    let limit: Int
    let per: Period
    /// What is counted apart.
    let scope: @Sendable (ReleaseRecord) -> String

    init(_ limit: Int, per: Period, each scope: @escaping @Sendable (ReleaseRecord) -> String = { _ in "" }) {
        self.limit = limit
        self.per = per
        self.scope = scope
    }

    /// The instants at which more was counted than the limit allows. It can only be exceeded by a release.
    func overshoots(_ records: [ReleaseRecord]) -> [String] {
        Dictionary(grouping: records, by: scope).flatMap { name, records in
            records.compactMap { record in
                let t = record.releasedAt
                let counted = records.filter { $0.counts(at: t) && isInPeriod($0.releasedAt, of: t) }.count
                return counted > limit ? "\(t): \(counted) of \(limit) counted \(name)" : nil
            }
        }
    }

    private func isInPeriod(_ other: Timestamp, of t: Timestamp) -> Bool {
        switch per {
        case .sliding(let length): t - length < other && other <= t
        case .day: other.milliseconds / 86_400_000 == t.milliseconds / 86_400_000
        }
    }
}

import GRDB
import TactCore

/// What is counted of topics, so that one that too many complain about is stopped.
extension Session {
    /// One more of a topic was delivered. Written once, at the end of the transaction.
    package func countDelivery(of topic: String, at now: Timestamp) throws {
        let place = Delivered(topic: try names.number(topic, .topic, db), hour: now.hour)
        delivered[place, default: 0] += 1
    }

    /// Somebody has complained about a topic.
    package func countComplaint(about topic: String, at now: Timestamp) throws {
        try run(
            """
            INSERT INTO complaint_tallies (topic, hour, complaints) VALUES (?, ?, 1)
            ON CONFLICT (topic, hour) DO UPDATE SET complaints = complaints + 1
            """, try names.number(topic, .topic, db), now.hour)
    }

    /// Deliveries of a topic and complaints about it in the hours since `since`, its own included.
    package func complaints(
        about topic: String, since: Timestamp
    ) throws -> (deliveries: Int, complaints: Int) {
        try flushDelivered()
        guard let number = try names.find(topic, .topic, db) else { return (0, 0) }
        return try row(
            """
            SELECT ifnull(sum(deliveries), 0), ifnull(sum(complaints), 0) FROM complaint_tallies
            WHERE topic = ? AND hour >= ?
            """, [number, since.hour], { ($0[0], $0[1]) }) ?? (0, 0)
    }

    /// What was counted longer ago than any limit looks.
    package func dropComplaintTallies(before: Timestamp) throws {
        try run("DELETE FROM complaint_tallies WHERE hour < ?", before.hour)
    }

    func flushDelivered() throws {
        for (place, count) in delivered {
            try run(
                """
                INSERT INTO complaint_tallies (topic, hour, deliveries) VALUES (?, ?, ?)
                ON CONFLICT (topic, hour) DO UPDATE SET deliveries = deliveries + excluded.deliveries
                """, place.topic, place.hour, count)
        }
        delivered = [:]
    }

    struct Delivered: Hashable {
        var topic: Int64
        var hour: Int64
    }
}

extension Timestamp {
    /// Hours since the epoch, begun ones not counted.
    fileprivate var hour: Int64 { milliseconds.flooredQuotient(by: 3_600_000) }
}

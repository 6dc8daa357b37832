import GRDB
import TactCore

/// What waits at one moment.
package struct QueueDepth: Sendable, Equatable {
    package struct OfTopic: Sendable, Equatable {
        package var name: String
        package var pending = 0
        package var leased = 0
    }

    package struct OfChannel: Sendable, Equatable {
        package var name: String
        /// Pending messages whose plan names the channel.
        package var planned = 0
        /// Those of them that may go as soon as a worker comes.
        package var due = 0
        package var leased = 0
        /// When the one that has been due for longest became due.
        package var oldestDue: Timestamp?
        /// When the next one becomes due.
        package var next: Timestamp?
        /// Releases in the last minute.
        package var released = 0
    }

    package var at: Timestamp
    /// Those that have any, by name.
    package var topics: [OfTopic]
    /// In the order asked for.
    package var channels: [OfChannel]
    /// Channels that an operator holds.
    package var held: Set<String>
}

extension Session {
    /// Counts what waits: for topics from tallies, for channels along indexes.
    package func queueDepth(of channels: [String], now: Timestamp) throws -> QueueDepth {
        let leased = try leasedByChannel()
        return QueueDepth(
            at: now, topics: try queueByTopic(),
            channels: try channels.map { channel in
                let (oldestDue, next) = try firstPlans(on: channel, now: now)
                return QueueDepth.OfChannel(
                    name: channel, planned: try plannedCount(channel: channel),
                    due: oldestDue == nil ? 0 : try dueCount(channel: channel, now: now),
                    leased: leased[channel] ?? 0, oldestDue: oldestDue, next: next,
                    released: try releaseCount(channel: channel, after: now - .minutes(1), upTo: now))
            }, held: Set(try holds(.channel).map(\.name)))
    }

    func queueByTopic() throws -> [QueueDepth.OfTopic] {
        var topics: [String: QueueDepth.OfTopic] = [:]
        for (topic, state, count) in try rows(
            "SELECT topic, state, value FROM queue WHERE value > 0", [],
            { (try names.word($0[0], db), MessageState(rawValue: $0[1]), $0[2] as Int) })
        {
            if state == .pending { topics[topic, default: .init(name: topic)].pending = count }
            if state == .leased { topics[topic, default: .init(name: topic)].leased = count }
        }
        return topics.values.sorted { $0.name < $1.name }
    }

    private func leasedByChannel() throws -> [String: Int] {
        let counts = try rows(
            "SELECT channel, count(*) FROM attempts INDEXED BY attempts_lapsing WHERE outcome IS NULL GROUP BY channel",
            [], { (try names.word($0[0], db), $0[1] as Int) })
        return Dictionary(counts, uniquingKeysWith: +)
    }

    /// The first plan on a channel, if it is due, and the first that is not.
    private func firstPlans(on channel: String, now: Timestamp) throws -> (due: Timestamp?, later: Timestamp?) {
        guard let number = try names.find(channel, .channel, db) else { return (nil, nil) }
        let due = try nextDue(channel: channel).flatMap { $0 <= now ? $0 : nil }
        var later: Timestamp?
        for urgency in Urgency.allCases {
            let next = try integer(
                """
                SELECT plan_at FROM messages INDEXED BY messages_due
                WHERE plan_channel = ? AND urgency = ? AND plan_at > ? AND plan_at IS NOT NULL ORDER BY plan_at LIMIT 1
                """, number, urgency.rawValue, now.milliseconds)
            if let next = Timestamp(next) { later = min(later ?? next, next) }
        }
        return (due, later)
    }

    private func releaseCount(channel: String, after since: Timestamp, upTo now: Timestamp) throws -> Int {
        guard let number = try names.find(channel, .channel, db) else { return 0 }
        return Int(
            try integer(
                "SELECT count(*) FROM attempts WHERE channel = ? AND released_at > ? AND released_at <= ?", number,
                since.milliseconds, now.milliseconds) ?? 0)
    }

    // MARK: Tallies

    /// A message of a topic came into a state, or left it. Only what has not ended is counted by topic.
    func tally(topic: Int64, _ state: MessageState, _ delta: Int) {
        guard !state.isEnd else { return }
        if let place = queue.firstIndex(where: { $0.topic == topic && $0.state == state }) {
            queue[place].delta += delta
        } else {
            queue.append((topic, state, delta))
        }
    }

    func flushQueue() throws {
        for (topic, state, delta) in queue where delta != 0 {
            try run("INSERT OR IGNORE INTO queue (topic, state, value) VALUES (?, ?, 0)", topic, state.rawValue)
            try run("UPDATE queue SET value = value + ? WHERE topic = ? AND state = ?", delta, topic, state.rawValue)
        }
        queue = []
    }
}

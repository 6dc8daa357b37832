import Foundation
import GRDB
import TactCore

/// What a person did with what they were sent, or what became of it on the way.
package enum EventType: Int, CaseIterable, Sendable {
    case opened = 0
    case clicked, dismissed, converted, unsubscribed, complained, bounced

    package var name: String {
        switch self {
        case .opened: "opened"
        case .clicked: "clicked"
        case .dismissed: "dismissed"
        case .converted: "converted"
        case .unsubscribed: "unsubscribed"
        case .complained: "complained"
        case .bounced: "bounced"
        }
    }
}

/// An event as kept.
package struct StoredEvent: Sendable, Equatable {
    package var type: EventType
    /// The message's number; nil: none was named.
    package var message: Int64?
    package var topic: String?
    package var channel: String?
    /// When it happened, as the one who reported it tells.
    package var at: Timestamp?
    package var receivedAt: Timestamp
    package var detail: String?
    package var recordedBy: String

    package init(
        type: EventType, message: Int64? = nil, topic: String? = nil, channel: String? = nil, at: Timestamp? = nil,
        receivedAt: Timestamp, detail: String? = nil, recordedBy: String
    ) {
        self.type = type
        self.message = message
        self.topic = topic
        self.channel = channel
        self.at = at
        self.receivedAt = receivedAt
        self.detail = detail
        self.recordedBy = recordedBy
    }
}

extension Session {
    package func insert(_ event: StoredEvent, of recipient: Int64) throws {
        // The number first: what is sealed is bound to it.
        let number = (try integer("SELECT max(n) FROM events") ?? 0) + 1
        try run(
            """
            INSERT INTO events (n, recipient, message, topic, channel, type, at, received_at, detail, recorded_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            number, recipient, event.message, try event.topic.map { try names.number($0, .topic, db) },
            try event.channel.map { try names.number($0, .channel, db) }, event.type.rawValue, event.at?.milliseconds,
            event.receivedAt.milliseconds,
            try event.detail.map { try seal(Array($0.utf8), .event, number, of: recipient) },
            try names.number(event.recordedBy, .sender, db))
    }

    /// What was reported of a person, the earliest first.
    package func events(of recipient: Int64) throws -> [StoredEvent] {
        try rows(
            """
            SELECT type, message, topic, channel, at, received_at, detail, recorded_by, n FROM events
            WHERE recipient = ? ORDER BY n
            """, [recipient]
        ) { try storedEvent($0, of: recipient) }
    }

    /// What was reported last of one of their messages, the earliest first.
    package func events(of recipient: Int64, message: Int64, last limit: Int) throws -> [StoredEvent] {
        // The plus keeps SQLite from looking through all that was reported of the person.
        try rows(
            """
            SELECT type, message, topic, channel, at, received_at, detail, recorded_by, n FROM events
            WHERE message = ? AND +recipient = ? ORDER BY n DESC LIMIT ?
            """, [message, recipient, limit]
        ) { try storedEvent($0, of: recipient) }.reversed()
    }

    /// The next of what was reported of a person, the earliest first, with their numbers.
    package func events(
        of recipient: Int64, after number: Int64, limit: Int
    ) throws -> [(number: Int64, event: StoredEvent)] {
        try rows(
            """
            SELECT type, message, topic, channel, at, received_at, detail, recorded_by, n FROM events
            WHERE recipient = ? AND n > ? ORDER BY n LIMIT ?
            """, [recipient, number, limit]
        ) { ($0[8], try storedEvent($0, of: recipient)) }
    }

    private func storedEvent(_ row: Row, of recipient: Int64) throws -> StoredEvent {
        guard let type = EventType(rawValue: row[0]) else {
            throw StoreError.damaged("an event has the type \(row[0] as Int)")
        }
        return StoredEvent(
            type: type, message: row[1], topic: try (row[2] as Int64?).map { try names.word($0, db) },
            channel: try (row[3] as Int64?).map { try names.word($0, db) }, at: Timestamp(row[4] as Int64?),
            receivedAt: Timestamp(milliseconds: row[5]),
            detail: try openToShow(row[6], .event, row[8], of: recipient).map { String(decoding: $0, as: UTF8.self) },
            recordedBy: try names.word(row[7], db))
    }

    /// Whether the same was reported of a message before.
    package func hasEvent(_ type: EventType, ofMessage message: Int64) throws -> Bool {
        try integer("SELECT 1 FROM events WHERE message = ? AND type = ? LIMIT 1", message, type.rawValue) != nil
    }

    /// Events received before that. Answers how many went.
    package func dropEvents(receivedBefore: Timestamp, limit: Int) throws -> Int {
        try rows(
            """
            DELETE FROM events WHERE n IN (SELECT n FROM events WHERE received_at < ? ORDER BY received_at LIMIT ?)
            RETURNING n
            """, [receivedBefore.milliseconds, limit], { $0[0] as Int64 }
        ).count
    }
}

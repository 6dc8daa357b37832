import TactCore
import TactStore

/// What a link allows: whose it is, for what, and for how long.
package struct Grant: Sendable, Equatable {
    package enum Scope: UInt8, CaseIterable, Sendable {
        /// Everything that a person decides about themselves.
        case preferences = 1
        /// To withdraw consent for one topic.
        case unsubscribe = 2

        /// As on the wire.
        package var name: String {
            switch self {
            case .preferences: "preferences"
            case .unsubscribe: "unsubscribe"
            }
        }
    }

    package var scope: Scope
    /// The recipient's id.
    package var recipient: String
    /// The recipient's internal number, which nobody else is ever given: who was erased and comes again under the same id
    /// has another.
    package var holder: Int64
    /// In which life of the database it was made, and how often the recipient's links had been revoked by then: both are
    /// counted and not dated, so that no step of a clock makes a link good again.
    package var issue: LinkIssue
    /// What may be withdrawn; nil: the scope is `preferences`.
    package var topic: String?
    package var issued: Timestamp
    /// Links to unsubscribe do not end: mail is kept for years, and clocks are set back.
    package var expires: Timestamp
    /// Whether it is used up by the first request that changes something.
    package var isOnce: Bool
    /// Tells links apart that say the same.
    package var number: Int64

    package init(
        scope: Scope, recipient: String, holder: Int64, issue: LinkIssue = LinkIssue(), topic: String? = nil,
        issued: Timestamp, expires: Timestamp = .distantFuture, isOnce: Bool = false,
        number: Int64 = .random(in: .min ... .max)
    ) {
        self.scope = scope
        self.recipient = recipient
        self.holder = holder
        self.issue = issue
        self.topic = topic
        self.issued = issued
        self.expires = expires
        self.isOnce = isOnce
        self.number = number
    }
}

extension Grant {
    /// What goes out with every message that may be unsubscribed from.
    package static func unsubscribing(
        _ recipient: String, holder: Int64, from topic: String, now: Timestamp
    ) -> Grant {
        Grant(scope: .unsubscribe, recipient: recipient, holder: holder, topic: topic, issued: now)
    }
}

/// In bytes, for sealing: numbers big-endian, texts with their length before them, and then so many zeros that the length
/// tells nothing about the recipient's id.
extension Grant {
    private static let blockSize = 64

    var bytes: [UInt8] {
        var bytes: [UInt8] = [scope.rawValue, isOnce ? 1 : 0]
        for value in [holder, issue.era, issue.round, issued.milliseconds, expires.milliseconds, number] {
            withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
        }
        for text in [recipient, topic ?? ""] {
            withUnsafeBytes(of: UInt16(clamping: text.utf8.count).bigEndian) { bytes += $0 }
            bytes += text.utf8
        }
        let rest = bytes.count % Grant.blockSize
        return rest == 0 ? bytes : bytes + [UInt8](repeating: 0, count: Grant.blockSize - rest)
    }

    init?(bytes: [UInt8]) {
        var rest = bytes[...]
        func number(_ size: Int) -> UInt64? {
            guard rest.count >= size else { return nil }
            defer { rest = rest.dropFirst(size) }
            return rest.prefix(size).reduce(0) { $0 << 8 | UInt64($1) }
        }
        func text() -> String? {
            guard let length = number(2), rest.count >= Int(length) else { return nil }
            defer { rest = rest.dropFirst(Int(length)) }
            return String(validating: rest.prefix(Int(length)), as: UTF8.self)
        }
        guard let scope = number(1).flatMap({ Scope(rawValue: UInt8(truncatingIfNeeded: $0)) }), let once = number(1),
            let holder = number(8), let era = number(8), let round = number(8), let issued = number(8),
            let expires = number(8), let own = number(8), let recipient = text(), let topic = text()
        else { return nil }
        self.init(
            scope: scope, recipient: recipient, holder: Int64(bitPattern: holder),
            issue: LinkIssue(era: Int64(bitPattern: era), round: Int64(bitPattern: round)),
            topic: scope == .unsubscribe ? topic : nil,
            issued: Timestamp(milliseconds: Int64(bitPattern: issued)),
            expires: Timestamp(milliseconds: Int64(bitPattern: expires)), isOnce: once == 1,
            number: Int64(bitPattern: own))
    }
}

/// How pressing the sender says a message is, in the words of RFC 8030, section 5.3.
package enum Urgency: Int, CaseIterable, Comparable, Sendable {
    case veryLow, low, normal, high

    package static func < (a: Urgency, b: Urgency) -> Bool { a.rawValue < b.rawValue }

    /// The word on the wire.
    package var name: String {
        switch self {
        case .veryLow: "very-low"
        case .low: "low"
        case .normal: "normal"
        case .high: "high"
        }
    }

    package init?(name: String) {
        guard let found = Urgency.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

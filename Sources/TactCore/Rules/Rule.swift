/// The rules, in the order in which they are told.
package enum Rule: String, CaseIterable, Sendable, Comparable {
    case consent
    case dataUse = "data_use"
    case knownContent = "known_content"
    case completion, address, start, pause, channel
    case quietHours = "quiet_hours"
    case busy
    case sendWindow = "send_window"
    case cap, expiry

    package static func < (a: Rule, b: Rule) -> Bool { a.position < b.position }

    /// The rule's place in the order, from 0.
    package var position: Int {
        switch self {
        case .consent: 0
        case .dataUse: 1
        case .knownContent: 2
        case .completion: 3
        case .address: 4
        case .start: 5
        case .pause: 6
        case .channel: 7
        case .quietHours: 8
        case .busy: 9
        case .sendWindow: 10
        case .cap: 11
        case .expiry: 12
        }
    }
}

/// What a rule says of a case at one instant.
enum Verdict: Sendable {
    /// The rule has nothing to do with this case.
    case notApplicable
    case permits
    /// Not at this instant. `until` is the rule's first permitted instant; nil: there is none until something
    /// changes. `isEdge` marks the end of a stretch that holds many messages at once, from which plans are spread.
    case holds(
        Finding.Code, until: Timestamp?, isEdge: Bool = false, name: String? = nil, detail: Finding.Detail? = nil)
    case suppresses(Finding.Code, name: String? = nil, detail: Finding.Detail? = nil)
}

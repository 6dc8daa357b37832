/// How a stretch of time is taken (RFC 5545, section 3.2.9; RFC 7953, section 3.2).
package enum BusyType: UInt8, CaseIterable, Sendable, Hashable {
    /// FREE: does not block.
    case free
    /// BUSY-TENTATIVE: a provisional appointment; blocks.
    case tentative
    /// BUSY.
    case busy
    /// BUSY-UNAVAILABLE: out of office, or outside the hours of a VAVAILABILITY.
    case unavailable

    /// All but FREE hold messages back.
    package var blocks: Bool { self != .free }

    /// The word of RFC 5545: `"FREE"`, `"BUSY-TENTATIVE"`, `"BUSY"`, `"BUSY-UNAVAILABLE"`.
    package var name: String {
        switch self {
        case .free: "FREE"
        case .tentative: "BUSY-TENTATIVE"
        case .busy: "BUSY"
        case .unavailable: "BUSY-UNAVAILABLE"
        }
    }

    /// A word that RFC 5545 does not know means BUSY, as it demands of an unknown FBTYPE.
    init(name: String) {
        self = BusyType.allCases.first { $0.name == name.uppercased() } ?? .busy
    }
}

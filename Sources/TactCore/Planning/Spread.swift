/// Keeps a herd apart: everyone who waits for the same edge gets an offset of their own, the same every time.
package enum Spread {
    /// A stable offset in `[0, within)`, from the recipient's id and the edge (FNV-1a, then the SplitMix64 finalizer).
    package static func offset(recipient: String, edge: Timestamp, within: Duration) -> Duration {
        guard within.milliseconds > 0 else { return .zero }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in recipient.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        hash ^= UInt64(bitPattern: edge.milliseconds) &* 0x9e37_79b9_7f4a_7c15
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        hash ^= hash >> 31
        let share = hash.multipliedFullWidth(by: UInt64(within.milliseconds)).high
        return Duration(milliseconds: Int64(share))
    }
}

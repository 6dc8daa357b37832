import TactCore

/// Whose key was destroyed, and what they had switched off: all that is left of a person, in keyed hashes and the names of
/// topics and channels.
package struct ErasedPerson: Equatable, Sendable {
    /// Something that was switched off.
    package struct Refusal: Hashable, Sendable {
        package var topic: String
        /// Empty: every channel.
        package var channel: String

        package init(topic: String, channel: String) {
            self.topic = topic
            self.channel = channel
        }
    }

    package var recipient: Int64
    /// Of the id.
    package var hash: [UInt8]
    package var at: Timestamp
    /// Keyed hashes of their addresses, those that they had before among them.
    package var addresses: [[UInt8]]
    package var refusals: [Refusal]

    package init(
        recipient: Int64, hash: [UInt8], at: Timestamp, addresses: [[UInt8]] = [], refusals: [Refusal] = []
    ) {
        self.recipient = recipient
        self.hash = hash
        self.at = at
        self.addresses = addresses
        self.refusals = refusals
    }
}

/// In the list of erasures: fields one after the other, texts and lists with their length before them.
extension ErasedPerson {
    var encoded: [UInt8] {
        var bytes = recipient.bytes + at.milliseconds.bytes + hash
        bytes += UInt16(clamping: addresses.count).bytes
        for address in addresses.prefix(Int(UInt16.max)) { bytes += address }
        bytes += UInt16(clamping: refusals.count).bytes
        for refusal in refusals.prefix(Int(UInt16.max)) {
            for text in [refusal.topic, refusal.channel] {
                bytes += UInt16(clamping: text.utf8.count).bytes + text.utf8
            }
        }
        return bytes
    }

    /// nil: these are no such fields.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        func length() -> Int? { take(2).map { Int($0[$0.startIndex]) | Int($0[$0.startIndex + 1]) << 8 } }
        func text() -> String? { length().flatMap(take).map { String(decoding: $0, as: UTF8.self) } }
        guard let recipient = take(8), let at = take(8), let hash = take(KeyedHash.length), let addresses = length()
        else { return nil }
        self.init(
            recipient: Int64(bytes: recipient), hash: Array(hash), at: Timestamp(milliseconds: Int64(bytes: at)))
        for _ in 0..<addresses {
            guard let address = take(KeyedHash.length) else { return nil }
            self.addresses.append(Array(address))
        }
        guard let refusals = length() else { return nil }
        for _ in 0..<refusals {
            guard let topic = text(), let channel = text() else { return nil }
            self.refusals.append(Refusal(topic: topic, channel: channel))
        }
        guard rest.isEmpty else { return nil }
    }
}

extension UInt16 {
    /// Little end first.
    fileprivate var bytes: [UInt8] { withUnsafeBytes(of: littleEndian) { [UInt8]($0) } }
}

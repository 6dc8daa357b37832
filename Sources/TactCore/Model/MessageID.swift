/// How a message's number is written for the world: the tag of its database, and the number, so that an id is never
/// that of another message, in this database or any other, and needs no index of its own.
package struct MessageIDs: Sendable {
    /// 40 random bits, drawn when the database was made.
    package let tag: Int64
    private let prefix: [UInt8]

    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    package init(tag: Int64) {
        self.tag = tag
        var text: [UInt8] = []
        for place in stride(from: 35, through: 0, by: -5) {
            text.append(MessageIDs.digits[Int((tag >> Int64(place)) & 31)])
        }
        prefix = text + [UInt8(ascii: "-")]
    }

    /// The id of message `number`, such as `7m2k9qxd-1a`.
    package func id(_ number: Int64) -> String {
        var tail: [UInt8] = []
        var rest = UInt64(bitPattern: number)
        repeat {
            tail.append(MessageIDs.digits[Int(rest & 31)])
            rest >>= 5
        } while rest > 0
        return String(decoding: prefix + tail.reversed(), as: UTF8.self)
    }

    /// The number behind an id of this database; nil for anything else.
    package func number(_ id: String) -> Int64? {
        let bytes = Array(id.utf8)
        guard bytes.count > prefix.count, bytes.count <= prefix.count + 12, bytes.starts(with: prefix) else {
            return nil
        }
        var number: Int64 = 0
        for byte in bytes.dropFirst(prefix.count) {
            guard let digit = MessageIDs.digits.firstIndex(of: byte) else { return nil }
            number = number << 5 | Int64(digit)
        }
        return id == self.id(number) ? number : nil
    }
}

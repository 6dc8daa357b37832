/// Why stored bytes cannot be read back.
package enum DecodingProblem: Error, Hashable, Sendable {
    /// Written by another version of Tact: the first byte found.
    case unknownVersion(UInt8)
    /// The bytes end too soon.
    case truncated
    /// A value that is never written.
    case malformed
}

/// Writes numbers in as few bytes as they need: seven bits a byte, the lowest first.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ byte: UInt8) { bytes.append(byte) }

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Small numbers of either sign are short.
    mutating func write(_ number: Int64) { write(UInt64(bitPattern: number << 1 ^ number >> 63)) }

    /// With their number before them.
    mutating func write(bytes more: some Collection<UInt8>) {
        write(UInt64(more.count))
        bytes.append(contentsOf: more)
    }

    mutating func write(_ text: String) { write(bytes: text.utf8) }

    mutating func write<Element>(_ list: [Element], _ body: (inout ByteWriter, Element) -> Void) {
        write(UInt64(list.count))
        for element in list { body(&self, element) }
    }
}

/// Reads what `ByteWriter` wrote. Bytes from elsewhere never trap and never make it reserve more than they are.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(DecodingProblem) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        position += 1
        return bytes[position - 1]
    }

    mutating func unsigned() throws(DecodingProblem) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try byte()
            if shift == 63, byte > 1 { throw .malformed }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
        }
        throw .malformed
    }

    mutating func signed() throws(DecodingProblem) -> Int64 {
        let number = try unsigned()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    /// A number within bounds.
    mutating func integer(_ range: ClosedRange<Int64>) throws(DecodingProblem) -> Int64 {
        let number = try signed()
        guard range.contains(number) else { throw .malformed }
        return number
    }

    /// As many bytes as the number before them says.
    mutating func blob() throws(DecodingProblem) -> [UInt8] {
        let count = try unsigned()
        guard count <= UInt64(bytes.count - position) else { throw .truncated }
        position += Int(count)
        return Array(bytes[(position - Int(count))..<position])
    }

    mutating func text() throws(DecodingProblem) -> String { String(decoding: try blob(), as: UTF8.self) }

    mutating func list<Element>(
        _ body: (inout ByteReader) throws(DecodingProblem) -> Element
    ) throws(DecodingProblem) -> [Element] {
        let count = try unsigned()
        // Every element takes a byte at least.
        guard count <= UInt64(bytes.count - position) else { throw .truncated }
        var list: [Element] = []
        for _ in 0..<count { list.append(try body(&self)) }
        return list
    }
}

import Foundation

/// Several fields in one row of bytes, to be sealed together: each with its length before it, four bytes, little end first;
/// a length of all ones is nil.
struct SealedFields {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ text: String?) {
        guard let text else { return add(length: .max) }
        add(length: UInt32(text.utf8.count))
        bytes += text.utf8
    }

    mutating func add(_ field: [UInt8]?) {
        guard let field else { return add(length: .max) }
        add(length: UInt32(field.count))
        bytes += field
    }

    mutating func add(_ number: Int64?) { add(number.map { String($0) }) }

    private mutating func add(length: UInt32) {
        withUnsafeBytes(of: length.littleEndian) { bytes += $0 }
    }

    /// Takes fields out again, in the order in which they were added.
    struct Reader {
        private let data: Data
        private var place: Int

        init(_ data: Data) {
            self.data = data
            place = data.startIndex
        }

        var isAtEnd: Bool { place == data.endIndex }

        mutating func text() throws -> String? { try field().map { String(decoding: $0, as: UTF8.self) } }
        mutating func bytes() throws -> [UInt8]? { try field().map { [UInt8]($0) } }
        mutating func number() throws -> Int64? { try text().flatMap { Int64($0) } }

        /// A field that must be there.
        mutating func word() throws -> String {
            guard let text = try text() else { throw StoreError.damaged("a sealed field is missing") }
            return text
        }

        private mutating func field() throws -> Data? {
            guard place + 4 <= data.endIndex else { throw StoreError.damaged("sealed fields end too early") }
            let length = data[place..<place + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            place += 4
            if length == .max { return nil }
            guard data.endIndex - place >= Int(length) else { throw StoreError.damaged("sealed fields end too early") }
            defer { place += Int(length) }
            return data[place..<place + Int(length)]
        }
    }
}

import Crypto
import FoundationEssentials

/// A key that wraps the recipients' keys. It comes from outside, so that whoever has the disk has not the keys.
package struct MasterKey: Sendable {
    static let length = 32
    let key: SymmetricKey
    /// Tells which key wrapped something; says nothing of the key.
    let tag: Tag

    /// Three bytes: they stand beside everything that is wrapped. Two keys of the same tag are told apart by trying.
    struct Tag: Hashable, Sendable {
        let bytes: [UInt8]

        static let length = 3
    }

    init(_ key: SymmetricKey) {
        self.key = key
        tag = Tag(
            bytes: Array(HMAC<SHA256>.authenticationCode(for: Array("tact master key".utf8), using: key).prefix(3)))
    }

    /// Names the key to people; says nothing of it.
    package var fingerprint: String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("tact fingerprint".utf8), using: key).prefix(8)
        return code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    package static func random() -> MasterKey { MasterKey(SymmetricKey(size: .bits256)) }

    /// Reads keys, one a line, in base64 or in hexadecimal figures; empty lines and those that begin with `#` count for
    /// nothing. The first one is in force; the others are those that it takes the place of.
    package static func read(_ text: String, from name: String) throws(VaultError) -> [MasterKey] {
        var keys: [MasterKey] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let word = line.filter { !$0.isWhitespace }
            if word.isEmpty || word.hasPrefix("#") { continue }
            guard let bytes = MasterKey.bytes(of: word), bytes.count == MasterKey.length else {
                throw .failed(
                    "\(name), line \(index + 1): expected a key of 32 bytes in base64 (44 characters) or hexadecimal (64). Make one with: openssl rand -base64 32"
                )
            }
            keys.append(MasterKey(SymmetricKey(data: bytes)))
        }
        if keys.isEmpty {
            throw .failed("\(name) holds no key. Make one with: openssl rand -base64 32")
        }
        return keys
    }

    private static func bytes(of word: String) -> [UInt8]? {
        guard word.utf8.count == 2 * MasterKey.length else { return Data(base64Encoded: word).map { [UInt8]($0) } }
        let figures = word.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard figures.count == 2 * MasterKey.length else { return nil }
        return stride(from: 0, to: figures.count, by: 2).map { UInt8(figures[$0] << 4 | figures[$0 + 1]) }
    }

    // MARK: Wrapping

    /// How long 32 bytes are when they are wrapped: nonce, bytes, tag.
    static let wrappedLength = 12 + 32 + 16

    /// - Parameter nonce: nil: drawn for this.
    func wrap(_ secret: SymmetricKey, for place: [UInt8], _ nonce: AES.GCM.Nonce? = nil) throws -> [UInt8] {
        let plain = secret.withUnsafeBytes { [UInt8]($0) }
        let box = try AES.GCM.seal(plain, using: key, nonce: nonce, authenticating: place)
        return Array(box.nonce) + box.ciphertext + box.tag
    }

    /// nil: it was not wrapped by this key, for this place.
    func unwrap(_ wrapped: [UInt8], for place: [UInt8]) -> SymmetricKey? {
        guard let box = try? AES.GCM.SealedBox(combined: wrapped),
            let plain = try? AES.GCM.open(box, using: key, authenticating: place)
        else { return nil }
        return SymmetricKey(data: plain)
    }
}

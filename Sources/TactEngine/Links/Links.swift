import Crypto
import TactCore

/// Makes and opens the tokens of links. A token is sealed (AES-GCM): whoever has it cannot read whose it is, nor make
/// another.
package struct Links: Sendable {
    /// How long a link to the preference page lasts if nobody says otherwise.
    package static let preferencesLife = Duration.days(1)
    /// Bytes of the longest token: 1, 12 of the nonce, 448 of the longest grant, 16 of the tag; in Base64.
    package static let longestToken = 640

    /// The first byte of a token, and what is sealed with it.
    private static let version: UInt8 = 2
    private static let purpose = Array("tact link 2".utf8)
    private static let overhead = 1 + 12 + 16

    private let key: SymmetricKey
    /// Opened in place of what is no token at all, so that it takes as long.
    private let decoy: [UInt8]
    /// Read in place of what cannot be opened, for the same reason.
    private let blank = Grant(
        scope: .preferences, recipient: "somebody", holder: 0, issued: .distantPast, expires: .distantPast
    ).bytes

    package init(key: SymmetricKey) {
        self.key = key
        decoy = [UInt8](repeating: 0, count: Links.overhead + blank.count)
    }

    /// A key for as long as the process runs.
    package init() { self.init(key: SymmetricKey(size: .bits256)) }

    /// The token of a link. nil: the cipher failed, which it does not with a key of 256 bits.
    package func token(_ grant: Grant) -> String? {
        guard let box = try? AES.GCM.seal(grant.bytes, using: key, authenticating: Links.purpose) else { return nil }
        return Base64URL.encode([Links.version] + [UInt8](box.nonce) + [UInt8](box.ciphertext) + [UInt8](box.tag))
    }

    /// What a token allows; nil: it is none of ours, or its time is not now. Which of these it is nobody learns, neither
    /// from the answer nor from how long it takes.
    package func open(_ token: String, now: Timestamp) -> Grant? {
        let read = token.utf8.count <= Links.longestToken ? Base64URL.decode(token) : nil
        let isPlausible = (read?.count ?? 0) > Links.overhead && read?.first == Links.version
        let bytes = isPlausible ? read ?? decoy : decoy
        let (nonce, rest) = (bytes[1..<13], bytes[13...])
        let opened = try? AES.GCM.open(
            AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: rest.dropLast(16), tag: rest.suffix(16)),
            using: key, authenticating: Links.purpose)
        // What was not opened is read as well, and says nothing.
        let grant = Grant(bytes: opened.map { [UInt8]($0) } ?? blank)
        guard opened != nil, let grant else { return nil }
        switch grant.scope {
        case .unsubscribe: return grant
        // A clock that was set back does not make a link from the future good, beyond what clocks are apart.
        case .preferences: return grant.issued <= now + .minutes(5) && now < grant.expires ? grant : nil
        }
    }
}

/// Base64 for URLs, without padding (RFC 4648, section 5).
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil: it is not what `encode` makes. Also not where bits that mean nothing are set: a token has one spelling.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for character in text.utf8 {
            guard let value = value(character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return count < 6 && bits & (1 << count - 1) == 0 ? bytes : nil
    }

    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - 48 + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}

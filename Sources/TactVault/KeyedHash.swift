import Crypto
import FoundationEssentials

/// What stands in the database in place of a word that names a person or what they are sent: found again by whoever has the
/// key, read by nobody.
package struct KeyedHash: Sendable {
    /// Half of an HMAC-SHA256: among a billion words, two alike are as likely as 1 in 10^20.
    package static let length = 16

    /// What a word is: the same word hashes to something else as something else.
    package enum Purpose: String, CaseIterable, Sendable {
        case recipient, subject, collapseKey, idempotencyKey, calendar, address, fingerprint
    }

    /// One for each purpose, which has taken in its key already: that is half of the work for a short word.
    private let begun: [HMAC<SHA256>]

    init(_ secret: SymmetricKey) {
        begun = Purpose.allCases.map { HMAC(key: HKDF.key("tact hash of \($0.rawValue)", from: secret)) }
    }

    package func callAsFunction(_ word: String, as purpose: Purpose, of scope: Int64? = nil) -> [UInt8] {
        var code = begun[purpose.position]
        if let scope { code.update(data: scope.bytes) }
        var word = word
        word.withUTF8 { code.update(data: UnsafeRawBufferPointer($0)) }
        return code.finalize().withUnsafeBytes { [UInt8]($0.prefix(KeyedHash.length)) }
    }
}

extension KeyedHash.Purpose {
    fileprivate var position: Int {
        switch self {
        case .recipient: 0
        case .subject: 1
        case .collapseKey: 2
        case .idempotencyKey: 3
        case .calendar: 4
        case .address: 5
        case .fingerprint: 6
        }
    }
}

enum HKDF {
    static func key(_ purpose: String, from secret: SymmetricKey) -> SymmetricKey {
        Crypto.HKDF<SHA256>.deriveKey(inputKeyMaterial: secret, info: Array(purpose.utf8), outputByteCount: 32)
    }
}

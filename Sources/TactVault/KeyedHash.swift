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

    private let keys: [SymmetricKey]

    init(_ secret: SymmetricKey) {
        keys = Purpose.allCases.map { HKDF.key("tact hash of \($0.rawValue)", from: secret) }
    }

    package func callAsFunction(_ word: String, as purpose: Purpose, of scope: Int64? = nil) -> [UInt8] {
        let bytes = (scope?.bytes ?? []) + Array(word.utf8)
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: keys[purpose.position])
        return code.withUnsafeBytes { [UInt8]($0.prefix(KeyedHash.length)) }
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

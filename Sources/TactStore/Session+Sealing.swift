import Foundation
import GRDB
import TactCore
import TactVault

/// Something of a recipient does not open: bytes of it, or of their key, were changed. It concerns them alone.
package struct Unreadable: Error, Sendable, CustomStringConvertible {
    package var recipient: Int64
    package var cause: VaultError

    package init(recipient: Int64, cause: VaultError) {
        self.recipient = recipient
        self.cause = cause
    }

    /// A part of it is missing.
    package init(lacking recipient: Int64) {
        self.init(recipient: recipient, cause: .damagedSeal(recipient: recipient))
    }

    package var description: String { "\(cause)" }
}

/// What is personal goes into the database sealed with its recipient's key, and what it is looked up by as a keyed hash.
/// Nothing outside this target sees either.
extension Session {
    func seal(_ fields: SealedFields, _ kind: Vault.Kind, _ row: Int64, of recipient: Int64) throws -> Data {
        try seal(fields.bytes, kind, row, of: recipient)
    }

    func seal(_ bytes: [UInt8], _ kind: Vault.Kind, _ row: Int64, of recipient: Int64) throws -> Data {
        do { return try vault.seal(bytes, kind, row, of: recipient) } catch { throw Session.failure(error) }
    }

    /// nil: there is nothing, or the recipient is being erased.
    func open(_ sealed: Data?, _ kind: Vault.Kind, _ row: Int64, of recipient: Int64) throws -> Data? {
        guard let sealed else { return nil }
        do { return try vault.open(sealed, kind, row, of: recipient) } catch { throw Session.failure(error) }
    }

    /// The same for what is only shown and decides nothing: what does not open is not there. The checks tell of it.
    func openToShow(_ sealed: Data?, _ kind: Vault.Kind, _ row: Int64, of recipient: Int64) throws -> Data? {
        do { return try open(sealed, kind, row, of: recipient) } catch is Unreadable { return nil }
    }

    private static func failure(_ error: VaultError) -> any Error {
        switch error {
        case .damagedKey(let recipient), .noKey(let recipient), .damagedSeal(let recipient):
            Unreadable(recipient: recipient, cause: error)
        case .missing, .damaged, .ofAnotherDatabase, .masterKeyMissing, .newerVersion, .older, .noRoom, .failed:
            StoreError(error)
        }
    }

    /// A fingerprint as it is kept, and as the planner compares it: 32 hexadecimal digits.
    package func keyed(fingerprint: String) -> String {
        hash(fingerprint, as: .fingerprint).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    func hash(_ word: String, as purpose: KeyedHash.Purpose, of scope: Int64? = nil) -> [UInt8] {
        vault.hash(word, as: purpose, of: scope)
    }

    /// What a recipient is looked up by. A newcomer's is needed three times in a row: to miss, to suppress, to insert.
    func hash(ofRecipient id: String) -> [UInt8] {
        // Two that look alike are not the same: `==` would take them for it.
        if let known = lastHashed, known.id.utf8.elementsEqual(id.utf8) { return known.hash }
        let hash = hash(id, as: .recipient)
        lastHashed = (id, hash)
        return hash
    }
}

import Crypto
import TactCore

/// Changing the master key while everything goes on.
extension Vault {
    /// Puts other master keys in force, the first of them for all that is wrapped from now on; those behind it are what it
    /// takes the place of. Refuses ones that leave any key closed: then those of before stay in force. Answers whether
    /// anything is different.
    package func adopt(_ masters: [MasterKey]) throws(VaultError) -> Bool {
        try state.withLock { state throws(VaultError) in
            guard let file = state.file else { return false }
            let head = try file.readHead()
            let all = masters + (head.own.map { [MasterKey(SymmetricKey(data: $0))] } ?? [])
            guard all.contains(where: { $0.unwrap(head.secret, for: Vault.secretPlace(id)) != nil }) else {
                throw .masterKeyMissing(path: file.path)
            }
            for (tag, count) in state.wrappedBy where count > 0 && !all.contains(where: { $0.tag == tag }) {
                throw .masterKeyMissing(path: file.path)
            }
            let isSame = all.map(\.fingerprint) == state.masters.map(\.fingerprint)
            state.masters = all
            state.isSealed = !masters.isEmpty
            if !isSame { state.rewrapped = 0 }
            return !isSame
        }
    }
}

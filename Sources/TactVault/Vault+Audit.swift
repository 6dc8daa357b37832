import Crypto

/// What makes the audit log one that nobody changes unseen.
extension Vault {
    /// Binds an entry, which contains what the one before was bound to.
    package func chain(_ bytes: [UInt8]) -> [UInt8] {
        HMAC<SHA256>.authenticationCode(for: bytes, using: chainKey).withUnsafeBytes { [UInt8]($0) }
    }

    /// How far the log had come when this was last written down; nil: never.
    package func auditHead() throws(VaultError) -> (number: Int64, hash: [UInt8])? {
        try state.withLock { state throws(VaultError) in try state.file?.readAuditHead() }
    }

    /// Keeps how far the log has come beside the keys: a log that was cut off shows. Also when it was further before: a
    /// database that was restored has a shorter one. All others use `advanceAuditHead`.
    package func keepAuditHead(_ number: Int64, _ hash: [UInt8]) throws(VaultError) {
        try state.withLock { state throws(VaultError) in
            guard let file = state.file else { return }
            if let known = try file.readAuditHead(), known.number == number, known.hash == hash { return }
            try file.writeAuditHead(number, hash)
        }
    }

    /// The same, and never back: what was cut off is to show in the checks. Answers whether the log was no further.
    package func advanceAuditHead(_ number: Int64, _ hash: [UInt8]) throws(VaultError) -> Bool {
        try state.withLock { state throws(VaultError) in
            guard let file = state.file else { return true }
            let known = try file.readAuditHead()
            if let known, known.number >= number { return known.number == number && known.hash == hash }
            try file.writeAuditHead(number, hash)
            return true
        }
    }
}

extension KeysFile {
    private static let auditPlace: Int64 = 2048
    private static let auditLength = 8 + 32 + 8

    /// One that was torn is none: it is written anew before long.
    fileprivate func readAuditHead() throws(VaultError) -> (number: Int64, hash: [UInt8])? {
        let bytes = try read(KeysFile.auditLength, at: Int(KeysFile.auditPlace))
        let number = Int64(bytes: bytes[0..<8])
        guard number > 0, SHA256.hash(data: bytes[0..<40]).prefix(8).elementsEqual(bytes[40...]) else { return nil }
        return (number, Array(bytes[8..<40]))
    }

    fileprivate func writeAuditHead(_ number: Int64, _ hash: [UInt8]) throws(VaultError) {
        let bytes = number.bytes + hash
        try write(bytes + SHA256.hash(data: bytes).prefix(8), at: Int(KeysFile.auditPlace))
        try synchronize()
    }
}

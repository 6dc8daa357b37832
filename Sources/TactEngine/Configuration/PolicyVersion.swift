import Crypto
import TactAPI
import TactCore

extension Policy {
    /// A hash of what the policy says, so that neither spaces and comments in the file nor its sections about the
    /// daemon change it: the first 16 hexadecimal digits of the SHA-256 of `effective` in its canonical form,
    /// without the version.
    package var contentHash: String {
        var policy = effective.objectValue ?? [:]
        policy["version"] = nil
        let digits = Array("0123456789abcdef")
        let digest = SHA256.hash(data: JSON.object(policy).canonical()).prefix(8)
        return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

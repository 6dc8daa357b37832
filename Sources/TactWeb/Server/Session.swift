import Crypto

/// A visit with a link. Nothing is kept of it: the link itself comes with every request, in a cookie.
struct Session: Sendable {
    let token: String

    /// Goes into every form, and only whoever has the link can make it.
    var formToken: String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("tact-web form 1".utf8), using: SymmetricKey(data: Array(token.utf8)))
        return code.prefix(18).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Whether a form's token is ours; compared in constant time.
    func isOwn(_ formToken: String?) -> Bool {
        let (own, other) = (Array(self.formToken.utf8), Array((formToken ?? "").utf8))
        guard own.count == other.count else { return false }
        return zip(own, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether a text can be a token at all: what is not, is not handed on.
    static func isPlausible(_ token: String) -> Bool {
        (40...700).contains(token.utf8.count)
            && token.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }
}

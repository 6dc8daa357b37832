import Crypto
import FoundationEssentials
import TactSettings

/// A secret shared with a receiver, as Standard Webhooks 1.0 write it: `whsec_` and 24 to 64 bytes in Base64.
struct WebhookSecret: Sendable {
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    private let key: SymmetricKey

    /// Reads the credential of that name, or the file of that path.
    ///
    /// - Parameter credentials: the folder of the service's credentials; nil: it has none.
    init(named name: String, credentials: String?) throws(Unusable) {
        let path: String
        if name.hasPrefix("/") {
            path = name
        } else if let credentials {
            path = credentials + "/" + name
        } else {
            throw Unusable(
                description: "there is no credential “\(name)”: the service has none; add "
                    + "“LoadCredential=\(name):/etc/tact/secrets/\(name)” to the unit, or name a file by its absolute path"
            )
        }
        let bytes: [UInt8]
        do throws(SmallFile.Unreadable) {
            bytes = try SmallFile.read(path, limit: 4096)
        } catch {
            throw Unusable(description: "the secret “\(name)”: \(error)")
        }
        do throws(Unusable) {
            try self.init(text: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw Unusable(description: "the secret “\(name)”: \(error)")
        }
    }

    /// Nothing of the text is told on, whatever is wrong with it.
    init(text: String) throws(Unusable) {
        let word = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        guard word.hasPrefix("whsec_"), let bytes = Data(base64Encoded: String(word.dropFirst("whsec_".count))),
            (24...64).contains(bytes.count)
        else {
            throw Unusable(
                description: "a secret is not of the form whsec_BASE64 with 24 to 64 bytes; make one with "
                    + "“echo whsec_$(openssl rand -base64 32)”")
        }
        key = SymmetricKey(data: bytes)
    }

    /// `v1,` and the HMAC-SHA256 of id, time and body in Base64.
    func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array("\(id).\(timestamp).".utf8))
        code.update(data: body)
        return "v1," + Data(code.finalize()).base64EncodedString()
    }
}

import TactCore
import TactSettings

/// Delivery by HTTP, signed as Standard Webhooks 1.0 say.
package struct WebhookSettings: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        /// One receiver for all, which the admin has chosen.
        case fixed(WebhookURL)
        /// The recipient's address is the URL: whoever declares addresses chooses it.
        case address
    }

    package var target: Target
    /// Names of systemd credentials, or absolute paths of files. Each holds a secret; each secret signs.
    package var secrets: [String]
    /// Networks that are delivered to although they are not public.
    package var allowed: [Network]
    /// A PEM file of certificates that are trusted besides the system's; nil: none.
    package var trust: String?

    init(_ section: Section) {
        target = section.required("url", .webhookTarget) ?? .address
        secrets = section.list("secrets", .secretName, atMost: 4) ?? []
        if secrets.isEmpty {
            section.refuse(
                "secrets", "found none, expected one or two: a receiver could not tell our messages from another's")
        }
        allowed = section.list("allow_networks", .network, atMost: 100) ?? []
        trust = section.value("trust", .path("/etc/tact/ca.pem", atMost: 1024))
    }
}

extension Reader where T == WebhookSettings.Target {
    static var webhookTarget: Reader {
        .text("a URL such as \"https://push.example.org/tact\", or \"address\"", example: "\"address\"") {
            text throws(Mismatch) in
            if text == "address" { return .address }
            do throws(WebhookURL.Unusable) {
                return .fixed(try WebhookURL(text))
            } catch {
                throw Mismatch(
                    "found a URL that cannot be used: \(error.reason); expected one such as "
                        + "\"https://push.example.org/tact\", or \"address\"")
            }
        }
    }
}

extension Reader where T == Network {
    static var network: Reader {
        .text("a network such as \"10.1.0.0/16\" or \"fd12:3456::/32\"", example: "\"10.1.0.0/16\"") { Network($0) }
    }
}

extension Reader where T == String {
    /// A credential's name or a file's path.
    static var secretName: Reader {
        .text(
            "the name of a systemd credential, or the absolute path of a file", example: "\"push-webhook\""
        ) { text in
            let isName =
                (1...255).contains(text.utf8.count) && text != "." && text != ".."
                && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
            let isPath = text.hasPrefix("/") && text.utf8.count <= 1024 && !text.utf8.contains { $0 < 0x20 }
            return isName || isPath ? text : nil
        }
    }
}

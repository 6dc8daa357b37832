import FoundationEssentials

/// A URL that a webhook may be sent to: `http` or `https`, a host, no user and no password.
package struct WebhookURL: Hashable, Sendable {
    /// Who is at the other end, and by what way.
    package struct Origin: Hashable, Sendable {
        package var isSecure: Bool
        /// As the HTTP client reads it: without the brackets of an IPv6 address.
        package var host: String
        package var port: Int
    }

    package struct Unusable: Error, Hashable, Sendable {
        /// In a few words, and without the URL, which may be a secret of the recipient's.
        package var reason: String
    }

    package let text: String
    package let origin: Origin

    /// In bytes.
    package static let longest = 2048

    package init(_ text: String) throws(Unusable) {
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Unusable(reason: "it is not 1 to \(Self.longest) ASCII characters without spaces")
        }
        // The HTTP client reads it by the same type: two readers could see two hosts.
        // Capitals make no difference in a scheme and a host, but would make two receivers of one.
        let text = Self.lowerCased(text)
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased() else {
            throw Unusable(reason: "it is no URL")
        }
        guard scheme == "https" || scheme == "http" else {
            throw Unusable(reason: "its scheme is neither https nor http")
        }
        guard url.user == nil, url.password == nil else { throw Unusable(reason: "it has a user or a password in it") }
        guard var host = url.host, !host.isEmpty else { throw Unusable(reason: "it names no host") }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.hasSuffix(".") else { throw Unusable(reason: "its host ends with a dot") }
        guard host.utf8.count <= 253, IPAddress(host) != nil || host.utf8.allSatisfy(\.isOfHostName) else {
            throw Unusable(reason: "its host is neither a name nor an address")
        }
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65535).contains(port) else { throw Unusable(reason: "its port is not from 1 to 65535") }
        self.text = text
        origin = Origin(isSecure: scheme == "https", host: host, port: port)
    }
}

extension WebhookURL {
    /// The text with scheme, host and port in small letters. Only ASCII comes here.
    private static func lowerCased(_ text: String) -> String {
        guard let start = text.firstRange(of: "://")?.upperBound else { return text }
        let end = text[start...].firstIndex { "/?#".contains($0) } ?? text.endIndex
        return text[..<end].lowercased() + text[end...]
    }
}

extension UInt8 {
    fileprivate var isOfHostName: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

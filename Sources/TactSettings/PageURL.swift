/// Where people find their preference page: `https://example.org/preferences`, with nothing after the path.
package struct PageURL: Hashable, Sendable {
    /// As written, without a slash at its end.
    package let text: String
    package let isSecure: Bool
    /// Scheme, host and port, as browsers name an origin.
    package let origin: String
    /// What comes after the origin: empty, or `/preferences`.
    package let path: String

    /// nil: it is no such address. Without TLS only on this machine, for trying things out.
    package init?(_ text: String) {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        let scheme = text.hasPrefix("https://") ? "https://" : "http://"
        guard text.hasPrefix(scheme), text.utf8.count <= 256, text.utf8.allSatisfy(\.isPlainInURL) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, !host.contains("@"), !rest.contains("//"), !text.contains("/../"), !text.hasSuffix("/..")
        else { return nil }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        isSecure = scheme == "https://"
        guard isSecure || ["localhost", "127.0.0.1", "[::1]"].contains(String(name)) else { return nil }
        self.text = text
        origin = scheme + host.lowercased()
        path = String(rest.dropFirst(host.count))
    }
}

extension UInt8 {
    /// Letters, digits and `-._~:/[]`: what an address needs that is copied into mails, cookies and configurations.
    fileprivate var isPlainInURL: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || "-._~:/[]".utf8.contains(self)
    }
}

extension Reader where T == PageURL {
    package static var pageURL: Reader {
        .text(
            "an address such as \"https://example.org/preferences\", without query; http only for localhost",
            example: "\"https://example.org/preferences\""
        ) { PageURL($0) }
    }
}

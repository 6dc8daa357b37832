/// A mailbox with a name for people: `Example Shop <news@example.org>`.
package struct MailAddress: Hashable, Sendable {
    package var name: String?
    package var address: String

    package init(name: String?, address: String) {
        self.name = name
        self.address = address
    }

    /// From `name <address>` or a bare address. Nil for anything else.
    package init?(_ text: String) {
        if let open = text.lastIndex(of: "<"), text.hasSuffix(">") {
            address = String(text[text.index(after: open)...].dropLast())
            var shown = text[..<open].drop { $0 == " " }
            while shown.last == " " { shown.removeLast() }
            if shown.count >= 2, shown.hasPrefix("\""), shown.hasSuffix("\"") { shown = shown.dropFirst().dropLast() }
            name = shown.isEmpty ? nil : String(shown)
        } else {
            address = text
            name = nil
        }
        let isPlain = name.map { name in
            name.utf8.count <= 200 && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        guard MailAddress.isAddress(address), isPlain ?? true else { return nil }
    }

    package var domain: String { address.split(separator: "@").last.map(String.init) ?? address }

    /// Whether it is a mail address that any mail server takes: a dot-atom (RFC 5322, section 3.2.3) of at most 64
    /// bytes, and a domain. Quoted names and addresses beyond ASCII (RFC 6531) are not supported.
    package static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, (1...64).contains(parts[0].utf8.count) else { return false }
        let atoms = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        return atoms.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(\.isOfAtom) } && isDomain(String(parts[1]))
    }

    /// Whether it is a host name (RFC 1123, section 2.1): labels of letters, digits and inner dashes.
    package static func isDomain(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...253).contains(text.utf8.count)
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(\.isOfLabel) && label.first != "-"
                    && label.last != "-"
            }
    }
}

extension UInt8 {
    private var isLetterOrDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }

    /// `atext` of RFC 5322, section 3.2.3.
    fileprivate var isOfAtom: Bool { isLetterOrDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(self) }

    fileprivate var isOfLabel: Bool { isLetterOrDigit || self == UInt8(ascii: "-") }
}

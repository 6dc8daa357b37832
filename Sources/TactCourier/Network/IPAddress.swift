import Glibc

/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16, the most significant first.
    package let bytes: [UInt8]

    /// From its usual text: `192.0.2.1`, `2001:db8::1`. Nil for anything else, shortened IPv4 addresses included.
    package init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            bytes = withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            bytes = withUnsafeBytes(of: v6) { Array($0) }
        } else {
            return nil
        }
    }

    /// From a socket address; nil for one of another family.
    init?(_ address: UnsafePointer<sockaddr>) {
        let raw = UnsafeRawPointer(address)
        switch CInt(address.pointee.sa_family) {
        case AF_INET: bytes = withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6: bytes = withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
        default: return nil
        }
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether anybody on the Internet may be meant by it.
    package var isPublic: Bool {
        let reserved = bytes.count == 4 ? Network.reservedV4 : Network.reservedV6
        guard !reserved.contains(where: { $0.contains(self) }) else { return false }
        return bytes.count == 4 || Network.globalV6.contains { $0.contains(self) }
    }
}

/// Addresses that begin alike: `10.1.0.0/16`.
package struct Network: Hashable, Sendable, CustomStringConvertible {
    package let base: IPAddress
    /// How many bits must be those of `base`.
    package let length: Int

    /// From CIDR notation, or from one address. Bits beyond the length must be zero: otherwise it is a slip.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let base = parts.first.flatMap({ IPAddress(String($0)) }), parts.count <= 2 else { return nil }
        let bits = base.bytes.count * 8
        var length = bits
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(parts[1]), (0...bits).contains(number)
            else { return nil }
            length = number
        }
        self.base = base
        self.length = length
        for bit in length..<bits where base.bytes[bit / 8] & (0x80 >> (bit % 8)) != 0 { return nil }
    }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        let whole = length / 8
        guard address.bytes[..<whole] == base.bytes[..<whole] else { return false }
        let rest = length % 8
        guard rest > 0 else { return true }
        let mask = ~(UInt8(0xFF) >> rest)
        return address.bytes[whole] & mask == base.bytes[whole] & mask
    }

    package var description: String { "\(base)/\(length)" }

    /// What is not globally reachable: IANA's IPv4 Special-Purpose Address Registry (RFC 6890 and its successors),
    /// multicast (RFC 5771) and what is reserved (RFC 1112). 169.254.169.254, where clouds tell secrets, is among them.
    fileprivate static let reservedV4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap(Network.init)

    /// The only part of IPv6 that is given out for global use (RFC 4291, section 2.5.4). Loopback, link-local,
    /// unique-local, multicast, IPv4-mapped and NAT64 addresses all lie outside.
    fileprivate static let globalV6 = ["2000::/3"].compactMap(Network.init)

    /// What of that is not globally reachable: IANA's IPv6 Special-Purpose Address Registry. Teredo and 6to4 carry an
    /// IPv4 address that nobody has looked at.
    fileprivate static let reservedV6 = [
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    ].compactMap(Network.init)
}

/// The target of a request (RFC 9112, section 3.2), split and percent-decoded.
struct RequestTarget {
    var path: [String] = []
    var query: [QueryItem] = []

    /// Reads origin-form (`/v1/status?x=y`) and absolute-form (`http://tact/v1/status`).
    init(_ target: String) throws(ServerFault) {
        var bytes = target.utf8[...]
        if bytes.first != UInt8(ascii: "/") {
            bytes = try Self.dropAuthority(bytes)
        }
        let pathEnd = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        let path = bytes[..<pathEnd].dropFirst()
        if !path.isEmpty {
            for segment in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
                self.path.append(try Self.decode(segment, plusIsSpace: false))
            }
        }
        guard pathEnd < bytes.endIndex else { return }
        for item in bytes[bytes.index(after: pathEnd)...].split(separator: UInt8(ascii: "&")) {
            let nameEnd = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
            query.append(
                QueryItem(
                    name: try Self.decode(item[..<nameEnd], plusIsSpace: true),
                    value: try Self.decode(item[nameEnd...].dropFirst(), plusIsSpace: true)))
        }
    }

    private static func dropAuthority(_ bytes: Substring.UTF8View) throws(ServerFault) -> Substring.UTF8View {
        for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
            let rest = bytes.dropFirst(scheme.utf8.count)
            return rest[(rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex)...]
        }
        throw .malformed("The request target must begin with a slash.")
    }

    private static func decode(_ bytes: Substring.UTF8View, plusIsSpace: Bool) throws(ServerFault) -> String {
        let escapes = bytes.contains { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }
        guard escapes else { return String(Substring(bytes)) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
                    throw .malformed("A percent sign in the request target must be followed by two hexadecimal digits.")
                }
                decoded.append(high << 4 | low)
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self), !decoded.contains(0) else {
            throw .malformed("The request target must decode to UTF-8 without NUL.")
        }
        return text
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

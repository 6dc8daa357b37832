import Glibc

/// The address of a Unix socket: `sockaddr_un`.
package struct UnixAddress {
    /// `sun_path` has 108 bytes, one of them for the closing NUL.
    package static let maximumPathBytes = 107

    private var address = sockaddr_un()
    private var length = socklen_t(MemoryLayout<sockaddr_un>.size)

    /// `nil` if the path is empty, too long or holds a NUL.
    package init?(path: String) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maximumPathBytes, !bytes.contains(0) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    }

    /// The address in NOTIFY_SOCKET, which may be abstract: a name without a file, written with an `@` for its first
    /// NUL (sd_notify(3)).
    package init?(notifySocket: String) {
        guard notifySocket.hasPrefix("@") else {
            guard let file = UnixAddress(path: notifySocket) else { return nil }
            self = file
            return
        }
        let name = [0] + Array(notifySocket.utf8.dropFirst())
        guard name.count > 1, name.count <= MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        // The length counts here: an abstract name has no closing NUL.
        length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    }

    /// The address to which a socket is bound.
    package init?(ofSocket descriptor: CInt) {
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
    }

    /// The path; `nil` for an abstract or unnamed address.
    package var path: String? {
        let bytes = withUnsafeBytes(of: address.sun_path) { Array($0.prefix { $0 != 0 }) }
        return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
    }

    /// The address as the system calls want it.
    package func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, length)
            }
        }
    }
}

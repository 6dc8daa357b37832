import Glibc
import TactService

/// Who is at the other end of a connection, as the kernel says. Read once, when the connection is accepted.
package final class Peer: Sendable {
    /// The user id the peer had when it connected.
    package let uid: UInt32
    /// The group id the peer had when it connected.
    package let gid: UInt32
    /// The process id of the peer; 0 if it is in a pid namespace that we cannot see.
    package let pid: Int32
    /// All groups of the peer: `gid` first, then the supplementary groups.
    package let groups: [UInt32]
    /// The peer's user name, or its decimal uid if it has none: what a sender is known by.
    package let name: String

    /// A peer as given, for tests and simulations.
    package init(uid: UInt32, gid: UInt32, pid: Int32 = 0, supplementaryGroups: [UInt32] = [], name: String) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.groups = [gid] + supplementaryGroups.filter { $0 != gid }
        self.name = name
    }

    /// The peer of a connected Unix socket. Throws `SystemError` if the kernel does not tell.
    package convenience init(ofSocket descriptor: CInt, names: UserNames) throws(SystemError) {
        // struct ucred of <sys/socket.h>, which Glibc shows to Swift only with _GNU_SOURCE.
        var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, 0, 0)
        var length = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
            throw SystemError("reading the peer's credentials")
        }
        self.init(
            uid: credentials.uid, gid: credentials.gid, pid: credentials.pid,
            supplementaryGroups: try Self.supplementaryGroups(descriptor),
            name: try names.name(ofUser: credentials.uid) ?? String(credentials.uid))
    }

    private static func supplementaryGroups(_ descriptor: CInt) throws(SystemError) -> [UInt32] {
        var groups = [UInt32](repeating: 0, count: 64)
        while true {
            var length = socklen_t(groups.count * MemoryLayout<UInt32>.stride)
            if getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, &groups, &length) == 0 {
                return Array(groups.prefix(Int(length) / MemoryLayout<UInt32>.stride))
            }
            // ERANGE: `length` is now what it takes; Linux has at most 65,536 groups.
            guard errno == ERANGE, Int(length) > groups.count * 4, length <= 65_536 * 4 else {
                throw SystemError("reading the peer's groups")
            }
            groups = [UInt32](repeating: 0, count: Int(length) / 4)
        }
    }
}

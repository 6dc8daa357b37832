import Glibc
import Synchronization
import TactService

/// Names of users and groups, as the system's name service has them, remembered for a while. The name service may
/// ask the network, so this may block: never call it on an event loop.
package final class UserNames: Sendable {
    /// How many users are remembered.
    private static let capacity = 1024
    /// How long a name is believed, in seconds.
    private static let lifetime = 300

    private struct Entry {
        var name: String?
        var readAt: Int
    }

    private let users = Mutex<[UInt32: Entry]>([:])

    /// Remembers nothing yet.
    package init() {}

    /// The name of a user, or `nil` if it has none. Throws if it cannot be asked for now: whoever were taken for nameless
    /// would be another sender.
    package func name(ofUser uid: UInt32) throws(SystemError) -> String? {
        let now = Self.monotonicSeconds()
        if let known = users.withLock({ $0[uid] }), now - known.readAt < Self.lifetime {
            return known.name
        }
        let name = Self.readName(ofUser: uid)
        // Where the files of the name service cannot be opened, it knows nobody, and does not say why.
        if name == nil { try Self.checkForFreeDescriptors() }
        users.withLock { users in
            if users.count >= Self.capacity {
                users.removeAll()
            }
            users[uid] = Entry(name: name, readAt: now)
        }
        return name
    }

    /// The id of the user of that name, or `nil` if there is none.
    package static func uid(ofUser name: String) -> UInt32? {
        withGrowingBuffer { buffer, size in
            var record = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let status = getpwnam_r(name, &record, buffer, size, &found)
            return (status, found.map { $0.pointee.pw_uid })
        }
    }

    /// The id of the group of that name, or `nil` if there is none.
    package static func gid(ofGroup name: String) -> UInt32? {
        withGrowingBuffer { buffer, size in
            var record = group()
            var found: UnsafeMutablePointer<group>?
            let status = getgrnam_r(name, &record, buffer, size, &found)
            return (status, found.map { $0.pointee.gr_gid })
        }
    }

    private static func readName(ofUser uid: UInt32) -> String? {
        withGrowingBuffer { buffer, size in
            var record = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let status = getpwuid_r(uid, &record, buffer, size, &found)
            return (status, found.flatMap { $0.pointee.pw_name.map { String(cString: $0) } })
        }
    }

    private static func checkForFreeDescriptors() throws(SystemError) {
        let one = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
        guard one >= 0 || errno == EBADF else { throw SystemError("asking for a user's name") }
        close(one)
    }

    /// Calls `read` with ever larger buffers as long as it answers ERANGE: a group may have very many members.
    private static func withGrowingBuffer<Value>(
        _ read: (UnsafeMutablePointer<CChar>, Int) -> (status: CInt, value: Value?)
    ) -> Value? {
        var size = 1024
        while size <= 1 << 22 {
            let (status, value) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
                buffer.baseAddress.map { read($0, size) } ?? (EINVAL, nil)
            }
            guard status == ERANGE else { return value }
            size *= 4
        }
        return nil
    }

    private static func monotonicSeconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec
    }
}

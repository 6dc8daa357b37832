import Glibc
import TactService

/// The listening descriptors that systemd has passed: the protocol of sd_listen_fds(3).
package enum InheritedSockets {
    /// A descriptor and the name that the socket unit gave it (`FileDescriptorName=`).
    package struct Descriptor: Equatable, Sendable {
        /// The descriptor's number, from 3 on.
        package let number: CInt
        /// The name; "unknown" without one, as systemd has it.
        package let name: String
    }

    /// The first descriptor that is passed (SD_LISTEN_FDS_START).
    private static let first: CInt = 3
    /// More are not believed: no socket unit passes so many.
    private static let most: CInt = 1024

    /// The descriptors passed to this process; marks them close-on-exec and forgets the variables, so that no child
    /// takes them for its own. To be called once, while only one thread runs.
    package static func take() -> [Descriptor] {
        let found = parse(
            pid: Environment.value("LISTEN_PID"), count: Environment.value("LISTEN_FDS"),
            names: Environment.value("LISTEN_FDNAMES"), ownPid: getpid())
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"] {
            unsetenv(name)
        }
        for descriptor in found {
            _ = fcntl(descriptor.number, F_SETFD, FD_CLOEXEC)
        }
        return found
    }

    /// What the variables say; nothing if they are meant for another process or make no sense.
    static func parse(pid: String?, count: String?, names: String?, ownPid: Int32) -> [Descriptor] {
        guard let pid, Int32(pid) == ownPid, let count = count.flatMap(CInt.init), (1...most).contains(count) else {
            return []
        }
        let names = names.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) } ?? []
        return (0..<Int(count)).map { index in
            let name = index < names.count && !names[index].isEmpty ? names[index] : "unknown"
            return Descriptor(number: first + CInt(index), name: name)
        }
    }
}

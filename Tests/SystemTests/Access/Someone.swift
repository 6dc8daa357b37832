import Foundation
import Glibc

/// A user other than us. In Linux, credentials are each thread's own, and a socket keeps those of the thread that
/// connects it: so a thread that becomes somebody else is all it takes.
struct Someone: Sendable {
    var uid: UInt32
    var gid: UInt32
    var groups: [UInt32]

    init(_ uid: UInt32, gid: UInt32? = nil, groups: [UInt32] = []) {
        self.uid = uid
        self.gid = gid ?? uid
        self.groups = groups
    }

    struct Unable: Error, CustomStringConvertible {
        let description: String
    }

    /// Only root can become somebody else.
    static var isPossible: Bool { getuid() == 0 }

    /// A connection of this user's.
    func connect(_ daemon: Daemon) async throws -> RawConnection {
        let path = daemon.socket
        return try await onThread {
            try become()
            return try RawConnection(path: path)
        }
    }

    func call(_ daemon: Daemon, _ verb: Verb, _ target: String, json: String? = nil) async throws -> Reply {
        let connection = try await connect(daemon)
        defer { connection.close() }
        return try await onThread {
            try connection.sendRequest(
                verb.name, target, body: Array((json ?? "").utf8), type: json == nil ? nil : "application/json")
            return try connection.readReply()
        }
    }

    /// Changes this thread alone: the C library's own functions would change every thread of the process.
    private func become() throws {
        typealias SystemCall = @convention(c) (Int, Int, UnsafeRawPointer?, Int) -> Int
        guard let symbol = dlsym(nil, "syscall") else { throw Unable(description: "there is no syscall(2)") }
        let call = unsafeBitCast(symbol, to: SystemCall.self)
        let (user, group) = (Int(uid), Int(gid))
        let hasChanged =
            call(Number.setgroups, groups.count, groups, 0) == 0
            && call(Number.setresgid, group, UnsafeRawPointer(bitPattern: group), group) == 0
            && call(Number.setresuid, user, UnsafeRawPointer(bitPattern: user), user) == 0
        guard hasChanged else { throw Unable(description: "becoming \(self): \(String(cString: strerror(errno)))") }
    }

    /// Of system calls, which Glibc does not show to Swift (<asm/unistd.h>).
    private enum Number {
        #if arch(x86_64)
            static let (setgroups, setresuid, setresgid) = (116, 117, 119)
        #else
            static let (setgroups, setresuid, setresgid) = (159, 147, 149)
        #endif
    }

    static func uid(of name: String) -> UInt32? { getpwnam(name)?.pointee.pw_uid }
    static func gid(ofGroup name: String) -> UInt32? { getgrnam(name)?.pointee.gr_gid }
}

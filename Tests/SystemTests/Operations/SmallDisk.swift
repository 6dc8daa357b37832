import Foundation
import Glibc

/// A place for a database that has little room, until room is made.
final class SmallDisk: Sendable {
    enum Way: String, CaseIterable, Sendable {
        /// A file system that fills up.
        case fileSystem
        /// A limit on how large a file the daemon may write (`RLIMIT_FSIZE`); needs no rights.
        case fileSize
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// The ways that there are here: only who may mount can have a file system of their own.
    static let ways: [Way] = mayMount ? Way.allCases : [.fileSize]

    private let bytes: Int
    private let way: Way
    private let daemon: Daemon
    private let folder: String

    init(_ way: Way, for daemon: Daemon, megabytes: Int = 24) throws {
        self.way = way
        bytes = megabytes << 20
        self.daemon = daemon
        folder = daemon.folder + "/disk"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        guard way == .fileSystem else { return }
        guard mount("tmpfs", folder, "tmpfs", 0, "size=\(bytes)") == 0 else {
            throw Failed(description: "mounting: \(String(cString: strerror(errno)))")
        }
    }

    var database: String { folder + "/tact.db" }

    func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }

    /// A command, run with the limit.
    func limiting(_ command: [String]) -> [String] {
        way == .fileSize ? ["prlimit", "--fsize=\(bytes):"] + command : command
    }

    func makeRoom() async throws {
        switch way {
        case .fileSystem:
            guard mount("tmpfs", folder, "tmpfs", UInt(MS_REMOUNT), "size=\(bytes * 4)") == 0 else {
                throw Failed(description: "mounting again: \(String(cString: strerror(errno)))")
            }
        case .fileSize:
            let child = try Child(
                "prlimit", ["--pid=\(daemon.pid ?? 0)", "--fsize=unlimited:"], output: "/dev/null")
            guard try await child.waitForEnd() == .code(0) else { throw Failed(description: "prlimit") }
        }
    }

    func remove() {
        if way == .fileSystem { umount2(folder, Int32(MNT_DETACH)) }
    }

    private static let mayMount: Bool = {
        var template = Array("/tmp/tact-mount-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return false }
        defer { rmdir(template) }
        guard mount("tmpfs", template, "tmpfs", 0, "size=64k") == 0 else { return false }
        return umount2(template, Int32(MNT_DETACH)) == 0
    }()
}

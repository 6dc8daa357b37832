import Glibc
import TactAPI
import TactService

/// The Unix socket on which the daemon listens: bound by us, or inherited from systemd.
package final class ListeningSocket: Sendable {
    /// The descriptor; open until `close()`.
    package let descriptor: CInt
    /// Where it listens, as far as it is known.
    package let path: String?

    /// The file that we made, to be removed at the end.
    private let ownFile: FileIdentity?

    private init(descriptor: CInt, path: String?, ownFile: FileIdentity?) {
        self.descriptor = descriptor
        self.path = path
        self.ownFile = ownFile
    }

    /// Binds a path. A socket file that nobody listens on any more is replaced.
    ///
    /// - Parameters:
    ///   - mode: permissions of the file. Who may do what is decided by the peer's credentials; this is a first fence.
    ///   - group: the group to give the file to.
    package static func bind(
        path: String, mode: UInt32 = 0o666, group: UInt32? = nil, backlog: CInt = 1024
    ) throws(ListeningError) -> ListeningSocket {
        guard UnixAddress(path: path) != nil else { throw .pathTooLong(path, limit: UnixAddress.maximumPathBytes) }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .failed(path, SystemError("making a socket")) }
        do throws(ListeningError) {
            // Before bind, this is the mode that the file is made with: at no moment is it wider than wanted.
            guard fchmod(descriptor, mode) == 0 else { throw .failed(path, SystemError("setting the mode")) }
            try bindReplacingStale(descriptor, path)
            guard let file = FileIdentity(path: path) else { throw .failed(path, SystemError("looking at the socket")) }
            if let group, chown(path, UInt32.max, group) != 0 {
                throw .failed(path, SystemError("giving the socket to group \(group)"))
            }
            guard chmod(path, mode) == 0 else { throw .failed(path, SystemError("setting the mode")) }
            guard listen(descriptor, backlog) == 0 else { throw .failed(path, SystemError("listening")) }
            return ListeningSocket(descriptor: descriptor, path: path, ownFile: file)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Takes over a descriptor that is already listening, as systemd passes it. Its file stays when we stop.
    package static func inherit(descriptor: CInt) throws(ListeningError) -> ListeningSocket {
        guard
            socketOption(descriptor, SO_DOMAIN) == AF_UNIX,
            socketOption(descriptor, SO_TYPE) == CInt(SOCK_STREAM.rawValue),
            socketOption(descriptor, SO_ACCEPTCONN) == 1
        else { throw .notListening(descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return ListeningSocket(descriptor: descriptor, path: UnixAddress(ofSocket: descriptor)?.path, ownFile: nil)
    }

    /// Removes the file if it is still the one we made, and closes the descriptor. To be called once.
    package func close() {
        if let path, let ownFile, FileIdentity(path: path) == ownFile {
            unlink(path)
        }
        Glibc.close(descriptor)
    }

    private static func bindReplacingStale(_ descriptor: CInt, _ path: String) throws(ListeningError) {
        for attempt in 0..<2 {
            if UnixAddress(path: path)?.withPointer({ Glibc.bind(descriptor, $0, $1) }) == 0 {
                return
            }
            guard errno == EADDRINUSE, attempt == 0 else { throw .failed(path, SystemError("binding the socket")) }
            try removeStale(path)
        }
    }

    /// Removes a socket file that refuses connections; throws if it is anything else.
    private static func removeStale(_ path: String) throws(ListeningError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw .failed(path, SystemError("looking at the socket"))
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        let probe = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw .failed(path, SystemError("making a socket")) }
        defer { Glibc.close(probe) }
        guard let address = UnixAddress(path: path), address.withPointer({ connect(probe, $0, $1) }) != 0 else {
            throw .inUse(path)
        }
        switch errno {
        case ECONNREFUSED:
            guard unlink(path) == 0 || errno == ENOENT else {
                throw .failed(path, SystemError("removing a stale socket"))
            }
        case ENOENT:
            return
        case EAGAIN:  // Its backlog is full: somebody is there, only busy.
            throw .inUse(path)
        default:
            throw .failed(path, SystemError("asking whether the socket is in use"))
        }
    }

    private static func socketOption(_ descriptor: CInt, _ name: CInt) -> CInt? {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}

/// Why the daemon cannot listen.
package enum ListeningError: Error, Equatable, CustomStringConvertible {
    /// The path has more bytes than a socket address holds.
    case pathTooLong(String, limit: Int)
    /// Another process answers there.
    case inUse(String)
    /// The path names something that is no socket.
    case notASocket(String)
    /// The inherited descriptor is not a listening Unix stream socket.
    case notListening(CInt)
    /// A system call failed.
    case failed(String, SystemError)

    /// What happened and what to do.
    package var description: String {
        switch self {
        case .pathTooLong(let path, let limit):
            "socket \(path): the path has \(path.utf8.count) bytes, at most \(limit) are possible; choose a shorter one"
        case .inUse(let path):
            "socket \(path): another process listens there; stop it or choose another path"
        case .notASocket(let path):
            "socket \(path): the file exists and is not a socket; remove it or choose another path"
        case .notListening(let descriptor):
            "descriptor \(descriptor) is not a listening Unix stream socket; look at ListenStream= in the socket unit"
        case .failed(let path, let error):
            "socket \(path): \(error)"
        }
    }
}

/// Which file a path names: the same path may name another file later.
private struct FileIdentity: Equatable {
    var device: dev_t
    var inode: ino_t

    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }
}

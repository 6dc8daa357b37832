import Glibc

/// Why there is no answer from the daemon.
package enum ClientError: Error, Equatable, CustomStringConvertible {
    /// Nobody can be reached at the path.
    case unreachable(path: String, reason: Unreachable)
    /// The connection broke before the answer was complete.
    case disconnected
    /// The connection broke before the daemon could have the whole request: it did nothing.
    case unsent
    /// Nothing came for as long as the caller was ready to wait.
    case timedOut
    /// What came is not HTTP/1.1.
    case malformed(String)
    /// The answer has more bytes than the caller was ready to take.
    case tooLarge(limit: Int)
    /// The caller's task was cancelled.
    case cancelled

    /// Why a daemon cannot be reached.
    package enum Unreachable: Equatable, Sendable {
        /// There is no such socket file.
        case noSuchFile
        /// The socket file is there, and nobody listens.
        case refused
        /// The file or a directory above it may not be used by this user.
        case permissionDenied
        /// The path is empty or longer than a socket address can hold, in bytes.
        case invalidPath(limit: Int)
        /// The daemon's backlog is full.
        case busy
        /// Something else: an `errno`.
        case other(Int32)

        init(_ code: Int32) {
            switch code {
            case ENOENT, ENOTDIR: self = .noSuchFile
            case ECONNREFUSED: self = .refused
            case EACCES, EPERM: self = .permissionDenied
            case EAGAIN: self = .busy
            default: self = .other(code)
            }
        }
    }

    /// What happened and what to do, in one line.
    package var description: String {
        switch self {
        case .unreachable(let path, let reason):
            switch reason {
            case .noSuchFile:
                "cannot reach tactd at \(path): there is no such socket; is tactd running, and is this its path?"
            case .refused: "cannot reach tactd at \(path): nobody listens there; start tactd"
            case .permissionDenied: "cannot reach tactd at \(path): this user may not open the socket"
            case .invalidPath(let limit): "cannot reach tactd at \(path): a socket path has 1 to \(limit) bytes"
            case .busy: "cannot reach tactd at \(path): too many clients are waiting; try again"
            case .other(let code): "cannot reach tactd at \(path): error \(code)"
            }
        case .disconnected: "tactd closed the connection before its answer was complete"
        case .unsent: "tactd closed the connection before it had the whole request, and did nothing; try again"
        case .timedOut: "tactd did not answer in time"
        case .malformed(let detail): "the answer is not valid HTTP/1.1: \(detail)"
        case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .cancelled: "the request was cancelled"
        }
    }
}

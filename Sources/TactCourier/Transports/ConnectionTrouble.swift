import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import TactCore
import TactService

/// Why a request got no answer, in words for the log. Nothing of the URL is told, which may be a recipient's.
struct ConnectionTrouble: CustomStringConvertible {
    let description: String
    /// Whether somebody was at the other end.
    let wasReached: Bool

    init(_ error: any Error, timeout: TactCore.Duration) {
        (description, wasReached) = ConnectionTrouble.tell(error, timeout)
    }

    private static func tell(_ error: any Error, _ timeout: TactCore.Duration) -> (String, Bool) {
        switch error {
        case let error as HTTPClientError: return tell(error, timeout)
        case let error as NIOConnectionError:
            let first = error.connectionErrors.first?.error as? IOError
            return ("no connection: " + (first.map { SystemError.text(of: $0.errnoCode) } ?? "nobody answers"), false)
        case let error as IOError: return ("the connection broke: \(SystemError.text(of: error.errnoCode))", false)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return ("TLS failed: the receiver's certificate is not trusted, or not for its name", false)
        case is Endpoint.Diverted: return ("the connection led to another address than the one looked at", false)
        case is CancellationError: return ("the courier was told to stop before the receiver answered", true)
        case is ChannelError: return ("the connection broke", false)
        default: return ("what the receiver answered is not HTTP", true)
        }
    }

    private static func tell(_ error: HTTPClientError, _ timeout: TactCore.Duration) -> (String, Bool) {
        switch error {
        case .connectTimeout, .httpProxyHandshakeTimeout, .tlsHandshakeTimeout: ("no connection in time", false)
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
            ("no answer within \(timeout.text)", true)
        case .remoteConnectionClosed: ("the receiver closed the connection without an answer", true)
        case .cancelled: ("the courier was told to stop before the receiver answered", true)
        default: ("the request failed: \(error.shortDescription)", true)
        }
    }
}

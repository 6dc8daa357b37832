import Foundation
import Glibc
import Synchronization
import TactAPI
import TactCore

/// The service manager's end of sd_notify(3): what a daemon has told, line by line, and when.
final class NotifySocket: Sendable {
    struct Line: Sendable {
        let text: String
        /// On the clock that no step moves.
        let at: Timestamp
    }

    /// Abstract: no file has to be made or removed.
    let name = "@tact-notify-\(UUID().uuidString)"
    private let descriptor: Int32
    private let heard = Mutex<[Line]>([])

    struct Unable: Error {}

    /// - Parameter listens: false for a service manager that is too busy to read what it is told.
    init(listens: Bool = true) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        guard UnixAddress(notifySocket: name)?.withPointer({ bind(descriptor, $0, $1) }) == 0 else { throw Unable() }
        guard listens else { return }
        Thread.detachNewThread { [weak self] in
            var wait = timeval(tv_sec: 0, tv_usec: 50_000)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
            var bytes = [UInt8](repeating: 0, count: 4096)
            while let self {
                let count = recv(descriptor, &bytes, bytes.count, 0)
                if count > 0 { hear(String(decoding: bytes[..<count], as: UTF8.self)) }
            }
        }
    }

    deinit { close(descriptor) }

    var environment: [String: String] { ["NOTIFY_SOCKET": name] }

    var lines: [Line] { heard.withLock { $0 } }
    var texts: [String] { lines.map(\.text) }

    /// The moments at which the watchdog was told.
    var heartbeats: [Timestamp] { lines.filter { $0.text == "WATCHDOG=1" }.map(\.at) }

    /// What was told except heartbeats, from the line with that number on.
    func news(from start: Int = 0) -> [String] { Array(texts.filter { $0 != "WATCHDOG=1" }.dropFirst(start)) }

    /// Fills the queue, so that not one datagram more goes in.
    func fill() throws {
        let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(sender) }
        guard let address = UnixAddress(notifySocket: name) else { throw Unable() }
        while address.withPointer({ sendto(sender, "X=1", 3, 0, $0, $1) }) == 3 {}
        guard errno == EAGAIN else { throw Unable() }
    }

    private func hear(_ datagram: String) {
        let now = Book.steady()
        heard.withLock { heard in
            heard += datagram.split(separator: "\n").map { Line(text: String($0), at: now) }
        }
    }
}

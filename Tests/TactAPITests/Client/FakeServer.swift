import Dispatch
import Glibc
import TactAPI

/// Something that listens on a Unix socket and answers whatever it is told to.
final class FakeServer: Sendable {
    let path: String
    private let listener: CInt
    private let queue = DispatchQueue(label: "tact.fake")

    init() {
        path = "/tmp/tact-fake-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        _ = UnixAddress(path: path)?.withPointer { bind(listener, $0, $1) }
        listen(listener, 10)
    }

    /// Serves one connection after the other: each answer after reading once, then closes.
    func serve(_ connections: [[String]]) {
        queue.async { [listener] in
            for answers in connections {
                let connection = accept(listener, nil, nil)
                for answer in answers {
                    var request = [UInt8](repeating: 0, count: 4096)
                    _ = recv(connection, &request, request.count, 0)
                    send(connection, answer, answer.utf8.count, CInt(MSG_NOSIGNAL))
                }
                Glibc.close(connection)
            }
        }
    }

    /// Serves one connection, taking nothing more after the first request, then another.
    func serve(once answer: String, again: String) {
        queue.async { [listener] in
            let first = accept(listener, nil, nil)
            var request = [UInt8](repeating: 0, count: 4096)
            _ = recv(first, &request, request.count, 0)
            shutdown(first, CInt(SHUT_RD))
            send(first, answer, answer.utf8.count, CInt(MSG_NOSIGNAL))
            let second = accept(listener, nil, nil)
            _ = recv(second, &request, request.count, 0)
            send(second, again, again.utf8.count, CInt(MSG_NOSIGNAL))
            Glibc.close(first)
            Glibc.close(second)
        }
    }

    func close() {
        shutdown(listener, CInt(SHUT_RDWR))
        Glibc.close(listener)
        unlink(path)
    }
}

import Dispatch
import Glibc
import TactAPI

/// A client that knows nothing of HTTP but how to tell answers apart: it can send anything, at any pace. Its calls
/// block, so a test that waits for tasks of its own must make them in `blocking`. Used by one thread at a time.
final class RawConnection: @unchecked Sendable {
    struct Answer: Equatable {
        var status: Int
        var fields: [String: String]
        var body: String
    }

    struct Failure: Error {
        var text: String
    }

    let descriptor: CInt
    private var received: [UInt8] = []

    /// Connects; reads that take longer than five seconds fail.
    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard UnixAddress(path: path)?.withPointer({ connect(descriptor, $0, $1) }) == 0 else {
            throw Failure(text: "connect: \(errno)")
        }
    }

    /// A second hand on a connection, for a second thread.
    init(adopting other: CInt) throws {
        descriptor = dup(other)
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Sends everything; answers false if the server has closed the connection.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends as much as the socket takes: until all is sent, or it takes nothing for 200 ms once `isHeld` is true.
    /// Answers how much that was.
    func send(_ bytes: [UInt8], untilHeld isHeld: () -> Bool) throws -> Int {
        var sent = 0
        var idleRounds = 0
        while sent < bytes.count {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if poll(&ready, 1, 200) == 1 {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
                }
                sent += max(0, count)
                idleRounds = 0
            } else if isHeld() {
                return sent
            } else {
                idleRounds += 1
                if idleRounds == 50 { throw Failure(text: "held for ten seconds, for another reason") }
            }
        }
        return sent
    }

    func finishSending() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Whether the server has closed the connection, with nothing left to read.
    func isClosed() throws -> Bool {
        if !received.isEmpty { return false }
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, CInt(MSG_PEEK))
        if count < 0, errno == EAGAIN { throw Failure(text: "still open after five seconds") }
        return count <= 0
    }

    /// Everything until the server closes.
    func readAll() throws -> String {
        while try readMore() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// The next answer, with its body.
    func answer(toHead: Bool = false) throws -> Answer {
        let head = try take(through: "\r\n\r\n")
        let lines = head.split(separator: "\r\n").map(String.init)
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let words = (lines.first ?? "").split(separator: " ")
        let status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        var body = ""
        if toHead || status < 200 {
        } else if let length = fields["content-length"].flatMap({ Int($0) }) {
            body = try take(count: length)
        } else if fields["transfer-encoding"] == "chunked" {
            while true {
                let size = try takeChunkSize()
                body += try take(count: size)
                _ = try take(count: 2)
                if size == 0 { break }
            }
        } else if status != 204, status != 304 {
            body = try readAll()
        }
        return Answer(status: status, fields: fields, body: body)
    }

    private func takeChunkSize() throws -> Int {
        let line = try take(through: "\r\n").dropLast()  // CR LF is one character to Swift.
        guard let size = Int(line, radix: 16) else { throw Failure(text: "chunk of \(line) bytes") }
        return size
    }

    /// Reads a body in chunks and answers its size.
    func readChunks() throws -> Int {
        var total = 0
        while true {
            let size = try takeChunkSize()
            total += try take(count: size).utf8.count
            _ = try take(count: 2)
            if size == 0 { return total }
        }
    }

    func take(through end: String) throws -> String {
        let end = Array(end.utf8)
        var searched = 0
        while true {
            let limit = received.count - end.count
            while searched <= limit {
                if received[searched..<searched + end.count].elementsEqual(end) {
                    return try take(count: searched + end.count)
                }
                searched += 1
            }
            guard try readMore() else { throw Failure(text: "closed: \(String(decoding: received, as: UTF8.self))") }
        }
    }

    func take(count: Int) throws -> String {
        while received.count < count {
            guard try readMore() else { throw Failure(text: "closed: \(String(decoding: received, as: UTF8.self))") }
        }
        defer { received.removeFirst(count) }
        return String(decoding: received[..<count], as: UTF8.self)
    }

    private func readMore() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == EAGAIN { throw Failure(text: "nothing for five seconds") }
        if count > 0 { received += chunk[..<count] }
        return count > 0
    }
}

/// Runs blocking `work` on a thread of its own, so that tasks can go on meanwhile.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { done in
        DispatchQueue(label: "tact.test").async {
            done.resume(with: Result(catching: work))
        }
    }
}

import Foundation
import Glibc
import TactAPI

/// A connection whose bytes a test chooses itself. It blocks, for at most half a minute at a time: use it from
/// `onThread` where it has to wait.
final class RawConnection: @unchecked Sendable {
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    init(path: String) throws {
        descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var wait = timeval(tv_sec: 30, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &wait, socklen_t(MemoryLayout<timeval>.size))
        }
        guard let address = UnixAddress(path: path), address.withPointer({ connect(descriptor, $0, $1) }) == 0 else {
            throw Broken(description: "connecting: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Says that nothing more is sent.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Broken(description: "sending: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func sendRequest(
        _ method: String, _ target: String, body: [UInt8] = [], type: String? = nil, headers: [String] = []
    ) throws {
        let fields =
            ["\(method) \(target) HTTP/1.1", "Host: tact", "Content-Length: \(body.count)"]
            + (type.map { ["Content-Type: \($0)"] } ?? []) + headers
        try send(Array((fields.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    func sendRequest(_ method: String, _ target: String, json: String) throws {
        try sendRequest(method, target, body: Array(json.utf8), type: "application/json")
    }

    // MARK: Answers

    /// Reads one whole answer.
    func readReply() throws -> Reply {
        let (status, headers) = try readHead()
        var body: [UInt8] = []
        if headers.contains(where: { $0.name.lowercased() == "transfer-encoding" }) {
            while let chunk = try readChunk() { body += chunk }
        } else if let length = headers.first(where: { $0.name.lowercased() == "content-length" }).flatMap({
            Int($0.value)
        }) {
            body = try take(length)
        }
        return Reply(status: status, headers: headers, body: body)
    }

    func readHead() throws -> (status: Int, headers: [(name: String, value: String)]) {
        let first = try takeLine().split(separator: " ")
        guard first.count >= 2, let status = Int(first[1]) else {
            throw Broken(description: "no status line: \(first)")
        }
        var headers: [(name: String, value: String)] = []
        while true {
            let line = try takeLine()
            if line.isEmpty { return (status, headers) }
            let parts = line.split(separator: ":", maxSplits: 1)
            headers.append((String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""))
        }
    }

    /// The next piece of a chunked body; nil at its end.
    func readChunk() throws -> [UInt8]? {
        guard let length = Int(try takeLine(), radix: 16) else { throw Broken(description: "no length of a chunk") }
        let chunk = try take(length)
        _ = try takeLine()
        return length == 0 ? nil : chunk
    }

    /// Whether the daemon has closed the connection; waits for it, and throws away what comes before.
    func readToEnd() throws {
        while try fill() {}
    }

    private func takeLine() throws -> String {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                let line = buffer[..<end].last == 0x0D ? buffer[..<(end - 1)] : buffer[..<end]
                buffer.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            searched = buffer.count
            guard try fill() else { throw Broken(description: "the connection ended in a line") }
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill() else {
                throw Broken(description: "the connection ended after \(buffer.count) of \(count)")
            }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// Reads more. Answers false at the end.
    private func fill() throws -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count >= 0 else { throw Broken(description: "reading: \(String(cString: strerror(errno)))") }
        buffer += piece[..<count]
        return count > 0
    }
}

/// Runs what blocks on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}

import Dispatch
import Foundation
import Glibc
import Synchronization
import TactAPI

/// A daemon that has its answers ready, and remembers what it was asked.
final class CLICannedDaemon: Sendable {
    struct Request: Equatable {
        /// `GET /v1/status`.
        var line: String
        var body: String

        var json: JSON? { try? JSON(parsing: body) }
    }

    struct Answer {
        var status = 200
        var type = "application/json"
        var body: String
    }

    let socket: String
    private let folder: TemporaryFolder
    private let listener: Int32
    private let answers: [String: Answer]
    private let asked = Mutex<[Request]>([])

    /// Answers by request line; everything else is a 404.
    init(_ answers: [String: Answer]) throws {
        folder = try TemporaryFolder()
        socket = folder.file("s").path
        self.answers = answers
        listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        _ = UnixAddress(path: socket)?.withPointer { bind(listener, $0, $1) }
        listen(listener, 16)
        DispatchQueue.global().async { [listener, weak self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                self?.serve(connection)
                Glibc.close(connection)
            }
        }
    }

    convenience init(_ answers: [String: String]) throws {
        try self.init(answers.mapValues { Answer(body: $0) })
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    /// What it was asked, in order.
    var requests: [Request] { asked.withLock { $0 } }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else { return }
        asked.withLock { $0.append(request) }
        let path = request.line.prefix { $0 != "?" }
        let answer =
            answers[request.line] ?? answers[String(path)]
            ?? Answer(
                status: 404, type: Problem.mediaType,
                body: String(
                    decoding: Problem(.notFound, "There is nothing at \(request.line).").encoded(), as: UTF8.self))
        let text =
            "HTTP/1.1 \(answer.status) X\r\nContent-Type: \(answer.type)\r\n"
            + "Content-Length: \(answer.body.utf8.count)\r\nConnection: close\r\n\r\n" + answer.body
        _ = send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    /// Reads a request with its body, of known length or in chunks.
    private func read(_ connection: Int32) -> Request? {
        var bytes = Data()
        func more() -> Bool {
            var piece = [UInt8](repeating: 0, count: 65536)
            let count = recv(connection, &piece, piece.count, 0)
            if count > 0 { bytes += piece[..<count] }
            return count > 0
        }
        func take(until end: String) -> String? {
            while true {
                if let range = bytes.range(of: Data(end.utf8)) {
                    let text = String(decoding: bytes[bytes.startIndex..<range.lowerBound], as: UTF8.self)
                    bytes = Data(bytes[range.upperBound...])
                    return text
                }
                guard more() else { return nil }
            }
        }
        guard let head = take(until: "\r\n\r\n") else { return nil }
        let words = head.split(separator: " ").prefix(2).joined(separator: " ")
        if head.lowercased().contains("transfer-encoding: chunked") {
            var body = ""
            while let size = take(until: "\r\n").flatMap({ Int($0, radix: 16) }), size > 0 {
                while bytes.count < size + 2, more() {}
                body += String(decoding: bytes.prefix(size), as: UTF8.self)
                bytes = Data(bytes.dropFirst(size + 2))
            }
            return Request(line: words, body: body)
        }
        let length =
            head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).filter(\.isNumber)) } ?? 0
        while bytes.count < length, more() {}
        return Request(line: words, body: String(decoding: bytes.prefix(length), as: UTF8.self))
    }
}

import NIOCore
import NIOHTTP1

/// An answer that is read piece by piece, by one task at a time.
package final class ClientAnswer {
    /// The head.
    package let head: ClientResponseHead
    /// Whether the connection may carry another exchange after this answer.
    let isReusable: Bool

    private let connection: ClientConnection
    private let patience: TimeAmount?
    /// Whether the connection is closed with this answer.
    private let isOwner: Bool
    private var isComplete = false
    /// What came after the last line that was handed out.
    private var rest = ByteBuffer()
    /// How many bytes of `rest` are known to hold no line end.
    private var searched = 0

    init(
        connection: ClientConnection, patience: TimeAmount?, isOwner: Bool = false
    ) async throws(ClientError) {
        guard case .head(let head) = try await connection.take(patience: patience) else {
            throw .malformed("the answer does not begin with a status line")
        }
        self.head = ClientResponseHead(status: Int(head.status.code), headers: head.headers)
        self.isReusable = head.isKeepAlive
        self.connection = connection
        self.patience = patience
        self.isOwner = isOwner
    }

    deinit {
        if isOwner { connection.close() }
    }

    /// The next bytes of the body, or `nil` at its end. Throws `disconnected` if the body is not whole.
    package nonisolated(nonsending) func next() async throws(ClientError) -> ByteBuffer? {
        while !isComplete {
            switch try await connection.take(patience: patience) {
            case .body(let bytes) where bytes.readableBytes > 0: return bytes
            case .end: isComplete = true
            case .body, .head: continue
            }
        }
        return nil
    }

    /// The next line of the body without its line end, or `nil` at the end. Not to be mixed with `next()`.
    ///
    /// - Parameter limit: bytes beyond which a line is refused.
    package nonisolated(nonsending) func nextLine(limit: Int = 16 << 20) async throws(ClientError) -> String? {
        while true {
            if let end = rest.readableBytesView.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest.readString(length: end - rest.readerIndex) ?? ""
                rest.moveReaderIndex(forwardBy: 1)
                searched = 0
                return line.hasSuffix("\r") ? String(line.dropLast()) : line
            }
            searched = rest.readableBytes
            guard searched <= limit else { throw .tooLarge(limit: limit) }
            guard let more = try await next() else {
                searched = 0
                return rest.readableBytes > 0 ? rest.readString(length: rest.readableBytes) : nil
            }
            rest.discardReadBytes()
            rest.writeImmutableBuffer(more)
        }
    }

    /// The rest of the body.
    ///
    /// - Parameter max: bytes beyond which it is refused.
    package nonisolated(nonsending) func collect(max: Int) async throws(ClientError) -> [UInt8] {
        var body: [UInt8] = []
        while let bytes = try await next() {
            guard body.count + bytes.readableBytes <= max else { throw .tooLarge(limit: max) }
            body += bytes.readableBytesView
        }
        return body
    }
}

/// Writes the body of a request piece by piece.
package struct ClientBodyWriter: Sendable {
    let connection: ClientConnection

    /// Writes a piece and waits until the socket has taken it: a daemon that does not read slows the writer down.
    package func write(_ bytes: ByteBuffer) async throws(ClientError) {
        guard bytes.readableBytes > 0 else { return }
        if Task.isCancelled { throw .cancelled }
        try await connection.write(.body(.byteBuffer(bytes)))
    }
}

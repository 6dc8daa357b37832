import NIOCore
import NIOHTTP1

/// An answer with its whole body.
package struct Response: Sendable {
    /// The status.
    package var status: HTTPResponseStatus
    /// The media type of the body; `nil` only without a body.
    package var contentType: String?
    /// Further header fields. Length, connection and date are the server's business.
    package var headers: [(String, String)]
    /// The body; left off for `HEAD` and where the status forbids one.
    package var body: ByteBuffer

    /// An answer with a body in one buffer.
    package init(
        _ status: HTTPResponseStatus, _ contentType: String, _ body: ByteBuffer, headers: [(String, String)] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// An answer with a body in an array.
    package init(
        _ status: HTTPResponseStatus, _ contentType: String, _ body: [UInt8], headers: [(String, String)] = []
    ) {
        self.init(status, contentType, ByteBuffer(bytes: body), headers: headers)
    }

    /// An answer without a body.
    package init(_ status: HTTPResponseStatus, headers: [(String, String)] = []) {
        self.status = status
        self.contentType = nil
        self.headers = headers
        self.body = ByteBuffer()
    }
}

/// How a body is delimited on the wire (RFC 9112, section 6).
enum BodyFraming {
    /// By its declared length in bytes.
    case length(Int)
    /// In chunks.
    case chunks
    /// By the end of the connection: streams to HTTP/1.0 clients.
    case close
}

extension ByteBuffer {
    /// Writes a response's head (RFC 9112, section 4). `fixedFields` are the `Server` and `Date` lines.
    mutating func writeResponseHead(
        _ status: HTTPResponseStatus, contentType: String?, headers: [(String, String)], framing: BodyFraming,
        keepAlive: Bool, fixedFields: String
    ) {
        if status == .ok {
            writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            writeStaticString("HTTP/1.1 ")
            writeString("\(status.code) ")
            writeFieldText(status.reasonPhrase)
            writeStaticString("\r\n")
        }
        writeString(fixedFields)
        if let contentType {
            writeField("Content-Type", contentType)
        }
        for (name, value) in headers {
            writeField(name, value)
        }
        switch framing {
        case .length(let length):
            if status.mayHaveResponseBody {
                writeStaticString("Content-Length: ")
                writeDecimal(length)
                writeStaticString("\r\n")
            }
        case .chunks:
            writeStaticString("Transfer-Encoding: chunked\r\n")
        case .close:
            break
        }
        writeStaticString(keepAlive ? "\r\n" : "Connection: close\r\n\r\n")
    }

    /// Writes one chunk (RFC 9112, section 7.1). An empty chunk would end the body, so nothing is written for it.
    mutating func writeChunkHead(bytes: Int) {
        writeString(String(bytes, radix: 16))
        writeStaticString("\r\n")
    }

    private mutating func writeField(_ name: String, _ value: String) {
        writeFieldText(name)
        writeStaticString(": ")
        writeFieldText(value)
        writeStaticString("\r\n")
    }

    /// Writes text with every control character replaced by a space, so that no value can add a field.
    private mutating func writeFieldText(_ text: String) {
        if text.utf8.contains(where: { $0 < 0x20 }) {
            writeBytes(text.utf8.map { $0 < 0x20 ? 0x20 : $0 })
        } else {
            writeString(text)
        }
    }

    private mutating func writeDecimal(_ number: Int) {
        if number < 10 {
            writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
        } else {
            writeString(String(number))
        }
    }
}

extension HTTPResponseStatus {
    /// Whether an answer of this status has a body at all (RFC 9110, section 6.4.1).
    var mayHaveResponseBody: Bool {
        code >= 200 && code != 204 && code != 304
    }
}

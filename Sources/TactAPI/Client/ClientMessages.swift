import NIOCore
import NIOHTTP1

/// A request to the daemon.
package struct ClientRequest: Sendable {
    /// The method.
    package var method: HTTPMethod
    /// The target as it goes on the wire: an encoded path, and a query if there is one.
    package var target: String
    /// Header fields beyond host and length.
    package var headers: [(String, String)]
    /// The body; empty for none.
    package var body: ByteBuffer

    /// A request whose path segments and query items are encoded here.
    package init(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], headers: [(String, String)] = [],
        contentType: String? = nil, body: [UInt8] = []
    ) {
        self.method = method
        self.target = Self.target(path, query)
        self.headers = headers + (contentType.map { [("Content-Type", $0)] } ?? [])
        self.body = ByteBuffer(bytes: body)
    }

    /// A request with a target that is encoded already.
    package init(_ method: HTTPMethod, target: String, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = ByteBuffer(bytes: body)
    }

    /// An encoded path and query: `(["v1", "a b"], [("x", "1+1")])` is `/v1/a%20b?x=1%2B1`.
    package static func target(_ path: [String], _ query: [(String, String)]) -> String {
        let items = query.map { percentEncoded($0.0) + "=" + percentEncoded($0.1) }
        let encoded = "/" + path.map(percentEncoded).joined(separator: "/")
        return items.isEmpty ? encoded : encoded + "?" + items.joined(separator: "&")
    }

    /// Everything but the unreserved characters of RFC 3986, section 2.3, as `%XX`.
    private static func percentEncoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

/// The head of an answer.
package struct ClientResponseHead: Sendable {
    /// The status code.
    package let status: Int
    /// All header fields.
    package let headers: HTTPHeaders

    /// The media type of the body without its parameters, in lower case.
    package var mediaType: String? {
        headers.first(name: "content-type").map { String($0.prefix { $0 != ";" && $0 != " " }).lowercased() }
    }

    /// Whether the status is 2xx.
    package var isSuccess: Bool { (200..<300).contains(status) }
}

/// An answer with its whole body.
package struct ClientResponse: Sendable {
    /// The head.
    package let head: ClientResponseHead
    /// The body.
    package let body: [UInt8]

    /// The status code.
    package var status: Int { head.status }

    /// The body as text; wrong UTF-8 is repaired.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

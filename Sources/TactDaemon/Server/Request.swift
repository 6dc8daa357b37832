import NIOCore
import NIOHTTP1

/// The head of a request, read and decoded.
package struct RequestHead: Sendable {
    /// The method. `HEAD` arrives as `GET`: the server leaves the body off the answer.
    package let method: HTTPMethod
    /// The segments of the path, percent-decoded: `/v1/messages/a%2Fb` is `["v1", "messages", "a/b"]`, and `/` is `[]`.
    package let path: [String]
    /// The items of the query in their order, percent-decoded, with `+` read as a space.
    package let query: [QueryItem]
    /// All header fields as they came.
    package let headers: HTTPHeaders
    /// The declared length of the body in bytes: 0 without a body, `nil` if it comes in chunks.
    package let contentLength: Int?
    /// Who is at the other end of the socket.
    package let peer: Peer

    /// The media type of the body without its parameters, in lower case, or `nil` if none is declared.
    package var mediaType: String? {
        guard let value = headers.first(name: "content-type") else { return nil }
        let type = value.prefix { $0 != ";" }
        return String(type.filter { $0 != " " && $0 != "\t" }).lowercased()
    }
}

/// A request with its whole body.
package struct Request: Sendable {
    /// The head.
    package let head: RequestHead
    /// The body; empty if there is none.
    package let body: ByteBuffer
}

/// One `name=value` of a query; the value is empty without `=`.
package struct QueryItem: Sendable, Equatable {
    /// The decoded name.
    package let name: String
    /// The decoded value.
    package let value: String

    /// An item as given.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

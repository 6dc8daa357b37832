/// A request, as pages see it.
package struct PageRequest: Sendable {
    package enum Method: Sendable {
        case get, post
    }

    package var method: Method
    /// The path's parts below the pages' address, percent-decoded.
    package var path: [String]
    package var query: Form
    /// By names in lower case; the last of a name.
    package var headers: [String: String]
    /// Reads the body, up to so many bytes; once, and not before it is known who sends it.
    let body: @Sendable (_ limit: Int) async throws(Trouble) -> [UInt8]

    init(
        _ method: Method, _ path: [String], query: Form = Form(), headers: [String: String] = [:],
        body: @escaping @Sendable (_ limit: Int) async throws(Trouble) -> [UInt8]
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The value of a cookie. Where a name comes twice, the first: browsers send the longer path first.
    func cookie(_ name: String) -> String? {
        for pair in (headers["cookie"] ?? "").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { String($0.filter { $0 != " " }) }
            if parts.count == 2, parts[0] == name { return parts[1] }
        }
        return nil
    }
}

/// An answer, with its whole body, or one that comes piece by piece.
package struct PageAnswer: Sendable {
    package var status: Int
    package var contentType: String?
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// What comes in place of the body.
    var pieces: Pieces?

    package init(
        _ status: Int, _ contentType: String? = nil, headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    static func html(_ text: String, status: Int = 200) -> PageAnswer {
        PageAnswer(status, "text/html; charset=utf-8", body: Array(text.utf8))
    }
}

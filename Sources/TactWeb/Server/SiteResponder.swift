import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Between Hummingbird and the pages.
struct SiteResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let site: Site
    /// What the paths of the pages begin with: `/preferences`, or nothing.
    let prefix: String
    let logger: Logger

    func respond(to request: Request, context: Context) async throws -> Response {
        let isHead = request.method == .head
        let answer: PageAnswer
        if let page = try await page(request) {
            answer = await site.answer(page)
        } else {
            answer = await site.answer(PageRequest(.get, ["assets", ""]))
        }
        // Never what was asked for: addresses have links in them.
        logger.debug("answered", metadata: ["status": "\(answer.status)"])
        var headers = HTTPFields()
        if let type = answer.contentType { headers[.contentType] = type }
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        headers[.contentLength] = String(answer.body.count)
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: isHead || answer.status == 204 ? .init() : .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// nil: nothing of ours is there, or it is too large.
    private func page(_ request: Request) async throws -> PageRequest? {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts[0])
        guard target.utf8.count <= 4096, path.hasPrefix(prefix + "/") || path == prefix else { return nil }
        let segments = path.dropFirst(prefix.count).split(separator: "/").map { String($0).removingPercentEncoded }
        let method: PageRequest.Method
        switch request.method {
        case .get, .head: method = .get
        case .post: method = .post
        default: return nil
        }
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        var body: [UInt8] = []
        if method == .post {
            let limit = segments.first == "calendars" ? Site.largestCalendar : Site.largestForm
            guard let bytes = try? await request.body.collect(upTo: limit) else { return nil }
            body = Array(bytes.readableBytesView)
        }
        return PageRequest(
            method, segments, query: Form(encoded: parts.count > 1 ? parts[1] : ""), headers: headers, body: body)
    }
}

extension String {
    /// What is no encoding stays as it is.
    fileprivate var removingPercentEncoded: String {
        guard utf8.contains(UInt8(ascii: "%")) else { return self }
        return Form(encoded: "x=" + replacing("+", with: "%2B")).all("x").first ?? self
    }
}

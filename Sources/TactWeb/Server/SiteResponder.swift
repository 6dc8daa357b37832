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
        do throws(Trouble) {
            answer = await site.answer(try await page(request))
        } catch {
            answer = site.refusal(error, language: request.headers[.acceptLanguage])
        }
        // Never what was asked for: addresses have links in them.
        logger.debug("answered", metadata: ["status": "\(answer.status)"])
        var headers = HTTPFields()
        if let type = answer.contentType { headers[.contentType] = type }
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        if let pieces = answer.pieces {
            return Response(
                status: .init(code: answer.status), headers: headers, body: isHead ? .init() : body(of: pieces))
        }
        headers[.contentLength] = String(answer.body.count)
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: isHead || answer.status == 204 ? .init() : .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// What breaks off in the middle breaks off for the browser, too.
    private func body(of pieces: Pieces) -> ResponseBody {
        ResponseBody { writer in
            let answer = pieces.take()
            while let piece = try await answer?.next() { try await writer.write(piece) }
            try await writer.finish(nil)
        }
    }

    private func page(_ request: Request) async throws(Trouble) -> PageRequest {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts[0])
        guard target.utf8.count <= 4096, path.hasPrefix(prefix + "/") || path == prefix else {
            throw .notFound
        }
        let segments = path.dropFirst(prefix.count).split(separator: "/").map { String($0).removingPercentEncoded }
        let method: PageRequest.Method
        switch request.method {
        case .get, .head: method = .get
        case .post: method = .post
        default: throw .notAllowed
        }
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        return PageRequest(
            method, segments, query: Form(encoded: parts.count > 1 ? parts[1] : ""), headers: headers
        ) { limit throws(Trouble) in
            guard let bytes = try? await request.body.collect(upTo: limit) else { throw .tooLarge }
            return Array(bytes.readableBytesView)
        }
    }
}

extension String {
    /// What is no encoding stays as it is.
    fileprivate var removingPercentEncoded: String {
        guard utf8.contains(UInt8(ascii: "%")) else { return self }
        return Form(encoded: "x=" + replacing("+", with: "%2B")).all("x").first ?? self
    }
}

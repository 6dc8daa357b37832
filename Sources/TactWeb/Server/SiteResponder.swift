import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// Between Hummingbird and the pages.
struct SiteResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let site: Site
    /// What the paths of the pages begin with: `/preferences`, or nothing.
    let prefix: String
    let logger: Logger
    /// How many calendars are being read: each takes megabytes, before anybody knows whose it is.
    let uploads = Uploads()

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
        headers[.contentLength] = String(answer.body.count)
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: isHead || answer.status == 204 ? .init() : .init(byteBuffer: ByteBuffer(bytes: answer.body)))
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
        var body: [UInt8] = []
        if method == .post {
            let isUpload = segments.first == "calendars"
            guard !isUpload || uploads.begin() else { throw .tooMany }
            defer { if isUpload { uploads.end() } }
            let limit = isUpload ? Site.largestCalendar : Site.largestForm
            guard let bytes = try? await request.body.collect(upTo: limit) else { throw .tooLarge }
            body = Array(bytes.readableBytesView)
        }
        return PageRequest(
            method, segments, query: Form(encoded: parts.count > 1 ? parts[1] : ""), headers: headers, body: body)
    }
}

/// Counts what is under way, up to a bound.
final class Uploads: Sendable {
    private static let most = 32
    private let count = Mutex(0)

    func begin() -> Bool {
        count.withLock { count in
            guard count < Uploads.most else { return false }
            count += 1
            return true
        }
    }

    func end() { count.withLock { $0 -= 1 } }
}

extension String {
    /// What is no encoding stays as it is.
    fileprivate var removingPercentEncoded: String {
        guard utf8.contains(UInt8(ascii: "%")) else { return self }
        return Form(encoded: "x=" + replacing("+", with: "%2B")).all("x").first ?? self
    }
}

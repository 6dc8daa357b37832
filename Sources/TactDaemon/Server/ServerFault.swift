import NIOCore
import NIOHTTP1

/// What goes wrong with a request before any route has seen it.
package enum ServerFault: Error, Equatable {
    /// Not HTTP/1.1 as RFC 9112 has it; the text says where.
    case malformed(String)
    /// The client closed its sending half in the middle of a request.
    case incomplete
    /// The target and header fields exceed this many bytes, or are more than so many fields.
    case headTooLarge(limit: Int, fields: Int)
    /// The body exceeds this many bytes.
    case bodyTooLarge(limit: Int)
    /// The request did not arrive in time.
    case tooSlow
    /// An `Expect` field other than `100-continue` (RFC 9110, section 10.1.1).
    case unknownExpectation
    /// The body is in a transfer coding other than `chunked` (RFC 9112, section 6.1).
    case unknownTransferCoding
    /// There are as many connections as there may be, of this many in all.
    case tooManyConnections(limit: Int)
    /// The peer's user has this many connections open already.
    case tooManyConnectionsOfUser(limit: Int)
    /// A route dropped the request without an answer, or failed in a way it did not foresee.
    case unanswered

    /// The fault as RFC 9457 problem details.
    package var response: Response {
        switch self {
        case .malformed(let detail):
            .problem(.badRequest, type: "malformed-request", title: "The request is not valid HTTP/1.1", detail: detail)
        case .incomplete:
            .problem(
                .badRequest, type: "malformed-request", title: "The request is not complete",
                detail: "The connection ended in the middle of the request.")
        case .headTooLarge(let limit, let fields):
            .problem(
                .requestHeaderFieldsTooLarge, type: "head-too-large", title: "The request's head is too large",
                detail: "Target and header fields together may have \(limit) bytes, and there may be \(fields) fields.")
        case .bodyTooLarge(let limit):
            .problem(
                .payloadTooLarge, type: "body-too-large", title: "The body is too large",
                detail: "The body may have \(limit) bytes here.")
        case .tooSlow:
            .problem(
                .requestTimeout, type: "request-timeout", title: "The request did not arrive in time",
                detail: "Send the whole request without long pauses.")
        case .unknownExpectation:
            .problem(
                .expectationFailed, type: "expectation-failed", title: "The expectation cannot be met",
                detail: "Of Expect only 100-continue is understood.")
        case .unknownTransferCoding:
            .problem(
                .notImplemented, type: "unknown-transfer-coding", title: "The transfer coding is not understood",
                detail: "Of Transfer-Encoding only chunked is understood.")
        case .tooManyConnections(let limit):
            .problem(
                .serviceUnavailable, type: "too-many-connections", title: "Too many connections",
                detail: "There may be \(limit) connections in all. Close some, or try again later.",
                headers: [("Retry-After", "1")])
        case .tooManyConnectionsOfUser(let limit):
            .problem(
                .serviceUnavailable, type: "too-many-connections", title: "Too many connections",
                detail: "Your user has \(limit) connections open, as many as it may. Close some, or try again later.",
                headers: [("Retry-After", "1")])
        case .unanswered:
            .problem(
                .internalServerError, type: "internal-error", title: "Something went wrong inside",
                detail: "The request was not answered. The daemon's log may say more.")
        }
    }
}

extension Response {
    /// Problem details (RFC 9457). `detail` and `title` are plain texts of ours, made safe for JSON here.
    fileprivate static func problem(
        _ status: HTTPResponseStatus, type: String, title: String, detail: String, headers: [(String, String)] = []
    ) -> Response {
        let json =
            #"{"type":"urn:tact:problem:\#(type)","title":"\#(title)","status":\#(status.code),"detail":"\#(quotable(detail))"}"#
        return Response(status, "application/problem+json", ByteBuffer(string: json + "\n"), headers: headers)
    }

    private static func quotable(_ text: String) -> String {
        String(text.map { $0 == "\"" || $0 == "\\" || $0.asciiValue.map { $0 < 0x20 } ?? false ? "'" : $0 })
    }
}

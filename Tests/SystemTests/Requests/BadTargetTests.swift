import Foundation
import TactAPI
import TactCore
import Testing

/// Paths, parameters and bytes that are not as they should be.
@Suite struct BadTargetTests {
    /// A hundred thousand nines, and other values that no parameter takes.
    private static let nonsense = ["", "nonsense", "-1", "1.5", "%00", "99999999999999999999", "2026-13-01T00:00:00Z"]

    @Test func everyParameterIsCheckedAndNamed() async throws {
        try await Daemon.run { daemon in
            _ = try await daemon.put("/v1/recipients/ann", [:])
            let message = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            let paths = try #require(try await daemon.get("/v1/openapi.json").json["paths"]?.objectValue)
            for path in paths.members {
                for verb in Verb.allCases {
                    guard let operation = path.value[verb.rawValue] else { continue }
                    // Root is nobody's link: what only links open is refused before anything is looked at.
                    if operation["x-tact-role"] == "preferences" { continue }
                    let target = path.name
                        .replacing("/messages/{id}", with: "/messages/\(message)")
                        .replacing("{id}", with: "ann").replacing("{name}", with: "email")
                        .replacing(/\{[a-z]+\}/, with: "1")
                    try await spoil(operation, verb, target, daemon)
                }
            }
            #expect(try await daemon.counts() == ["pending": 1].merging(zeros) { first, _ in first })
        }
    }

    private let zeros = Dictionary(uniqueKeysWithValues: MessageState.allCases.map { ($0.name, 0) })

    private func spoil(_ operation: JSON, _ verb: Verb, _ target: String, _ daemon: Daemon) async throws {
        let body: JSON = ["recipient": "ann", "topic": "news", "not_before": "2026-12-24T00:00:00Z"]
        let takesBody = target == "/v1/messages" && verb == .post
        func call(_ query: String) async throws -> Reply {
            takesBody ? try await daemon.call(verb, target + query, body) : try await daemon.call(verb, target + query)
        }
        let surprise = try await call("?surprise=1")
        #expect(surprise.status == 400, "\(verb.name) \(target)?surprise=1: \(surprise)")
        #expect(surprise.pointers.contains("/surprise"), "\(verb.name) \(target)?surprise=1: \(surprise)")
        for parameter in operation["parameters"]?.arrayValue ?? [] where parameter["in"] == "query" {
            guard let name = parameter["name"]?.stringValue, let schema = parameter["schema"] else { continue }
            let isText = schema["minLength"] != nil && schema["enum"] == nil
            let values = isText ? ["", "%00", String(repeating: "x", count: 513)] : BadTargetTests.nonsense
            for value in values {
                let reply = try await call("?\(name)=\(value)")
                #expect(reply.status == 400, "\(verb.name) \(target)?\(name)=\(value.prefix(30)): \(reply)")
                // A NUL makes the whole target malformed, before any parameter is looked at.
                let isNamed = value == "%00" || reply.pointers.contains("/\(name)")
                #expect(isNamed, "\(verb.name) \(target)?\(name)=\(value.prefix(30)): \(reply)")
            }
            let twice = try await call("?\(name)=1&\(name)=1")
            #expect(twice.status == 400, "\(verb.name) \(target)?\(name) twice: \(twice)")
        }
    }

    @Test func namesInPathsAreCheckedLikeThoseInBodies() async throws {
        try await Daemon.run { daemon in
            let long = String(repeating: "x", count: 257)
            for id in [long, "a%00b", "%FF", "a%0Ab", "%2E", "%2e%2e", "%E2%80%AE"] {
                for (verb, rest) in [
                    (Verb.put, ""), (.get, ""), (.patch, ""), (.get, "/busy"), (.get, "/timeline"),
                    (.put, "/calendars/work"), (.get, "/calendars/work"), (.delete, "/calendars/work"),
                ] {
                    let reply = try await daemon.call(
                        verb, "/v1/recipients/\(id)\(rest)", body: Array((verb == .get ? "" : "{}").utf8))
                    #expect((400...404).contains(reply.status), "\(verb.name) …/\(id.prefix(20))\(rest): \(reply)")
                    if id == long { #expect(reply.pointers == ["/id"], "\(verb.name) …\(rest): \(reply)") }
                }
            }
            // What needs encoding is a name like any other.
            for id in ["a%2Fb", "a%20b", "%C3%A9", "a%25", "a+b", "a%3Fb", "..a"] {
                let put = try await daemon.put("/v1/recipients/\(id)", ["locale": "fr"])
                #expect(put.status == 200, "\(id): \(put)")
                #expect(try await daemon.get("/v1/recipients/\(id)")["locale"] == "fr", "\(id)")
            }
            #expect(try await daemon.get("/v1/recipients").json["items"]?.arrayValue?.count == 7)
            for path in [
                "/", "/v1", "/v1/", "/v1/nothing", "/v1/messages/", "/v1//messages", "/v1/messages/x/y/z", "/v2/status",
            ] {
                #expect(try await daemon.get(path).status == 404, "\(path)")
            }
            for (verb, path) in [(Verb.post, "/v1/status"), (.put, "/v1/messages"), (.delete, "/v1/leases")] {
                let reply = try await daemon.call(verb, path)
                #expect(reply.status == 405, "\(path): \(reply)")
                #expect(reply.header("allow") != nil)
            }
        }
    }

    @Test func bytesThatAreNoRequestEndTheirConnectionAndNothingElse() async throws {
        try await Daemon.run { daemon in
            let path = daemon.socket
            let head = "Host: t\r\n"
            let nonsense = [
                "\r\n\r\n\r\n", "GET\r\n\r\n", "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\(head)\r\n",
                "GET /v1/status HTTP/1.1\r\n\(head)Content-Length: -1\r\n\r\n",
                "GET /v1/status HTTP/1.1\r\n\(head)Content-Length: 99999999999999999999\r\n\r\n",
                "POST /v1/messages HTTP/1.1\r\n\(head)Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "POST /v1/messages HTTP/1.1\r\n\(head)Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /v1/messages HTTP/1.1\r\n\(head)Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /v1/messages HTTP/1.1\r\n\(head)Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
                "GET /v1/status HTTP/1.1\r\nHost: t\r\nX: \(String(repeating: "x", count: 100_000))\r\n\r\n",
                "GET /\(String(repeating: "x", count: 100_000)) HTTP/1.1\r\n\(head)\r\n",
                "GET /v1/status HTTP/1.1\r\n\(head)\(String(repeating: "X: y\r\n", count: 5000))\r\n",
                "GET /%zz HTTP/1.1\r\n\(head)\r\n", "GET http:// HTTP/1.1\r\n\(head)\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}",
                "POST /v1/messages HTTP/1.1\r\n\(head)Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
            ]
            for bytes in nonsense {
                try await onThread {
                    let connection = try RawConnection(path: path)
                    try? connection.send(bytes)
                    connection.finishSending()
                    // An answer of 4xx or none; and then the end.
                    if let reply = try? connection.readReply() {
                        guard (200...499).contains(reply.status) else { throw UnexpectedReply(reply: reply) }
                    }
                    try? connection.readToEnd()
                }
                #expect(try await daemon.get("/healthz").status == 200, "after \(bytes.prefix(60))")
            }
            #expect(try await daemon.counts().values.reduce(0, +) == 0)
        }
    }
}

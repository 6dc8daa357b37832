import Dispatch
import NIOCore
import Synchronization
import TactDaemon
import Testing

/// What a client sees of the server, over a real socket.
@Suite(.timeLimit(.minutes(1)))
struct ServerTests {
    let echoHead = TestRoutes(handle: { request, responder in
        let query = request.head.query.map { "\($0.name)=\($0.value)" }
        let text = "\(request.head.method) \(request.head.path) \(query) \(String(buffer: request.body))"
        responder.respond(Response(.ok, "text/plain", ByteBuffer(string: text)))
    })

    @Test func pathAndQueryAreDecoded() async throws {
        try await withServer(echoHead) { _, path in
            let client = try RawConnection(path)
            client.send("GET /v1/a%2Fb/%C3%A9/?x=1%2B1&y=a+b&z HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client.answer().body == #"GET ["v1", "a/b", "é", ""] ["x=1+1", "y=a b", "z="] "#)
            client.send("GET http://tact HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client.answer().body == "GET [] [] ")
        }
    }

    @Test func bodiesComeWithALengthOrInChunks() async throws {
        try await withServer(TestRoutes()) { _, path in
            let client = try RawConnection(path)
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhe")
            client.send("llo")
            #expect(try client.answer().body == "hello")
            client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            client.send("2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n")
            #expect(try client.answer().body == "abcde")
        }
    }

    @Test func aConnectionIsKeptUnlessTheClientWantsItClosed() async throws {
        try await withServer(TestRoutes()) { server, path in
            let client = try RawConnection(path)
            for _ in 0..<3 {
                client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
                #expect(try client.answer().fields["connection"] == nil)
            }
            #expect(server.connectionCount == 1)
            client.send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
            #expect(try client.answer().fields["connection"] == "close")
            #expect(try client.isClosed())
            let old = try RawConnection(path)
            old.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try old.answer().status == 200)
            #expect(try old.isClosed())
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let running = Mutex(0)
        var routes = TestRoutes()
        routes.handle = { request, responder in
            #expect(running.withLock { $0.add(1) } == 1, "a request begins before the last is answered")
            let answer: @Sendable () -> Void = {
                _ = running.withLock { $0.add(-1) }
                responder.respond(Response(.ok, "text/plain", request.body))
            }
            switch (Int(String(buffer: request.body)) ?? 0) % 3 {
            case 0: answer()
            case 1: responder.eventLoop.execute(answer)
            default: DispatchQueue.global().async(execute: answer)
            }
        }
        try await withServer(routes) { _, path in
            let client = try RawConnection(path)
            let count = 3000
            let all = (0..<count).map { number in
                "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: \(String(number).count)\r\n\r\n\(number)"
            }
            for part in stride(from: 0, to: count, by: 500) {
                client.send(all[part..<part + 500].joined())
                for number in part..<part + 500 {
                    #expect(try client.answer().body == String(number))
                }
            }
        }
    }

    @Test func headHasALengthAndNoBody() async throws {
        try await withServer(echoHead) { _, path in
            let client = try RawConnection(path)
            client.send("HEAD /x HTTP/1.1\r\nHost: t\r\n\r\n")
            let answer = try client.answer(toHead: true)
            #expect(answer.fields["content-length"] == String(#"GET ["x"] [] "#.utf8.count))
            client.send("GET /y HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client.answer().body == #"GET ["y"] [] "#)
        }
    }

    @Test func aClientThatExpectsContinueIsToldSo() async throws {
        try await withServer(TestRoutes(policy: { _ in .collect(max: 10) })) { _, path in
            let client = try RawConnection(path)
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n")
            #expect(try client.answer().status == 100)
            client.send("ok")
            #expect(try client.answer().body == "ok")
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.answer().status == 413)
            #expect(try client.isClosed())
            let other = try RawConnection(path)
            other.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nExpect: miracles\r\n\r\n")
            #expect(try other.answer().status == 417)
        }
    }

    @Test func bodiesThatAreTooLargeAreRefused() async throws {
        try await withServer(TestRoutes(policy: { _ in .collect(max: 10) })) { _, path in
            let declared = try RawConnection(path)
            declared.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 11\r\n\r\n12345678901")
            let answer = try declared.answer()
            #expect(answer.status == 413)
            #expect(answer.fields["content-type"] == "application/problem+json")
            #expect(answer.body.contains(#""type":"urn:tact:problem:body-too-large""#))
            declared.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx")
            #expect(try declared.answer().body == "x", "a little too much is thrown away, and the connection lives")

            let chunked = try RawConnection(path)
            chunked.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n")
            #expect(try chunked.answer().status == 413)
            #expect(try chunked.isClosed())

            // The client sends on regardless and must still find its answer.
            let stubborn = try RawConnection(path)
            stubborn.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4000000\r\n\r\n")
            stubborn.send([UInt8](repeating: 65, count: 3_000_000))
            #expect(try stubborn.answer().status == 413)
            stubborn.finishSending()
            #expect(try stubborn.isClosed())
        }
    }

    @Test(arguments: [
        ("garbage\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\nHost: t\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n", 400),
        ("GET /%00 HTTP/1.1\r\nHost: t\r\n\r\n", 400),
        ("GET /%ff HTTP/1.1\r\nHost: t\r\n\r\n", 400),
        ("GET * HTTP/1.1\r\nHost: t\r\n\r\n", 400),
        ("CONNECT t:80 HTTP/1.1\r\nHost: t\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        ("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : t\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: t\r\nX: a\r\n b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: t\r\nX: LONG\r\n\r\n", 431),
        ("GET /LONG HTTP/1.1\r\nHost: t\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: t\r\nMANY\r\n", 431),
    ])
    func malformedRequestsAreRefusedAndEndTheConnection(_ request: String, _ status: Int) async throws {
        try await withServer(TestRoutes()) { server, path in
            let client = try RawConnection(path)
            let long = request.replacing("LONG", with: String(repeating: "x", count: 40_000))
            client.send(long.replacing("MANY", with: String(repeating: "X: y\r\n", count: 101)))
            let answer = try client.answer()
            #expect(answer.status == status)
            #expect(answer.fields["content-type"] == "application/problem+json")
            #expect(answer.fields["connection"] == "close")
            #expect(answer.body.contains(#""status":\#(status)"#))
            #expect(answer.body.contains("32768 bytes, and there may be 100 fields") == (status == 431))
            #expect(try client.isClosed())
        }
    }

    @Test func whatIsMalformedAfterAGoodRequestIsRefusedAfterItsAnswer() async throws {
        try await withServer(TestRoutes()) { _, path in
            let client = try RawConnection(path)
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nokgarbage\r\n\r\n")
            #expect(try client.answer().body == "ok")
            #expect(try client.answer().status == 400)
            #expect(try client.isClosed())
        }
    }

    @Test func aRouteCanRefuseARequestByItsHead() async throws {
        let routes = TestRoutes(policy: { head in
            head.path == ["no"] ? .refuse(Response(.forbidden, "text/plain", Array("no".utf8))) : .standard
        })
        try await withServer(routes) { _, path in
            let client = try RawConnection(path)
            client.send("POST /no HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc")
            #expect(try client.answer().body == "no")
            client.send("GET /no HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client.answer().status == 403)
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\ndef")
            #expect(try client.answer().body == "def")
        }
    }

    @Test func aForgottenRequestIsAnsweredWith500() async throws {
        try await withServer(TestRoutes(handle: { _, _ in })) { _, path in
            let client = try RawConnection(path)
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client.answer().status == 500)
        }
    }

    @Test func onlyTheFirstAnswerCounts() async throws {
        let routes = TestRoutes(handle: { _, responder in
            responder.respond(Response(.ok, "text/plain", Array("1".utf8)))
            responder.respond(Response(.ok, "text/plain", Array("2".utf8)))
            #expect(responder.stream(.ok, "text/plain") == nil)
        })
        try await withServer(routes) { _, path in
            let client = try RawConnection(path)
            client.send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
            #expect(try client.answer().body == "1")
            #expect(try client.isClosed())
        }
    }

    @Test func noFieldValueCanAddAField() async throws {
        let routes = TestRoutes(handle: { _, responder in
            responder.respond(Response(.noContent, headers: [("X-Name", "a\r\nEvil: yes\r\n\r\nbody")]))
        })
        try await withServer(routes) { _, path in
            let client = try RawConnection(path)
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.fields["evil"] == nil)
            #expect(answer.fields["x-name"] == "a  Evil: yes    body")
            #expect(answer.fields["content-length"] == nil)
        }
    }

    @Test func aConnectionTooManyIsTurnedAway() async throws {
        var limits = ServerLimits()
        limits.connections = 2
        try await withServer(TestRoutes(), limits: limits) { server, path in
            var clients = [try RawConnection(path), try RawConnection(path)]
            for client in clients {
                client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
                #expect(try client.answer().status == 200)
            }
            let third = try RawConnection(path)
            let answer = try third.answer()
            #expect(answer.status == 503)
            #expect(answer.fields["retry-after"] == "1")
            clients.removeLast()
            try waitUntil { server.connectionCount == 1 }
            let fourth = try RawConnection(path)
            fourth.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try fourth.answer().status == 200)
        }
    }

    @Test func aClientThatPipelinesAndNeverReadsIsHeld() async throws {
        let served = Atomic<Int>(0)
        let routes = TestRoutes(handle: { _, responder in
            served.add(1, ordering: .relaxed)
            responder.respond(Response(.ok, "text/plain", ByteBuffer(repeating: 65, count: 10_000)))
        })
        try await withServer(routes) { _, path in
            let client = try RawConnection(path)
            let request = "GET / HTTP/1.1\r\nHost: t\r\n\r\n"
            let sent = try client.send(Array(String(repeating: request, count: 100_000).utf8)) {
                served.load(ordering: .relaxed) > 20
            }
            let count = sent / request.utf8.count
            #expect(count < 100_000)
            #expect(served.load(ordering: .relaxed) < 100, "what the socket and the limit hold")
            for _ in 0..<count {
                #expect(try client.answer().body.utf8.count == 10_000)
            }
        }
    }

    @Test func everyThreadServes() async throws {
        let threads = Mutex<Set<ObjectIdentifier>>([])
        let routes = TestRoutes(handle: { _, responder in
            threads.withLock { _ = $0.insert(ObjectIdentifier(responder.eventLoop)) }
            responder.respond(Response(.noContent))
        })
        try await withServer(routes, threads: 2) { _, path in
            for _ in 0..<4 {
                let client = try RawConnection(path)
                client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
                #expect(try client.answer().status == 204)
            }
        }
        #expect(threads.withLock { $0.count } == 2)
    }
}

extension Int {
    /// Adds and answers the sum.
    fileprivate mutating func add(_ other: Int) -> Int {
        self += other
        return self
    }
}

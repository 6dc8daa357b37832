import Dispatch
import NIOCore
import Synchronization
import TactDaemon
import Testing

/// Bodies and answers that are larger than anybody wants to hold.
@Suite(.timeLimit(.minutes(1)))
struct StreamingTests {
    /// Answers every chunk of the body with itself, at once.
    static func echo(_ head: RequestHead, _ responder: Responder) -> any BodySink {
        let sink = ClosureSink()
        let answer = responder.stream(.ok, "text/plain")
        sink.chunk = { bytes in answer?.write(bytes) }
        sink.end = { answer?.end() }
        sink.error = { _ in answer?.end() }
        return sink
    }

    let echoing = TestRoutes(policy: { _ in .stream }, stream: echo)

    @Test func anAnswerIsWrittenPieceByPieceFromAnyThread() async throws {
        let routes = TestRoutes(handle: { _, responder in
            guard let stream = responder.stream(.ok, "text/event-stream", headers: [("X-A", "b")]) else { return }
            DispatchQueue.global().async {
                for number in 0..<3 {
                    stream.write(ByteBuffer(string: "piece \(number)\n"))
                }
                stream.write(ByteBuffer(repeating: 65, count: 100_000))
                stream.end()
            }
        })
        try await withServer(routes) { server, path in
            let client = try RawConnection(path)
            for _ in 0..<2 {
                client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
                let answer = try client.answer()
                #expect(answer.fields["transfer-encoding"] == "chunked")
                #expect(answer.fields["x-a"] == "b")
                #expect(answer.body == "piece 0\npiece 1\npiece 2\n" + String(repeating: "A", count: 100_000))
            }
            client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client.answer(toHead: true).status == 200)
            let old = try RawConnection(path)
            old.send("GET / HTTP/1.0\r\n\r\n")
            let answer = try old.answer()
            #expect(answer.fields["transfer-encoding"] == nil)
            #expect(answer.body.utf8.count == 24 + 100_000)
            try waitUntil { server.budget.unreadBytes == 0 }
        }
    }

    @Test func anAbortedAnswerIsNotWhole() async throws {
        let routes = TestRoutes(handle: { request, responder in
            let stream = responder.stream(.ok, "text/plain")
            stream?.write(ByteBuffer(string: "half"))
            if request.head.path == ["abort"] { stream?.abort() }  // Otherwise it is forgotten.
        })
        try await withServer(routes) { _, path in
            for target in ["/abort", "/forget"] {
                let client = try RawConnection(path)
                client.send("GET \(target) HTTP/1.1\r\nHost: t\r\n\r\n")
                #expect(try !client.readAll().hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test func aBodyIsAnsweredWhileItComes() async throws {
        try await withServer(echoing) { _, path in
            let client = try RawConnection(path)
            client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            #expect(try client.take(through: "abc").hasSuffix("3\r\nabc"))
            client.send("2\r\nde\r\n0\r\n\r\nPOST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx")
            #expect(try client.take(through: "0\r\n\r\n") == "\r\n2\r\nde\r\n0\r\n\r\n")
            #expect(try client.answer().body == "x")
        }
    }

    @Test func aStreamedBodyIsAskedForBeforeItsAnswerBegins() async throws {
        try await withServer(echoing) { _, path in
            let client = try RawConnection(path)
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.answer().status == 100)
            client.send("ok")
            #expect(try client.answer().body == "ok")
        }
    }

    /// The promise of the bulk endpoint: most clients write everything before they read anything.
    @Test func aClientThatReadsOnlyAfterItHasWrittenDoesNotDeadlock() async throws {
        try await withServer(echoing) { server, path in
            let client = try RawConnection(path)
            let size = 4 << 20
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: \(size)\r\n\r\n")
            #expect(client.send([UInt8](repeating: 65, count: size)))
            #expect(try client.answer().body.utf8.count == size)
            try waitUntil { server.budget.unreadBytes == 0 }
        }
    }

    @Test func readingPausesWhenTooMuchIsUnread() async throws {
        var limits = ServerLimits()
        limits.outbound.perConnection = 256 << 10
        try await withServer(echoing, limits: limits) { server, path in
            let client = try RawConnection(path)
            let size = 3 << 20
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: \(size)\r\n\r\n")
            let written = try client.send([UInt8](repeating: 65, count: size)) {
                server.budget.unreadBytes > 256 << 10
            }
            #expect(written < 2 << 20, "the bound and what the sockets hold")
            #expect(server.budget.unreadBytes < 1 << 20)
            #expect(try client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK"))
            // Reading lets it go on: the rest can be written, and all of it comes back.
            let other = try RawConnection(adopting: client.descriptor)
            DispatchQueue.global().async {
                other.send([UInt8](repeating: 65, count: size - written))
            }
            let body = try client.readChunks()
            #expect(body == size)
        }
    }

    @Test func oneClientThatNeverReadsDoesNotStopAnother() async throws {
        var limits = ServerLimits()
        limits.outbound.perConnection = 1 << 20
        limits.outbound.inAll = 1 << 19
        limits.outbound.reserve = 1 << 16
        try await withServer(echoing, limits: limits) { server, path in
            let stuck = try RawConnection(path)
            stuck.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 8000000\r\n\r\n")
            let sent = try stuck.send([UInt8](repeating: 65, count: 8_000_000)) { server.budget.unreadBytes > 1 << 19 }
            #expect(sent < 8_000_000)
            let good = try RawConnection(path)
            for _ in 0..<20 {
                good.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 30000\r\n\r\n")
                good.send([UInt8](repeating: 66, count: 30000))
                #expect(try good.answer().body.utf8.count == 30000)
            }
        }
        // Nothing is left on the books when the connections are gone.
    }

    @Test func aRouteCanHoldBackABody() async throws {
        let responders = Mailbox<Responder>()
        let received = Mutex("")
        var routes = TestRoutes(policy: { _ in .stream })
        routes.stream = { _, responder in
            let sink = ClosureSink()
            sink.chunk = { bytes in
                received.withLock { $0 += String(buffer: bytes) }
                responder.pauseReading()
                responders.put(responder)
            }
            sink.end = { responder.respond(Response(.ok, "text/plain", Array(received.withLock { $0 }.utf8))) }
            return sink
        }
        try await withServer(routes) { _, path in
            let client = try RawConnection(path)
            client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n")
            client.finishSending()
            for expected in ["a", "ab", "abc"] {
                let responder = try responders.take()
                #expect(received.withLock { $0 } == expected)
                responder.resumeReading()
            }
            #expect(try client.answer().body == "abc")
        }
    }

    @Test func aSinkIsToldThatItsClientHasLeft() async throws {
        let errors = Mailbox<BodyError>()
        var routes = TestRoutes(policy: { _ in .stream })
        routes.stream = { _, responder in
            let sink = ClosureSink()
            sink.error = { error in
                errors.put(error)
                _ = responder  // Kept as long as the sink: a responder that is let go answers.
            }
            return sink
        }
        let wanted: [(String, Bool, BodyError)] = [
            ("3\r\nab", false, .disconnected), ("3\r\nab", true, .disconnected), ("zz\r\n", false, .malformed),
        ]
        try await withServer(routes) { _, path in
            for (body, halfClose, error) in wanted {
                var client: RawConnection? = try RawConnection(path)
                client?.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
                if halfClose { client?.finishSending() }
                if error == .malformed { #expect(try client?.answer().status == 400) }
                client = nil
                #expect(try errors.take() == error)
            }
        }
    }

    @Test func aStreamIsToldThatItsClientHasLeft() async throws {
        let streams = Mailbox<ResponseStream>()
        let routes = TestRoutes(handle: { _, responder in
            if let stream = responder.stream(.ok, "text/event-stream") { streams.put(stream) }
        })
        try await withServer(routes) { server, path in
            var client: RawConnection? = try RawConnection(path)
            client?.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            let stream = try streams.take()
            let told = Mailbox<String>()
            stream.write(ByteBuffer(string: "x"))
            stream.onDrained { told.put("drained") }
            #expect(try told.take() == "drained")
            stream.onClosed { told.put("left") }
            client = nil
            #expect(try told.take() == "left")
            stream.write(ByteBuffer(string: "nobody reads this"))
            try waitUntil { server.budget.unreadBytes == 0 }
        }
    }
}

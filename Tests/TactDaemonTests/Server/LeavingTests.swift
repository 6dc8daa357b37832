import NIOCore
import Synchronization
import TactDaemon
import Testing

/// Clients that leave, and a server that stops.
@Suite(.timeLimit(.minutes(1)))
struct LeavingTests {
    /// Routes that keep their responders, as a long poll does.
    struct LongPoll {
        let waiting = Mailbox<Responder>()

        var routes: TestRoutes {
            TestRoutes(handle: { [waiting] _, responder in waiting.put(responder) })
        }

        func next() throws -> Responder { try waiting.take() }
    }

    @Test func aHalfClosedClientStillGetsItsAnswer() async throws {
        let poll = LongPoll()
        try await withServer(poll.routes) { server, path in
            let client = try RawConnection(path)
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n")
            client.finishSending()
            for last in [false, true] {
                let responder = try poll.next()
                responder.respond(Response(.ok, "text/plain", Array("late".utf8)))
                let answer = try client.answer()
                #expect(answer.body == "late")
                #expect(answer.fields["connection"] == (last ? "close" : nil))
            }
            #expect(try client.isClosed())
            try waitUntil { server.connectionCount == 0 }
        }
    }

    @Test func aClientThatClosesWithoutARequestIsForgotten() async throws {
        try await withServer(TestRoutes()) { server, path in
            let client = try RawConnection(path)
            client.send("GET / HT")
            client.finishSending()
            #expect(try client.answer().status == 400)
            _ = try RawConnection(path)
            let quiet = try RawConnection(path)
            quiet.finishSending()
            #expect(try quiet.isClosed())
            try waitUntil { server.connectionCount == 0 }
        }
    }

    @Test func aWaitingRouteIsToldThatItsClientHasLeft() async throws {
        let poll = LongPoll()
        try await withServer(poll.routes) { server, path in
            var client: RawConnection? = try RawConnection(path)
            client?.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            let responder = try poll.next()
            let told = Mailbox<String>()
            responder.onClosed { told.put("left") }
            client = nil
            #expect(try told.take() == "left")
            responder.onClosed { told.put("at once") }
            #expect(try told.take() == "at once")
            responder.respond(Response(.ok, "text/plain", Array("nobody reads this".utf8)))
            try waitUntil { server.connectionCount == 0 }
        }
    }

    @Test func anAnsweredRouteIsNotToldThatItsClientHasLeft() async throws {
        let told = Mutex(false)
        let routes = TestRoutes(handle: { _, responder in
            responder.onClosed { told.withLock { $0 = true } }
            responder.respond(Response(.noContent))
            responder.onClosed { told.withLock { $0 = true } }
        })
        try await withServer(routes) { server, path in
            var client: RawConnection? = try RawConnection(path)
            client?.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client?.answer().status == 204)
            client = nil
            try waitUntil { server.connectionCount == 0 }
        }
        #expect(told.withLock { !$0 })
    }

    @Test func stoppingLetsRequestsUnderWayFinish() async throws {
        let poll = LongPoll()
        try await withServerAndTasks(poll.routes) { server, path in
            let (idle, busy, waiting) = try await blocking {
                let idle = try RawConnection(path)
                idle.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
                try poll.next().respond(Response(.noContent))
                #expect(try idle.answer().status == 204)
                let busy = try RawConnection(path)
                busy.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
                return (idle, busy, try poll.next())
            }
            let cut = await server.stop(grace: .seconds(30)) {
                waiting.respond(Response(.ok, "text/plain", Array("[]".utf8)))
            }
            #expect(cut == 0)
            #expect(try idle.isClosed())
            let answer = try busy.answer()
            #expect(answer.body == "[]")
            #expect(answer.fields["connection"] == "close")
            #expect(try busy.isClosed())
            #expect(throws: RawConnection.Failure.self) { try RawConnection(path) }
        }
    }

    @Test func whoHasJustConnectedIsStillServedByAServerThatStops() async throws {
        try await withServerAndTasks(TestRoutes()) { server, path in
            let client = try await blocking {
                let client = try RawConnection(path)
                try waitUntil { server.connectionCount == 1 }
                return client
            }
            let cut = await server.stop(grace: .seconds(30)) {
                client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi")
            }
            #expect(cut == 0)
            #expect(try client.answer().body == "hi")
            #expect(try client.isClosed())
        }
    }

    /// Whenever the stop comes: what the socket took is answered, and what is not answered the socket did not take.
    @Test func aServerThatStopsLosesNoRequest() async throws {
        for round in 0..<50 {
            try await withServerAndTasks(TestRoutes(), threads: 2) { server, path in
                let answered = Atomic(0)
                let isDone = Atomic(false)
                async let lost = blocking {
                    defer { isDone.store(true, ordering: .relaxed) }
                    let client = try RawConnection(path)
                    while client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi") {
                        let answer = try client.answer()
                        guard answer.body == "hi" else { return true }
                        answered.add(1, ordering: .relaxed)
                        if answer.fields["connection"] == "close" { return false }
                    }
                    return false
                }
                while answered.load(ordering: .relaxed) < round % 7 + 1, !isDone.load(ordering: .relaxed) {
                    await Task.yield()
                }
                #expect(await server.stop(grace: .seconds(30)) == 0)
                let isLost = try await lost
                #expect(!isLost, "round \(round)")
            }
        }
    }

    @Test func stoppingCutsWhatDoesNotFinish() async throws {
        let poll = LongPoll()
        try await withServerAndTasks(poll.routes) { server, path in
            let (client, responder) = try await blocking {
                let client = try RawConnection(path)
                client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
                return (client, try poll.next())
            }
            #expect(await server.stop(grace: .milliseconds(1)) == 1)
            #expect(try client.isClosed())
            responder.respond(Response(.noContent))  // Too late, and harmless.
        }
    }
}

import NIOCore
import Synchronization
import TactDaemon
import Testing

/// Clients that leave, and a server that stops.
@Suite(.timeLimit(.minutes(1)))
struct LeavingTests {
    /// Routes that keep their responders, as a long poll does.
    struct LongPoll {
        let waiting: AsyncStream<Responder>
        let routes: TestRoutes

        init() {
            let (stream, continuation) = AsyncStream.makeStream(of: Responder.self)
            waiting = stream
            routes = TestRoutes(handle: { _, responder in continuation.yield(responder) })
        }

        func next() async throws -> Responder {
            for await responder in waiting { return responder }
            throw RawConnection.Failure(text: "no request came")
        }
    }

    @Test func aHalfClosedClientStillGetsItsAnswer() async throws {
        let poll = LongPoll()
        try await withServer(poll.routes) { server, path in
            let client = try RawConnection(path)
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n")
            client.finishSending()
            for last in [false, true] {
                let responder = try await poll.next()
                responder.respond(Response(.ok, "text/plain", Array("late".utf8)))
                let answer = try client.answer()
                #expect(answer.body == "late")
                #expect(answer.fields["connection"] == (last ? "close" : nil))
            }
            #expect(try client.isClosed())
            while server.connectionCount > 0 { await Task.yield() }
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
            while server.connectionCount > 0 { await Task.yield() }
        }
    }

    @Test func aWaitingRouteIsToldThatItsClientHasLeft() async throws {
        let poll = LongPoll()
        try await withServer(poll.routes) { server, path in
            var client: RawConnection? = try RawConnection(path)
            client?.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            let responder = try await poll.next()
            await withCheckedContinuation { left in
                responder.onClosed { left.resume() }
                client = nil
            }
            await withCheckedContinuation { told in
                responder.onClosed { told.resume() }  // Too late is told at once.
            }
            responder.respond(Response(.ok, "text/plain", Array("nobody reads this".utf8)))
            while server.connectionCount > 0 { await Task.yield() }
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
            while server.connectionCount > 0 { await Task.yield() }
        }
        #expect(told.withLock { !$0 })
    }

    @Test func stoppingLetsRequestsUnderWayFinish() async throws {
        let poll = LongPoll()
        try await withServer(poll.routes) { server, path in
            let idle = try RawConnection(path)
            idle.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            try await poll.next().respond(Response(.noContent))
            #expect(try idle.answer().status == 204)
            let busy = try RawConnection(path)
            busy.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            let waiting = try await poll.next()

            async let stopped = server.stop(grace: .seconds(30)) {
                waiting.respond(Response(.ok, "text/plain", Array("[]".utf8)))
            }
            #expect(try await blocking { try idle.isClosed() })
            let answer = try await blocking { try busy.answer() }
            #expect(answer.body == "[]")
            #expect(answer.fields["connection"] == "close")
            #expect(try await blocking { try busy.isClosed() })
            #expect(await stopped == 0)
            #expect(throws: RawConnection.Failure.self) { try RawConnection(path) }
        }
    }

    @Test func stoppingCutsWhatDoesNotFinish() async throws {
        let poll = LongPoll()
        try await withServer(poll.routes) { server, path in
            let client = try RawConnection(path)
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            let responder = try await poll.next()
            #expect(await server.stop(grace: .milliseconds(1)) == 1)
            #expect(try client.isClosed())
            responder.respond(Response(.noContent))  // Too late, and harmless.
        }
    }
}

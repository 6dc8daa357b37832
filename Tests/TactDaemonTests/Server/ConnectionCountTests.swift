import Testing

@testable import TactDaemon

/// How connections are shared among users.
@Suite struct ConnectionCountTests {
    /// How many connections a user gets until there is one too many.
    private func fill(_ count: ConnectionCount, _ uid: UInt32, _ standing: Standing) -> Int {
        var taken = 0
        while count.add(uid, standing) == nil { taken += 1 }
        return taken
    }

    @Test func oneUserHasAShareAndTheLastAreTheOwners() {
        let count = ConnectionCount(ServerLimits())
        #expect(fill(count, 1, .stranger) == 32)
        #expect(count.add(1, .stranger) == .tooManyConnectionsOfUser(limit: 32))
        #expect((2..<100).reduce(0) { $0 + fill(count, $1, .stranger) } == 256 - 32)
        #expect(count.add(100, .stranger) == .tooManyConnections(limit: 1024))
        #expect(fill(count, 101, .member) == 512)
        #expect(fill(count, 102, .member) == 192)
        #expect(count.add(103, .member) == .tooManyConnections(limit: 1024))
        #expect(fill(count, 0, .owner) == 64)
        #expect(count.value == 1024)
    }

    @Test func whatIsClosedIsFreeAgain() {
        let count = ConnectionCount(ServerLimits())
        for _ in 0..<3 {
            #expect(fill(count, 1, .stranger) == 32)
            for _ in 0..<32 { count.remove(1, .stranger) }
            #expect(fill(count, 1, .member) == 512)
            for _ in 0..<512 { count.remove(1, .member) }
            #expect(count.value == 0)
        }
    }

    @Test func whoeverIsTurnedAwayIsToldWhy() async throws {
        var limits = ServerLimits()
        limits.connections = 64
        try await withServer(TestRoutes(standing: .stranger), limits: limits) { server, path in
            var clients = try (0..<16).map { _ in try RawConnection(path) }
            let answer = try RawConnection(path).answer()
            #expect(answer.status == 503)
            #expect(answer.body.contains("Your user has 16 connections open"))
            clients.removeLast()
            try waitUntil { server.connectionCount == 15 }
            let next = try RawConnection(path)
            next.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try next.answer().status == 200)
        }
    }
}

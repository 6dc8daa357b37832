import Logging
import NIOPosix
import TactCore
import TactStore
import Testing

@testable import TactDaemon

/// Clients that watch and do not read.
@Suite struct WatchersTests {
    /// A journal with so many changes of one message.
    private func store(_ path: String, changes: Int) throws -> Store {
        let store = try Store(path: path)
        try store.write { session in
            let recipient = try session.insert(StoredRecipient(id: "ann", createdAt: Timestamp(seconds: 1)))
            let message = Message(
                number: try session.nextMessage(), sender: "app", topic: "offers", channels: ["push"],
                submittedAt: Timestamp(seconds: 1), expiresAt: Timestamp(seconds: 9))
            try session.insert(
                StoredMessage(message: message, recipient: recipient.number, state: .pending), content: [1])
            for _ in 0..<changes {
                try session.append(
                    JournalEntry(message: message.number, at: Timestamp(seconds: 1), state: .pending, isChange: true))
            }
        }
        return store
    }

    @Test(.timeLimit(.minutes(1))) func whoDoesNotReadIsDroppedAndMayComeBack() async throws {
        let directory = TestDirectory()
        let store = try store(directory.file("tact.db"), changes: 20_000)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let limits = Watchers.Limits(patience: Duration(milliseconds: 300))
        let dropped = Mailbox<Void>()
        let streams = Mailbox<ResponseStream>()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let watchers = Watchers(store, loop: loop, clock: SystemClock(), limits: limits, logger: logger) {
            dropped.put(())
        }
        var routes = TestRoutes()
        routes.handle = { request, responder in
            guard let stream = responder.stream(.ok, "text/event-stream") else { return }
            let since = request.head.query.first { $0.name == "since" }.flatMap { Int64($0.value) }
            watchers.add(stream, since: since)
            streams.put(stream)
        }
        try await withServer(routes) { _, path in
            let stalled = try RawConnection(path)
            stalled.send("GET /?since=0 HTTP/1.1\r\nHost: t\r\n\r\n")
            let stream = try streams.take()
            try waitUntil { stream.unreadBytes > limits.unread }
            #expect(stream.unreadBytes < 2 * limits.unread + 1024, "no more than a piece beyond the bound")
            _ = try dropped.take()
            #expect(watchers.count == 0)
            // What had reached the client is whole, and it goes on from there.
            let text = try stalled.readAll()
            let ids = text.matches(of: /id: ([0-9]+)\n/).compactMap { Int64($0.output.1) }
            let last = try #require(ids.dropLast().last)
            #expect(ids.prefix(2) == [0, 1] && last < 20_000, "first where it begins, then what came")
            let again = try RawConnection(path)
            again.send("GET /?since=\(last) HTTP/1.1\r\nHost: t\r\n\r\n")
            _ = try again.take(through: "id: \(last + 1)\n")
            _ = try again.take(through: "id: 20000\n")
        }
        watchers.stop()
    }
}

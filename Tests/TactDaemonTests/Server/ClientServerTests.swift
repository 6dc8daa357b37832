import NIOCore
import Synchronization
import TactAPI
import TactDaemon
import Testing

/// The client against the server.
@Suite(.timeLimit(.minutes(1)))
struct ClientServerTests {
    @Test func requestsShareAConnection() async throws {
        let routes = TestRoutes(handle: { request, responder in
            let text = "\(request.head.method) \(request.head.path) \(request.head.query.first?.value ?? "-")"
            responder.respond(Response(.created, "application/json; charset=utf-8", Array(text.utf8)))
        })
        try await withServerAndTasks(routes) { server, path in
            let client = Client(path: path)
            for _ in 0..<5 {
                let answer = try await client.send(ClientRequest(.DELETE, ["a/b c", "é"], query: [("q", "1+1 &")]))
                #expect(answer.status == 201)
                #expect(answer.head.isSuccess)
                #expect(answer.head.mediaType == "application/json")
                #expect(answer.text == #"DELETE ["a/b c", "é"] 1+1 &"#)
            }
            #expect(server.connectionCount == 1)
            _ = try await client.send(ClientRequest(.HEAD, []))
            _ = try await client.send(ClientRequest(.GET, []))
            #expect(server.connectionCount == 1)
            client.close()
            while server.connectionCount > 0 { await Task.yield() }
        }
    }

    @Test func manyRequestsAtOnce() async throws {
        try await withServerAndTasks(TestRoutes()) { _, path in
            let client = Client(path: path)
            let bodies = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try await client.send(ClientRequest(.POST, ["x"], body: Array("body \(number)".utf8))).text
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(bodies.count == 50)
        }
    }

    @Test func aBulkLoadReadsItsAnswersWhileItSends() async throws {
        let routes = TestRoutes(policy: { _ in .stream }, stream: StreamingTests.echo)
        try await withServerAndTasks(routes) { server, path in
            let count = 20_000
            let answered = Atomic<Int>(0)
            let total = try await Client(path: path).exchange(
                ClientRequest(.POST, ["v1", "messages"], contentType: "application/x-ndjson")
            ) { writer in
                var lines = ByteBuffer()
                for number in 0..<count {
                    lines.writeString(
                        #"{"recipient":"r\#(number)","padding":"\#(String(repeating: "x", count: 100))"}"# + "\n")
                    if number % 100 == 99 {
                        try await writer.write(lines)
                        lines.clear()
                    }
                    // The answers do not wait for the end of the request.
                    if number == count / 2 { #expect(answered.load(ordering: .relaxed) > 0) }
                }
            } receive: { answer in
                var number = 0
                while let line = try await answer.nextLine() {
                    #expect(line.hasPrefix(#"{"recipient":"r\#(number)","#))
                    number += 1
                    answered.store(number, ordering: .relaxed)
                }
                return number
            }
            #expect(total == count)
            while server.budget.unreadBytes > 0 { await Task.yield() }
        }
    }

    @Test func aRefusedUploadStillHasItsAnswer() async throws {
        let routes = TestRoutes(policy: { _ in .refuse(Response(.forbidden, "text/plain", Array("no".utf8))) })
        try await withServerAndTasks(routes) { _, path in
            let (status, text) = try await Client(path: path).exchange(ClientRequest(.POST, ["v1"])) { writer in
                for _ in 0..<1_000_000 { try await writer.write(ByteBuffer(repeating: 65, count: 1000)) }
            } receive: { answer in
                (answer.head.status, String(decoding: try await answer.collect(max: 100), as: UTF8.self))
            }
            #expect(status == 403)
            #expect(text == "no")
        }
    }

    @Test func aSourceThatFailsEndsTheExchangeWithItsError() async throws {
        struct FileIsGone: Error {}
        let routes = TestRoutes(policy: { _ in .stream }, stream: StreamingTests.echo)
        try await withServerAndTasks(routes) { _, path in
            await #expect(throws: FileIsGone.self) {
                try await Client(path: path).exchange(ClientRequest(.POST, ["v1"])) { writer in
                    try await writer.write(ByteBuffer(string: "line\n"))
                    throw FileIsGone()
                } receive: { answer in
                    while try await answer.next() != nil {}
                }
            }
        }
    }

    @Test func aDownloadGoesAsFastAsItIsRead() async throws {
        let total = 32 << 20
        let routes = TestRoutes(handle: { _, responder in
            guard let stream = responder.stream(.ok, "application/octet-stream") else { return }
            Task {
                for _ in 0..<total / 65536 { try await stream.send(ByteBuffer(repeating: 1, count: 65536)) }
                stream.end()
            }
        })
        try await withServerAndTasks(routes) { server, path in
            let size = try await Client(path: path).receive(ClientRequest(.POST, ["backup"]), patience: .seconds(5)) {
                answer in
                var size = 0
                while let bytes = try await answer.next() {
                    size += bytes.readableBytes
                    #expect(server.budget.unreadBytes <= 65536, "the writer waits for the reader")
                }
                return size
            }
            #expect(size == total)
        }
    }

    @Test func anAnswerThatBreaksOffIsNotTakenForWhole() async throws {
        let routes = TestRoutes(handle: { _, responder in
            let stream = responder.stream(.ok, "text/plain")
            stream?.write(ByteBuffer(string: "half"))
            Task {
                try await stream?.send(ByteBuffer(string: "more"))
                stream?.abort()
            }
        })
        try await withServerAndTasks(routes) { _, path in
            await #expect(throws: ClientError.disconnected) {
                try await Client(path: path).send(ClientRequest(.GET, ["x"]))
            }
        }
    }

    @Test func theClientDoesNotWaitForEver() async throws {
        let kept = Mutex<[Responder]>([])
        let routes = TestRoutes(handle: { _, responder in kept.withLock { $0.append(responder) } })
        try await withServerAndTasks(routes) { server, path in
            let client = Client(path: path, patience: .milliseconds(20))
            await #expect(throws: ClientError.timedOut) { try await client.send(ClientRequest(.GET, ["x"])) }
            let waiting = Task { () throws(ClientError) in
                try await client.send(ClientRequest(.GET, ["x"]), patience: .seconds(50))
            }
            while kept.withLock({ $0.count }) < 2 { await Task.yield() }
            waiting.cancel()
            await #expect(throws: ClientError.cancelled) { try await waiting.value }
            while server.connectionCount > 0 { await Task.yield() }
        }
        kept.withLock { $0 = [] }
    }

    @Test func aWriterIsToldThatItsReaderHasLeft() async throws {
        let errors = AsyncStream.makeStream(of: StreamClosed.self)
        let routes = TestRoutes(handle: { _, responder in
            guard let stream = responder.stream(.ok, "text/event-stream") else { return }
            Task {
                do throws(StreamClosed) {
                    while true { try await stream.send(ByteBuffer(repeating: 65, count: 10_000)) }
                } catch {
                    errors.continuation.yield(error)
                }
            }
        })
        try await withServerAndTasks(routes) { server, path in
            try await Client(path: path).receive(ClientRequest(.GET, ["x"]), patience: .seconds(5)) { answer in
                let first = try await answer.next()
                #expect(first != nil)
            }
            for await error in errors.stream {
                #expect(error == StreamClosed())
                break
            }
            while server.budget.unreadBytes > 0 { await Task.yield() }
        }
    }
}

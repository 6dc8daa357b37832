import Dispatch
import Glibc
import Logging
import NIOCore
import Synchronization
import TactDaemon

/// Routes made of closures.
struct TestRoutes: RequestHandler {
    var policy: @Sendable (RequestHead) -> BodyPolicy = { _ in .standard }
    var handle: @Sendable (Request, Responder) -> Void = { request, responder in
        responder.respond(Response(.ok, "text/plain", request.body))
    }
    var standing = Standing.member
    var stream: (@Sendable (RequestHead, Responder) -> any BodySink)?

    func bodyPolicy(for head: RequestHead) -> BodyPolicy { policy(head) }

    func standing(of peer: Peer) -> Standing { standing }

    func handle(_ request: Request, _ responder: Responder) { handle(request, responder) }

    func handleStream(_ head: RequestHead, _ responder: Responder) -> any BodySink {
        stream?(head, responder) ?? ClosureSink()
    }
}

/// A sink made of closures.
final class ClosureSink: BodySink {
    var chunk: (ByteBuffer) -> Void = { _ in }
    var end: () -> Void = {}
    var error: (BodyError) -> Void = { _ in }

    func onChunk(_ bytes: ByteBuffer) { chunk(bytes) }
    func onEnd() { end() }
    func onError(_ error: BodyError) { self.error(error) }
}

/// An empty directory for one test, removed with all its files.
final class TestDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/tact-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    deinit {
        if let files = opendir(path) {
            while let entry = readdir(files) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                unlink(path + "/" + name)
            }
            closedir(files)
        }
        rmdir(path)
    }

    func file(_ name: String) -> String { path + "/" + name }
}

/// Runs `body`, which may block, with a server for `routes`, and stops that. `body` has a thread of its own.
func withServer(
    _ routes: TestRoutes, limits: ServerLimits = ServerLimits(), threads: Int = 1,
    _ body: @escaping @Sendable (Server, String) throws -> Void
) async throws {
    try await withServerAndTasks(routes, limits: limits, threads: threads) { server, path in
        try await blocking { try body(server, path) }
    }
}

/// Waits until something is so that will be soon.
func waitUntil(_ isSo: () -> Bool) throws {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let deadline = now.tv_sec + 10
    while !isSo() {
        sched_yield()
        clock_gettime(CLOCK_MONOTONIC, &now)
        if now.tv_sec > deadline { throw RawConnection.Failure(text: "waited in vain") }
    }
}

/// Passes values from a server's thread to a test's.
final class Mailbox<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    private let count = DispatchSemaphore(value: 0)

    func put(_ value: Value) {
        values.withLock { $0.append(value) }
        count.signal()
    }

    /// The next value; fails after ten seconds.
    func take() throws -> Value {
        guard count.wait(timeout: .now() + .seconds(10)) == .success else {
            throw RawConnection.Failure(text: "nothing came for ten seconds")
        }
        return values.withLock { $0.removeFirst() }
    }
}

/// Runs `body`, which must not block, with a server for `routes`, and stops that.
func withServerAndTasks(
    _ routes: TestRoutes, limits: ServerLimits = ServerLimits(), threads: Int = 1,
    _ body: (Server, String) async throws -> Void
) async throws {
    let directory = TestDirectory()
    let path = directory.file("s")
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = try Server.start(
        on: try ListeningSocket.bind(path: path), handler: routes, limits: limits, threads: threads, logger: logger)
    do {
        try await body(server, path)
        await server.stop(grace: .seconds(0))
    } catch {
        await server.stop(grace: .seconds(0))
        throw error
    }
}

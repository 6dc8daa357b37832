import Glibc
import Logging
import NIOCore
import TactDaemon

/// Routes made of closures.
struct TestRoutes: RequestHandler {
    var policy: @Sendable (RequestHead) -> BodyPolicy = { _ in .standard }
    var handle: @Sendable (Request, Responder) -> Void = { request, responder in
        responder.respond(Response(.ok, "text/plain", request.body))
    }
    var stream: (@Sendable (RequestHead, Responder) -> any BodySink)?

    func bodyPolicy(for head: RequestHead) -> BodyPolicy { policy(head) }

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

/// Runs `body` with a server for `routes`, and stops it.
@discardableResult
func withServer<Value>(
    _ routes: TestRoutes, limits: ServerLimits = ServerLimits(), threads: Int = 1,
    _ body: (Server, String) async throws -> Value
) async throws -> Value {
    let directory = TestDirectory()
    let path = directory.file("s")
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = try Server.start(
        on: try ListeningSocket.bind(path: path), handler: routes, limits: limits, threads: threads, logger: logger)
    do {
        let value = try await body(server, path)
        await server.stop(grace: .seconds(0))
        return value
    } catch {
        await server.stop(grace: .seconds(0))
        throw error
    }
}

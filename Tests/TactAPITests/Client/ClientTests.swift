import Glibc
import TactAPI
import Testing

/// The client where there is no daemon, or something that is none.
@Suite(.timeLimit(.minutes(1)))
struct ClientTests {
    @Test func targetsAreEncoded() {
        #expect(ClientRequest.target([], []) == "/")
        #expect(ClientRequest.target(["v1", "a/b é~"], []) == "/v1/a%2Fb%20%C3%A9~")
        #expect(ClientRequest.target(["v1"], [("at", "1+1"), ("x&y", "")]) == "/v1?at=1%2B1&x%26y=")
    }

    @Test func anUnreachableDaemonIsToldApart() async throws {
        let directory = "/tmp/tact-client-\(getpid())"
        mkdir(directory, 0o700)
        defer { rmdir(directory) }
        func reason(_ path: String) async -> ClientError.Unreachable? {
            do throws(ClientError) {
                _ = try await Client(path: path).send(ClientRequest(.GET, ["v1", "status"]))
            } catch {
                #expect("\(error)".contains(path))
                guard case .unreachable(path: path, let reason) = error else { return nil }
                return reason
            }
            return nil
        }
        #expect(await reason(directory + "/none") == .noSuchFile)
        #expect(await reason(String(repeating: "x", count: 200)) == .invalidPath(limit: 107))
        let path = directory + "/stale"
        let socket = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        #expect(UnixAddress(path: path)?.withPointer { bind(socket, $0, $1) } == 0)
        #expect(await reason(path) == .refused)
        close(socket)
        unlink(path)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", nil),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", nil),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", nil),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", nil),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", ClientError.disconnected),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", ClientError.disconnected),
        ("", ClientError.disconnected),
        ("HTTP/1.1 2", ClientError.disconnected),
        ("SSH-2.0-OpenSSH\r\n", ClientError.malformed("")),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "x", count: 2000),
            .tooLarge(limit: 1000)
        ),
    ])
    func whateverAnswersIsReadCarefully(_ answer: String, _ expected: ClientError?) async throws {
        let server = FakeServer()
        defer { server.close() }
        server.serve([[answer.replacing("LONG", with: String(repeating: "x", count: 2000))]])
        do throws(ClientError) {
            let response = try await Client(path: server.path).send(ClientRequest(.GET, ["x"]), maxBody: 1000)
            #expect(expected == nil)
            #expect(response.text == "ok")
        } catch {
            switch (error, expected) {
            case (.malformed, .malformed): break
            default: #expect(error == expected)
            }
        }
    }

    @Test func aConnectionThatWasClosedMeanwhileIsReplaced() async throws {
        let server = FakeServer()
        defer { server.close() }
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        server.serve([[answer, answer], [answer], [answer]])
        let client = Client(path: server.path)
        for _ in 0..<4 {
            #expect(try await client.send(ClientRequest(.PUT, ["x"])).text == "ok")
        }
    }

    @Test func aRequestThatTheDaemonCannotHaveIsSentAgain() async throws {
        let server = FakeServer()
        defer { server.close() }
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
        server.serve(once: answer + "ok", again: answer + "on")
        let client = Client(path: server.path)
        #expect(try await client.send(ClientRequest(.POST, ["x"])).text == "ok")
        #expect(try await client.send(ClientRequest(.POST, ["x"])).text == "on")
    }
}

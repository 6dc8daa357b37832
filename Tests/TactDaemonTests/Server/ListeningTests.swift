import Glibc
import NIOCore
import TactAPI
import Testing

@testable import TactDaemon

/// Where the daemon listens, and who it sees at the other end.
@Suite(.timeLimit(.minutes(1)))
struct ListeningTests {
    let directory = TestDirectory()

    @Test func aSocketIsMadeWithItsModeAndRemovedAtTheEnd() throws {
        let path = directory.file("s")
        let socket = try ListeningSocket.bind(path: path, mode: 0o640, group: getgid())
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640)
        #expect(status.st_gid == getgid())
        socket.close()
        #expect(stat(path, &status) != 0)
    }

    @Test func aStaleSocketIsReplacedAndALiveOneIsNot() throws {
        let path = directory.file("s")
        let stale = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        #expect(UnixAddress(path: path)?.withPointer { Glibc.bind(stale, $0, $1) } == 0)
        Glibc.close(stale)
        let live = try ListeningSocket.bind(path: path)
        #expect(throws: ListeningError.inUse(path)) { try ListeningSocket.bind(path: path) }
        _ = try RawConnection(path)
        live.close()
    }

    @Test func whatIsNoSocketIsLeftAlone() throws {
        let path = directory.file("file")
        Glibc.close(open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: ListeningError.notASocket(path)) { try ListeningSocket.bind(path: path) }
        #expect(access(path, F_OK) == 0)
    }

    @Test func aPathThatCannotBeIsRefused() {
        let long = "/tmp/" + String(repeating: "x", count: 103)
        #expect(throws: ListeningError.pathTooLong(long, limit: 107)) { try ListeningSocket.bind(path: long) }
        #expect(throws: ListeningError.self) { try ListeningSocket.bind(path: "/nonexistent/s") }
    }

    @Test func anotherDaemonsSocketIsNotRemoved() throws {
        let path = directory.file("s")
        let first = try ListeningSocket.bind(path: path)
        unlink(path)
        let second = try ListeningSocket.bind(path: path)
        first.close()
        #expect(access(path, F_OK) == 0)
        second.close()
        #expect(access(path, F_OK) != 0)
    }

    @Test func anInheritedSocketIsServedAndStays() async throws {
        let path = directory.file("s")
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        #expect(UnixAddress(path: path)?.withPointer { Glibc.bind(descriptor, $0, $1) } == 0)
        #expect(throws: ListeningError.notListening(descriptor)) {
            try ListeningSocket.inherit(descriptor: descriptor)
        }
        listen(descriptor, 10)
        let inherited = try ListeningSocket.inherit(descriptor: descriptor)
        #expect(inherited.path == path)
        let server = try Server.start(on: inherited, handler: TestRoutes(), logger: .init(label: "test"))
        let client = try RawConnection(path)
        client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi")
        #expect(try await blocking { try client.answer().body } == "hi")
        await server.stop(grace: .seconds(0))
        #expect(access(path, F_OK) == 0)
        #expect(throws: ListeningError.notListening(0)) { try ListeningSocket.inherit(descriptor: 0) }
    }

    @Test func thePeerIsKnown() async throws {
        let routes = TestRoutes(handle: { request, responder in
            let peer = request.head.peer
            let text = "\(peer.uid) \(peer.gid) \(peer.pid) \(peer.name) \(peer.groups.sorted())"
            responder.respond(Response(.ok, "text/plain", Array(text.utf8)))
        })
        var groups = [gid_t](repeating: 0, count: 1024)
        let count = max(0, Int(getgroups(CInt(groups.count), &groups)))
        let all = Set(groups.prefix(count) + [getegid()]).sorted()
        let name = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? String(geteuid())
        try await withServer(routes) { _, path in
            let client = try RawConnection(path)
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client.answer().body == "\(geteuid()) \(getegid()) \(getpid()) \(name) \(all)")
        }
    }

    @Test func namesOfUsersAndGroupsAreFound() throws {
        #expect(UserNames.uid(ofUser: "root") == 0)
        #expect(UserNames.gid(ofGroup: "root") == 0)
        #expect(UserNames.uid(ofUser: "no-such-user-here") == nil)
        #expect(UserNames.gid(ofGroup: "no-such-group-here") == nil)
        let names = UserNames()
        #expect(try names.name(ofUser: 0) == "root")
        #expect(try names.name(ofUser: 4_000_000_001) == nil)
        #expect(try names.name(ofUser: 4_000_000_001) == nil, "remembered")
    }
}

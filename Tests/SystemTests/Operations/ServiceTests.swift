import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// The daemon as a service of systemd: what it tells, and the socket that it is given.
@Suite struct ServiceTests {
    @Test func startReloadAndStopAreTold() async throws {
        let systemd = try NotifySocket()
        try await Daemon.run(environment: systemd.environment, mayComplain: true) { daemon in
            let policy = try await daemon.get("/v1/policy")["version"]?.stringValue ?? "?"
            try await eventually("it says that it is ready") {
                systemd.news() == ["READY=1", "STATUS=serving, policy \(policy)"]
            }

            let before = ServiceTests.monotonicMicroseconds()
            daemon.signal(SIGHUP)
            try await eventually("it says that it has reloaded") { systemd.news().count >= 6 }
            let news = systemd.news(from: 2)
            #expect(news.first == "RELOADING=1")
            let stamp = news[1].split(separator: "=")
            #expect(stamp.first == "MONOTONIC_USEC")
            let time = try #require(stamp.last.flatMap { Int($0) })
            #expect((before...ServiceTests.monotonicMicroseconds()).contains(time), "systemd compares it with its own")
            #expect(news[2...] == ["READY=1", "STATUS=serving, policy \(policy)"])

            try daemon.configure("nonsense = 1")
            daemon.signal(SIGHUP)
            try await eventually("a refused reload ends as well") { systemd.news().count >= 10 }
            #expect(systemd.news(from: 6).first == "RELOADING=1")
            #expect(
                systemd.news(from: 8) == ["READY=1", "STATUS=serving, policy \(policy); the last reload was refused"])

            #expect(try await daemon.stop() == .code(0))
            try await eventually("it says that it stops") { systemd.news().count >= 12 }
            #expect(systemd.news(from: 10) == ["STOPPING=1", "STATUS=stopping"])
        }
    }

    @Test func theWatchdogHearsOfTheSchedulerAndOfNothingElse() async throws {
        let systemd = try NotifySocket()
        let environment = systemd.environment.merging(["WATCHDOG_USEC": "2000000"]) { $1 }
        try await Daemon.run(environment: environment) { daemon in
            try await eventually("it beats") { systemd.heartbeats.count >= 4 }
            let beats = systemd.heartbeats
            for (one, next) in zip(beats, beats.dropFirst()) {
                #expect(next - one <= .seconds(1), "at least every half of the watchdog's time")
            }

            // While somebody else holds the database's write lock, the scheduler cannot go on.
            let (database, socket) = (daemon.database, daemon.socket)
            let (start, meanwhile) = try await onThread {
                let connection = try RawConnection(path: socket)
                let lock = try WriteLock(of: database)
                defer { lock.release() }
                let start = Book.steady() + TactCore.Duration(milliseconds: 300)
                try connection.sendRequest("POST", "/v1/messages", json: #"{"recipient":"ann","topic":"news"}"#)
                Thread.sleep(forTimeInterval: 2.5)
                let health = try RawConnection(path: socket)
                try health.sendRequest("GET", "/healthz")
                #expect(try health.readReply().status == 200, "requests are still served")
                let meanwhile = systemd.heartbeats.filter { $0 > start }
                lock.release()
                #expect(try connection.readReply().status == 201, "who had to wait is answered")
                return (start, meanwhile)
            }
            #expect(meanwhile.isEmpty, "the watchdog must not hear of a scheduler that stands still")
            try await eventually("it beats again") { systemd.heartbeats.contains { $0 > start } }
        }
    }

    @Test func aServiceManagerThatIsBusyHoldsNobodyUp() async throws {
        let systemd = try NotifySocket(listens: false)
        let environment = systemd.environment.merging(["WATCHDOG_USEC": "1000000"]) { $1 }
        try await Daemon.run(environment: environment) { daemon in
            try await eventually("it is up") { daemon.log.contains("ready") }
            try systemd.fill()
            let start = Book.steady()
            // Longer than the watchdog's time, in which it must be told several times.
            for n in 0..<1000 where Book.steady() - start < TactCore.Duration(milliseconds: 1500) {
                try await daemon.submit(to: "r\(n)")
                let lease = try #require(try await daemon.lease(wait: "5s").first)
                try await daemon.report(lease, "delivered")
            }
        }
    }

    @Test func aSocketFromSystemdIsServedAndOutlivesTheDaemon() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        let listener = try ListeningDescriptor(path: daemon.socket)
        // The variables name the process that they are meant for, which only it can know.
        let command =
            ["sh", "-c", #"export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=tact; exec "$0" "$@""#] + daemon.command
        for _ in 0..<2 {
            let early = try RawConnection(path: daemon.socket)
            try early.sendRequest("POST", "/v1/messages", json: #"{"recipient":"ann","topic":"news"}"#)
            try await daemon.start(command, descriptors: [3: listener.number])
            let reply = try await onThread { try early.readReply() }
            #expect(reply.status == 201, "who came before the daemon is answered: \(reply)")
            try await daemon.checkBooks()
            #expect(try await daemon.stop() == .code(0))
        }
        #expect(!daemon.log.contains(" error tactd"), "\(daemon.log)")
    }

    private static func monotonicMicroseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
    }
}

/// A socket that listens, as a socket unit makes it.
private final class ListeningDescriptor {
    let number: Int32

    init(path: String) throws {
        number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let number = number
        guard UnixAddress(path: path)?.withPointer({ bind(number, $0, $1) }) == 0, listen(number, 128) == 0 else {
            throw NotifySocket.Unable()
        }
    }

    deinit { close(number) }
}

/// SQLite's lock for writing to a write-ahead log, held by us: a byte of the `-shm` file (sqlite.org/walformat.html).
private final class WriteLock {
    private let descriptor: Int32

    struct NotHeld: Error {}

    /// Waits until a transaction under way is over.
    init(of database: String) throws {
        descriptor = open(database + "-shm", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0, set(F_WRLCK) else { throw NotHeld() }
    }

    func release() { _ = set(F_UNLCK) }

    deinit { close(descriptor) }

    private func set(_ type: Int32) -> Bool {
        var range = flock()
        range.l_type = Int16(type)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = 120
        range.l_len = 1
        return fcntl(descriptor, F_SETLKW, &range) == 0
    }
}

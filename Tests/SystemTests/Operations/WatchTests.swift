import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// Those who watch are told every change, wherever they begin.
@Suite struct WatchTests {
    /// Reads events until the named state of the named message has come. Answers the ids of all messages told.
    private static func read(_ connection: RawConnection, until end: String) throws -> [String] {
        _ = try connection.readHead()
        var text = ""
        while !text.contains(end) {
            guard let piece = try connection.readChunk() else { break }
            text += String(decoding: piece, as: UTF8.self)
        }
        return text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.compactMap { line in
            (try? JSON(parsing: line.dropFirst(6).utf8))?["id"]?.stringValue
        }
    }

    @Test(.timeLimit(.minutes(1))) func everyWatcherIsToldEverythingInOrder() async throws {
        try await Daemon.run { daemon in
            let early = try await daemon.bulk((0..<1500).map { ["recipient": .string("r\($0)"), "topic": "news"] })
            #expect(early.status == 200)
            let path = daemon.socket
            let watchers = try await onThread {
                try ["?since=0", "", "?since=700", ""].map { query in
                    let connection = try RawConnection(path: path)
                    try connection.sendRequest("GET", "/v1/watch" + query)
                    return connection
                }
            }
            // Long enough for all of them to have begun.
            try await Task.sleep(for: .milliseconds(500))
            let last = try #require(try await daemon.submit(to: "ann", topic: "alerts")["id"]?.stringValue)
            let told = try await onThread { try watchers.map { try WatchTests.read($0, until: last) } }
            #expect(told.map(\.count) == [1501, 1, 801, 1])
            #expect(told.allSatisfy { $0.last == last && Set($0).count == $0.count })
        }
    }

    @Test(.timeLimit(.minutes(1))) func aWatchSaysWhereItBegins() async throws {
        try await Daemon.run { daemon in
            try await daemon.submit(to: "ann")
            try await daemon.submit(to: "ben")
            let path = daemon.socket
            let greeting = try await onThread {
                let connection = try RawConnection(path: path)
                try connection.sendRequest("GET", "/v1/watch")
                _ = try connection.readHead()
                return String(decoding: try connection.readChunk() ?? [], as: UTF8.self)
            }
            #expect(greeting == ": watching\nid: 2\n\n", "who comes back before the first event has missed nothing")
        }
    }

    /// A thousand clients that ask for everything and read nothing.
    @Test(.timeLimit(.minutes(2))) func whoeverDoesNotReadHarmsNobody() async throws {
        try WatchTests.allowManyDescriptors()
        try await Daemon.run { daemon in
            let count = 30_000
            let early = try await daemon.bulk(
                (0..<count).map { ["recipient": .string("r\($0)"), "topic": "news"] }, query: "?answers=errors")
            #expect(early.status == 200)
            let before = try daemon.residentBytes()
            let path = daemon.socket
            let stalled = try await onThread {
                try (0..<1000).map { _ in
                    let connection = try RawConnection(path: path)
                    try connection.sendRequest("GET", "/v1/watch?since=0")
                    return connection
                }
            }
            try await eventually(within: 30, "all of them watch") {
                try await daemon.get("/metrics").text.contains("tact_watchers 1000\n")
            }
            // Meanwhile somebody who reads is told everything, and submissions and releases go on.
            async let told = onThread {
                let connection = try RawConnection(path: path)
                try connection.sendRequest("GET", "/v1/watch?since=0")
                return try WatchTests.read(connection, until: "\"state\":\"delivered\"")
            }
            let begin = Book.steady()
            for n in 0..<20 { try await daemon.submit(to: "late\(n)") }
            #expect(Book.steady() - begin < .seconds(5))
            let lease = try #require(try await daemon.lease().first)
            try await daemon.report(lease, "delivered")
            let ids = try await told
            #expect(ids.count == count + 20 + 2, "submitted, leased and delivered: each once")
            let grown = try daemon.residentBytes() - before
            #expect(grown < 160 << 20, "it took \(grown >> 20) MiB more")
            withExtendedLifetime(stalled) {}
        }
    }

    /// Reads the event that says what is missing, and answers its data.
    private func gap(_ daemon: Daemon, _ query: String, headers: [String] = []) async throws -> JSON? {
        let path = daemon.socket
        return try await onThread {
            let connection = try RawConnection(path: path)
            try connection.sendRequest("GET", "/v1/watch" + query, headers: headers)
            _ = try connection.readHead()
            var text = ""
            while let piece = try connection.readChunk() {
                text += String(decoding: piece, as: UTF8.self)
                if text.contains("data: "), text.hasSuffix("\n\n") { break }
            }
            guard text.contains("\nevent: gap\n") else { return nil }
            return text.split(separator: "\n").first { $0.hasPrefix("data: ") }
                .flatMap { try? JSON(parsing: $0.dropFirst(6).utf8) }
        }
    }

    @Test(.timeLimit(.minutes(1))) func whoeverComesBackTooLateIsToldSo() async throws {
        let clock = try FakeClock(at: Timestamp(rfc3339: "2026-12-01T12:00:00Z"))
        try await Daemon.run(environment: clock.environment) { daemon in
            for name in ["ann", "ben"] {
                try await daemon.submit(to: name)
                let lease = try #require(try await daemon.lease().first)
                try await daemon.report(lease, "delivered")
            }
            #expect(try await gap(daemon, "?since=1") == nil)
            // What these ids stood for is not known here: the database may be an older copy.
            #expect(
                try await gap(daemon, "", headers: ["Last-Event-ID: 700"])
                    == ["since": 700, "reason": "unknown", "resumes_after": 6])
            // A start much later throws away what is old.
            try await daemon.stop()
            try clock.step(to: Timestamp(rfc3339: "2027-12-01T12:00:00Z"))
            try await daemon.start()
            try await daemon.submit(to: "cid")
            try await eventually("the old entries are gone") {
                try await gap(daemon, "?since=2") == ["since": 2, "reason": "removed", "resumes_after": 2]
            }
            #expect(try await gap(daemon, "?since=6") == nil)
        }
    }

    private static func allowManyDescriptors() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 4096)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 && limit.rlim_cur >= 2200)
    }
}

extension Daemon {
    /// How much of its memory lies in RAM.
    fileprivate func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(pid ?? 0)/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
    }
}

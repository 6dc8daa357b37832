import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// The daemon is told to stop, as systemd does it.
@Suite struct StopTests {
    @Test(arguments: [SIGTERM, SIGINT]) func whoWaitsIsAnsweredAndTheDaemonEnds(signal: Int32) async throws {
        try await Daemon.run { daemon in
            async let workers = withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<5 { group.addTask { try await daemon.lease(max: 10, wait: "60s").count } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            let watch = try RawConnection(path: daemon.socket)
            try watch.sendRequest("GET", "/v1/watch")
            #expect(try await onThread { try watch.readHead().status } == 200)
            let idle = try RawConnection(path: daemon.socket)
            try await eventually("all wait") { try await daemon.get("/v1/status")["workers"]?["email"] == 5 }

            daemon.signal(signal)
            #expect(try await workers == [0, 0, 0, 0, 0], "an answer, not a broken connection")
            try await onThread {
                while try watch.readChunk() != nil {}
                try idle.readToEnd()
            }
            #expect(try await daemon.waitForEnd() == .code(0))
            #expect(daemon.log.contains("requests_cut=0"), "nobody had to be cut off: \(daemon.log)")
            #expect(!FileManager.default.fileExists(atPath: daemon.socket), "its socket goes with it")
            let files = try FileManager.default.contentsOfDirectory(atPath: daemon.folder)
            #expect(!files.contains("tact.db-wal"), "all is in the database: \(files)")
        }
    }

    @Test func aBulkSubmissionUnderWayIsFinished() async throws {
        try await Daemon.run { daemon in
            let connection = try RawConnection(path: daemon.socket)
            let line = Array(#"{"recipient":"ann","topic":"news"}"#.utf8) + [0x0A]
            let body = Array(repeatElement(line, count: 400).joined())
            // The second half of the body follows after the daemon was told to stop.
            try connection.send(
                "POST /v1/messages HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-ndjson\r\n"
                    + "Content-Length: \(body.count)\r\n\r\n")
            try connection.send(body.prefix(body.count / 2))
            #expect(try await onThread { try connection.readHead().status } == 200)
            daemon.signal(SIGTERM)
            try await eventually("nobody new is let in") { (try? RawConnection(path: daemon.socket)) == nil }
            try connection.send(body.suffix(body.count / 2))
            let answers = try await onThread {
                var text: [UInt8] = []
                while let chunk = try connection.readChunk() { text += chunk }
                return try text.split(separator: 0x0A).map { try JSON(parsing: $0) }
            }
            #expect(answers.map { $0["line"]?.integerValue } == (1...400).map { Int64($0) })
            #expect(answers.allSatisfy { $0["state"] == "pending" })
            #expect(try await daemon.waitForEnd() == .code(0))

            try await daemon.start()
            let ids = try await daemon.ids(state: "pending")
            #expect(ids == Set(answers.compactMap { $0["id"]?.stringValue }))
        }
    }

    @Test func aClientThatDawdlesIsCutOffAndWhatItWasToldStays() async throws {
        try await Daemon.run { daemon in
            let connection = try RawConnection(path: daemon.socket)
            try connection.send(
                "POST /v1/messages HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-ndjson\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n")
            let line = #"{"recipient":"ann","topic":"news"}"# + "\n"
            try connection.send(String(line.utf8.count, radix: 16) + "\r\n" + line + "\r\n")
            let answer = try await onThread {
                _ = try connection.readHead()
                return try JSON(parsing: connection.readChunk() ?? [])
            }
            daemon.signal(SIGTERM)
            await #expect(throws: RawConnection.Broken.self, "an answer that is cut does not look whole") {
                try await onThread { while try connection.readChunk() != nil {} }
            }
            #expect(try await daemon.waitForEnd() == .code(0))
            #expect(daemon.log.contains("requests_cut=1"))
            try await daemon.start()
            #expect(try await daemon.ids(state: "pending") == [answer["id"]?.stringValue ?? "?"])
        }
    }

    @Test(arguments: [SIGTERM, SIGKILL]) func leasesOutliveARestart(signal: Int32) async throws {
        try await Daemon.run { daemon in
            for n in 0..<4 { try await daemon.submit(to: "r\(n)") }
            let leases = try await daemon.lease(max: 3, for: "1h")
            let brief = try #require(try await daemon.lease(for: "2s").first)
            #expect(leases.count == 3)
            daemon.signal(signal)
            #expect(try await daemon.waitForEnd() == (signal == SIGTERM ? .code(0) : .signal(SIGKILL)))
            try await daemon.start()
            for lease in leases { #expect(try await daemon.state(lease.id) == "leased") }
            #expect(try await daemon.extend(leases[0], for: "30m").result == "ok")
            #expect(try await daemon.report(leases[0], "delivered") == ("ok", "delivered"))
            #expect(try await daemon.report(leases[1], "failed").result == "ok")
            let again = try await daemon.lease(max: 10, wait: "5s")
            #expect(again.map(\.id) == [brief.id], "whose time was over, and no other")
            #expect(try await daemon.report(leases[2], "delivered").result == "ok")
            #expect(try await daemon.report(brief, "delivered").result == "lapsed")
        }
    }
}

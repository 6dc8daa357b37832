import TactAPI
import Testing

/// Those who watch are told every change, wherever they begin.
@Suite struct WatchTests {
    /// Reads events until the named state of the named message has come. Answers the ids of all messages told.
    private func read(_ connection: RawConnection, until end: String) throws -> [String] {
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
            let told = try await onThread { try watchers.map { try read($0, until: last) } }
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
}

import Foundation
import TactAPI
import TactCore
import Testing

/// The example clients do what they say, against a real daemon.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ExampleTests {
    @Test(arguments: [Example.shell, .python, .node, .swift]) func submitsWorksAndWatches(_ example: Example)
        async throws
    {
        try await run(example)
    }

    /// Apart, because the compiler is half a gigabyte: `make test` does not install it.
    @Test(.enabled(if: Example.go.canRun, "docs/examples/go is not tested: there is no go in PATH (Debian: golang-go)"))
    func submitsWorksAndWatchesInGo() async throws {
        try await run(.go)
    }

    private func run(_ example: Example) async throws {
        try await Daemon.run { daemon in
            let program = Running(daemon: daemon, command: try await example.command(in: daemon.folder))
            try await submits(program)
            try await works(program)
            try await watchesOverARestart(program)
            try await isToldWhatItMisses(program)
        }
    }

    /// An example under way.
    private struct Running {
        let daemon: Daemon
        let command: [String]

        func start(_ arguments: [String], output: String) throws -> Child {
            let words = command + [daemon.socket] + arguments
            return try Child(words[0], Array(words.dropFirst()), output: daemon.folder + "/" + output)
        }

        func lines(_ output: String) -> [String] {
            let text = (try? String(contentsOfFile: daemon.folder + "/" + output, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
        }

        /// What it writes, to its end.
        func callAsFunction(_ arguments: String..., output: String) async throws -> [String] {
            try await start(arguments, output: output).waitForEnd(within: 60)
            return lines(output)
        }
    }

    private func submits(_ program: Running) async throws {
        let later = (wallClock() + .hours(1)).rfc3339
        #expect(try await program.daemon.put("/v1/recipients/ann", ["paused_until": .string(later)]).status == 200)
        let told = try await program("submit", "ann", output: "submitted")
        let words = try #require(told.first).split(separator: " ").map(String.init)
        #expect(words.dropFirst() == ["pending", later])
        #expect(told.dropFirst().first?.contains("paused") == true, "the finding's text: \(told)")
        let stored = try await program.daemon.message(words[0])
        #expect(stored["recipient"] == "ann")
        #expect(stored["content"]?["title"] == "Half price")
        #expect(try await program("submit", "ann", output: "repeated").first == told.first, "it is submitted once")

        let refused = try await program("submit", "", output: "refused")
        #expect(refused.contains { $0.hasPrefix("/recipient expected") }, "\(refused)")
    }

    private func works(_ program: Running) async throws {
        var ids: [String] = []
        for recipient in ["ben", "eve"] {
            let message = try await program.daemon.submit(to: recipient, ["content": ["title": "Hello"]])
            ids.append(try #require(message["id"]?.stringValue))
        }
        #expect(Set(try await program("work", "email", "2", output: "worked")) == ["to ben: Hello", "to eve: Hello"])
        for id in ids { #expect(try await program.daemon.state(id) == "delivered") }
    }

    /// Ann's message is pending; Ben's and Eve's were pending, leased and delivered.
    private func watchesOverARestart(_ program: Running) async throws {
        let watching = try program.start(["watch", "0", "8"], output: "watched")
        try await eventually(within: 30, "it is told what has happened") { program.lines("watched").count == 7 }
        try await program.daemon.stop()
        try await program.daemon.start()
        let last = try #require(try await program.daemon.submit(to: "joe")["id"]?.stringValue)
        #expect(try await watching.waitForEnd(within: 60) == .code(0))
        let told = program.lines("watched").map { $0.split(separator: " ").map(String.init) }
        let events = told.compactMap { $0.first.flatMap { Int($0) } }
        #expect(events.count == 8 && Set(events).count == 8 && events == events.sorted(), "\(told)")
        #expect(told.last?.dropFirst() == [last, "pending"])
    }

    /// As after the database was restored from a copy: what the observer knows last has not happened here.
    private func isToldWhatItMisses(_ program: Running) async throws {
        let watching = try program.start(["watch", "1000", "1"], output: "missed")
        try await eventually(within: 30, "it is told") {
            program.lines("missed") == ["some changes are not known any more"]
        }
        let next = try #require(try await program.daemon.submit(to: "sue")["id"]?.stringValue)
        #expect(try await watching.waitForEnd(within: 60) == .code(0))
        #expect(program.lines("missed").last?.hasSuffix(" \(next) pending") == true)
    }
}

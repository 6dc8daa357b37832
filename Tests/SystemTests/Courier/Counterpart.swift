import Foundation
import Glibc
import Synchronization
import TactAPI
import Testing

/// Another program that the courier has to do with: one of Tests/Counterparts, which tells what it sees line by line.
final class Counterpart: Sendable {
    private let child: Child
    private let output: String

    struct DidNotStart: Error, CustomStringConvertible {
        let description: String
    }

    /// The Python of the project's own environment (make deps), where the counterparts' libraries are.
    static let python = Counterpart.root + "/.venv/bin/python3"

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Starts a script and waits for its first line.
    ///
    /// - Parameter wrapper: a command to start it with, such as one that enters a network namespace.
    init(_ script: String, _ arguments: [String], in folder: String, wrapper: [String] = []) async throws {
        output = "\(folder)/\(script).\(UInt32.random(in: .min ... .max))"
        let command = wrapper + [Counterpart.python, "\(Counterpart.root)/Tests/Counterparts/\(script)"] + arguments
        child = try Child("env", command, output: output)
        let end = Date(timeIntervalSinceNow: 30)
        while lines.isEmpty {
            if let ended = child.ended { throw DidNotStart(description: "\(script) ended at once (\(ended)): \(text)") }
            guard Date() < end else { throw DidNotStart(description: "\(script) says nothing") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    deinit { stop() }

    /// Where it listens, if it says so.
    var port: Int { lines.first?["port"]?.integerValue.map { Int($0) } ?? 0 }

    /// What it has told so far.
    var lines: [JSON] {
        text.split(separator: "\n").compactMap { try? JSON(parsing: Array($0.utf8)) }
    }

    /// The requests that a receiver has told of.
    var requests: [JSON] { lines.filter { $0["path"] != nil } }

    /// The mails that a mailbox has told of.
    var mails: [JSON] { lines.filter { $0["headers"] != nil } }

    private var text: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

    func stop() { child.signal(SIGKILL) }
}

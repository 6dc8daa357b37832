import Foundation
import TactAPI

/// `tactctl` as people run it: what it writes and how it exits. It blocks: the suites that run it do so on the main actor,
/// so that they do not take the few threads on which all other tests run.
struct CLICommand {
    struct Result {
        var stdout: String
        var stderr: String
        var status: Int32
    }

    /// Where the build puts programs: beside the tests.
    static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// Runs `tactctl` and waits. Neither colours, nor the zone or the socket of whoever runs the tests, reach it.
    static func run(
        _ arguments: [String], socket: String = "/nonexistent/tact.sock", input: String = "",
        environment: [String: String] = [:]
    ) throws -> Result {
        let process = Process()
        process.executableURL = programs.appendingPathComponent("tactctl")
        process.arguments = arguments
        var all = ["PATH": "/usr/bin:/bin", "TACT_SOCKET": socket, "LANG": "C.UTF-8"]
        if let zones = ProcessInfo.processInfo.environment["TZDIR"] { all["TZDIR"] = zones }
        process.environment = all.merging(environment) { $1 }
        let folder = try TemporaryFolder()
        let files = ["in", "out", "err"].map { folder.file($0) }
        try Data(input.utf8).write(to: files[0])
        for file in files.dropFirst() { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Result(
            stdout: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            stderr: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self), status: process.terminationStatus)
    }
}

/// A folder that goes when nobody uses it any more.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("tact-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> URL { url.appendingPathComponent(name) }

    /// Writes a file and answers its path.
    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: file(name))
        return file(name).path
    }
}

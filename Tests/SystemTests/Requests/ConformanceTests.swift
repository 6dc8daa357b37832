import Foundation
import Testing

/// The daemon against its own description: schemathesis makes requests from the OpenAPI document, right ones and wrong
/// ones, and holds every answer against it. Where one of its checks cannot apply, `schemathesis.toml` says why.
@Suite struct ConformanceTests {
    /// How many cases of each kind for each endpoint; `make conformance` asks for more.
    private static let examples = ProcessInfo.processInfo.environment["TACT_API_EXAMPLES"] ?? "50"

    /// The interpreter with the packages of `Tests/Oracles/requirements.txt`.
    static var python: String {
        ProcessInfo.processInfo.environment["TACT_ORACLE_PYTHON"]
            ?? Example.root.appending(path: ".venv/bin/python3").path
    }

    @Test(.timeLimit(.minutes(60))) func theDaemonIsAsItsDocumentSays() async throws {
        try await Daemon.run { daemon in
            let report = daemon.folder + "/report"
            let script = Example.root.appending(path: "Tests/Oracles/conformance/run.py").path
            let run = try Child(
                ConformanceTests.python, [script, daemon.socket, ConformanceTests.examples], output: report)
            let exit = try await run.waitForEnd(within: 3500)
            let text = (try? String(contentsOfFile: report, encoding: .utf8)) ?? ""
            #expect(exit == .code(0), "\(text.suffix(20_000))")
            // A run that looked at nothing would end well, too.
            #expect(text.contains("test cases") || text.contains("generated"), "\(text.suffix(2000))")
        }
    }
}

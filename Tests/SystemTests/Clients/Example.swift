import Foundation
import Testing

/// The example client of one language, in `docs/examples`. All of them take the same arguments and write the same.
enum Example: String, CaseIterable, CustomTestStringConvertible {
    case shell, python, node, go, swift

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    var testDescription: String { rawValue }

    /// Whether what runs it is installed.
    var canRun: Bool { Example.find(runner) != nil }

    private var runner: String {
        switch self {
        case .shell: "jq"
        case .python: "python3"
        case .node: "node"
        case .go: "go"
        case .swift: Daemon.programs + "/swift-example"
        }
    }

    /// The command that runs it; a compiler's work is done in `folder`.
    func command(in folder: String) async throws -> [String] {
        func file(_ path: String) -> String { Example.root.appending(path: "docs/examples/" + path).path }
        switch self {
        case .shell: return [file("shell/example.sh")]
        case .python: return ["python3", file("python/example.py")]
        case .node: return ["node", file("node/example.mjs")]
        case .swift: return ["stdbuf", "-oL", runner]  // What is written to a file is otherwise held back.
        case .go:
            let (program, output) = (folder + "/example", folder + "/go-build")
            let environment = ["GOCACHE": folder + "/go-cache", "GOPATH": folder + "/go", "GO111MODULE": "auto"]
            let build = try Child(
                "go", ["build", "-o", program, file("go/main.go")], environment: environment, output: output)
            guard try await build.waitForEnd(within: 300) == .code(0) else {
                throw NotBuilt(output: (try? String(contentsOfFile: output, encoding: .utf8)) ?? "")
            }
            return [program]
        }
    }

    struct NotBuilt: Error {
        let output: String
    }

    private static func find(_ program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let candidates = program.contains("/") ? [program] : folders.map { $0 + "/" + program }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

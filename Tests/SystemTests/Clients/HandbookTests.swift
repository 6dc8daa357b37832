import Foundation
import Testing

/// What the handbook tells people to type is typed: all its blocks of shell, in their order, at a daemon that has the
/// example configuration.
@Suite(.timeLimit(.minutes(2)))
struct HandbookTests {
    static let documents = [
        "docs/first-message.md", "docs/api.md", "docs/personalizing.md", "docs/cli.md", "docs/examples/README.md",
    ]

    @Test(arguments: documents) func whatItSaysCanBeTyped(_ document: String) async throws {
        try await Daemon.run(try HandbookTests.policy()) { daemon in
            let blocks = try HandbookTests.blocks(in: document)
            #expect(!blocks.isEmpty)
            let script = daemon.folder + "/script"
            try HandbookTests.script(blocks, daemon).write(toFile: script, atomically: true, encoding: .utf8)
            let output = daemon.folder + "/output"
            let exit = try await Child("bash", ["-x", script], output: output).waitForEnd(within: 60)
            let told = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            #expect(exit == .code(0), "\(document):\n\(told.suffix(4000))")
        }
    }

    @Test func theCommandsOfTheHandbookAreThoseThereAre() async throws {
        let folder = NSTemporaryDirectory() + "tact-handbook-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = Example.root.appending(path: "scripts/cli-reference").path
        let exit = try await Child(
            script, ["--check"], environment: ["TACTCTL": Daemon.programs + "/tactctl"], output: folder
        ).waitForEnd()
        let told = (try? String(contentsOfFile: folder, encoding: .utf8)) ?? ""
        #expect(exit == .code(0), "run scripts/cli-reference, and give new commands an example:\n\(told)")
    }

    @Test func everyLinkLeadsSomewhere() throws {
        var count = 0
        for page in try HandbookTests.pages() {
            for link in try HandbookTests.text(of: page).matches(of: /\]\(([^)\s]+)\)/).map(\.1) {
                guard !link.contains(":") else { continue }
                count += 1
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let target = parts[0].isEmpty ? page : page.deletingLastPathComponent().appending(path: parts[0])
                #expect(FileManager.default.fileExists(atPath: target.path), "\(page.lastPathComponent): \(link)")
                guard parts.count == 2 else { continue }
                let anchors = try HandbookTests.anchors(of: target)
                #expect(anchors.contains(String(parts[1])), "\(page.lastPathComponent): \(link)")
            }
        }
        #expect(count > 50)
    }

    private static func pages() throws -> [URL] {
        let docs = Example.root.appending(path: "docs")
        let names = try FileManager.default.subpathsOfDirectory(atPath: docs.path).filter { $0.hasSuffix(".md") }
        return [Example.root.appending(path: "README.md")] + names.map { docs.appending(path: $0) }
    }

    /// A page without what is in its fences.
    private static func text(of page: URL) throws -> String {
        var isCode = false
        return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { line in
            if line.hasPrefix("```") { isCode.toggle() }
            return !isCode
        }.joined(separator: "\n")
    }

    /// As GitHub and others make them of headings.
    private static func anchors(of page: URL) throws -> [String] {
        try text(of: page).split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
            line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                .filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(" ", with: "-")
        }
    }

    /// What the example configuration says, but for socket, database and roles.
    private static func policy() throws -> String {
        let text = try String(contentsOf: Example.root.appending(path: "config/tactd.toml"), encoding: .utf8)
        return String(text[try #require(text.range(of: "[time_zone]")).lowerBound...])
    }

    /// The blocks that are marked as `sh`; those of other kinds are not meant for every machine.
    private static func blocks(in document: String) throws -> [Substring] {
        let text = try String(contentsOf: Example.root.appending(path: document), encoding: .utf8)
        return text.split(separator: "\n```sh\n").dropFirst().compactMap { $0.split(separator: "\n```").first }
    }

    private static func script(_ blocks: [Substring], _ daemon: Daemon) -> String {
        let beginning = """
            set -euo pipefail
            mkdir \(daemon.folder)/home && cd \(daemon.folder)/home && export HOME=$PWD
            export PATH=\(Daemon.programs):$PATH TACT_SOCKET=\(daemon.socket) EXAMPLES=\(Example.root.path)/docs/examples
            """
        return ([beginning[...]] + blocks).joined(separator: "\n")
            .replacing("/run/tact/tact.sock", with: daemon.socket)
            .replacing("/etc/tact/tactd.toml", with: Example.root.path + "/config/tactd.toml") + "\n"
    }
}

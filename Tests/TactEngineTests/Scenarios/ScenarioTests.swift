import Foundation
import TactAPI
import TactCore
import TactEngine
import Testing

/// Golden traces: a configuration, dashes, a trace, dashes, what the simulation tells.
@Suite struct ScenarioTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "golden")

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".scenario") }.sorted()
    }

    @Test func thereAreScenarios() { #expect(Self.names.count >= 10) }

    @Test(arguments: names) func tells(_ name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        let parts = text.components(separatedBy: "\n-----\n")
        try #require(parts.count == 3, "expected configuration, trace and output with ----- between them")
        let told = try Scenario.run(configuration: parts[0], trace: parts[1], file: name)
        let expected = parts[2].split(separator: "\n").map(String.init)
        if ProcessInfo.processInfo.environment["TACT_RECORD"] == "1" {
            try (parts[0] + "\n-----\n" + parts[1] + "\n-----\n" + told.joined(separator: "\n") + "\n")
                .write(to: Self.folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        #expect(told == expected)
    }
}

enum Scenario {
    /// Runs a trace under a configuration that only needs what matters; the rest is filled in.
    static func run(configuration: String, trace: String, file: String) throws -> [String] {
        let zones = try ZoneDatabase()
        let loaded = try Configuration.load(text: configuration, file: file, zones: zones)
        var lines: [String] = []
        let simulation = try Simulation(policy: loaded.policy, zones: zones) { event in
            lines.append(String(decoding: event.encoded(), as: UTF8.self))
        }
        try simulation.run(Trace(trace.utf8), until: nil)
        return lines
    }
}

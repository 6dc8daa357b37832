import Foundation
import TactCore
import TactEngine
import TactSettings
import Testing

/// The system's tz database, opened once.
let systemZones = Result { try ZoneDatabase() }

/// Loads `text` as `tactd.toml`.
func load(_ text: String) throws -> Configuration {
    try Configuration.load(text: text, file: "tactd.toml", zones: try systemZones.get())
}

/// The problems for which `text` is refused, as an operator reads them.
func problems(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    let zones = try systemZones.get()
    do throws(ConfigurationRefused) {
        _ = try Configuration.load(text: text, file: "tactd.toml", zones: zones)
        Issue.record("was accepted", sourceLocation: sourceLocation)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

/// The folder that the package lies in.
let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardized

import Foundation
import TactEngine
import Testing

/// What the loader asks for stands in the example and in the documentation.
@Suite struct DocumentedKeysTests {
    /// Every key of every section, as the refusal of an unknown one lists them.
    static func keys() throws -> [(section: String, keys: [String])] {
        let texts = [
            ("", "?"), ("server", "[server]\n?"), ("store", "[store]\n?"), ("privacy", "[privacy]\n?"),
            ("access", "[access]\n?"),
            ("time_zone", "[time_zone]\n?"), ("quiet_hours", "[quiet_hours]\n?"), ("channel", "[[channel]]\n?"),
            ("channel.retry", "[[channel]]\nretry = { ? }"), ("topic", "[[topic]]\n?"),
            ("send_window", "[[send_window]]\n?"), ("windows", "[quiet_hours]\ndefault = [{ ? }]"),
            ("cap", "[[cap]]\n?"), ("complaints", "[complaints]\n?"), ("controller", "[controller]\n?"),
            ("topic.complaints", "[[topic]]\ncomplaints = { ? }"), ("limits", "[limits]\n?"),
            ("retention", "[retention]\n?"), ("templates", "[templates]\n?"),
        ]
        return try texts.map { section, text in
            let problem = try problems(text.replacing("?", with: "zzzzzzzz = 1")).first { $0.contains("unknown key") }
            let list = problem?.split(separator: "one of ").last?.split(separator: ";").first
            return (section, list?.split(separator: ", ").map(String.init) ?? [])
        }
    }

    @Test func standInTheExample() throws {
        let text = try String(contentsOfFile: ExampleTests.path, encoding: .utf8)
        for (section, keys) in try Self.keys() {
            #expect(!keys.isEmpty, "\(section)")
            for key in keys {
                let isThere = section.isEmpty ? text.contains("[\(key)]") : text.contains("\(key) = ")
                #expect(isThere, "\(section).\(key)")
            }
        }
    }

    @Test func standInTheDocumentation() throws {
        let text = try String(
            contentsOf: packageFolder.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        for (section, keys) in try Self.keys() {
            for key in keys {
                let isThere = section.isEmpty ? text.contains("[\(key)]") : text.contains("`\(key)`")
                #expect(isThere, "\(section).\(key)")
            }
        }
    }
}

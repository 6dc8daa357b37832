import Foundation
import TactCore

/// The system's tz database, as the tests see it.
enum SystemZones {
    static let directory = ProcessInfo.processInfo.environment["TZDIR"] ?? "/usr/share/zoneinfo"

    /// Paths of all compiled zones, relative to `directory`, without `posix/` and `right/`.
    static let names: [String] = {
        let files = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
        return files.filter { name in
            !name.hasPrefix("posix/") && !name.hasPrefix("right/") && bytes(name)?.starts(with: "TZif".utf8) == true
        }.sorted()
    }()

    static func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: directory + "/" + name).map { [UInt8]($0) }
    }

    static func rules(_ name: String) throws -> ZoneRules {
        guard let bytes = bytes(name) else { throw Missing(name: name) }
        return try ZoneRules(tzif: bytes)
    }

    struct Missing: Error {
        var name: String
    }
}

import Foundation

/// A tz database of a test's own, in a folder that goes with it.
final class ZoneFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "tact-zones-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file, options: .atomic)
    }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    /// A database with three zones, an alias and the tables.
    static func standard(version: String? = "2026a") throws -> ZoneFolder {
        let folder = try ZoneFolder()
        if let version {
            try folder.write("tzdata.zi", "# version \(version)\nZ Europe/Paris 1 - CET\nL Europe/Paris Old/Paris\n")
        }
        try folder.write("Europe/Paris", tzif("CET-1"))
        try folder.write("America/New_York", tzif("EST5"))
        try folder.write("America/Denver", tzif("MST7"))
        try FileManager.default.createDirectory(atPath: folder.path + "/Old", withIntermediateDirectories: true)
        try folder.link("Old/Paris", to: "../Europe/Paris")
        try folder.write(
            "zone1970.tab",
            "# a comment\nFR,MC\t+4852+00220\tEurope/Paris\nUS\t+4043-07400\tAmerica/New_York\tEastern\nUS\t+3944-10459\tAmerica/Denver\n"
        )
        try folder.write("iso3166.tab", "FR\tFrance\nMC\tMonaco\nUS\tUnited States\n")
        try folder.age()
        return folder
    }

    /// Makes all folders look old, for file systems keep time in steps of some milliseconds.
    func age() throws {
        let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        for folder in [path] + below.map({ path + "/" + $0 }) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                continue
            }
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: folder)
        }
    }

    /// A compiled zone with no transition, only the rule of its footer (RFC 9636).
    static func tzif(_ footer: String) -> [UInt8] {
        func block(version: UInt8) -> [UInt8] {
            Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
                // Counts of UTC and standard indicators, leap seconds, transitions, types and bytes of names.
                + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
                + [0, 0, 0, 0, 0, 0] + Array("LMT\0".utf8)
        }
        let two = UInt8(ascii: "2")
        return block(version: two) + block(version: two) + Array("\n\(footer)\n".utf8)
    }
}

import Foundation

/// Runs a script of `Tests/Oracles`: what other programs make of calendars.
enum CalendarOracle {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The interpreter with the packages of `Tests/Oracles/requirements.txt`.
    static var python: String {
        if let named = ProcessInfo.processInfo.environment["TACT_ORACLE_PYTHON"] { return named }
        let local = root.appendingPathComponent(".venv/bin/python3").path
        return FileManager.default.isExecutableFile(atPath: local) ? local : "python3"
    }

    /// The lines that the script writes. A test without its oracle fails; it is never passed over.
    static func lines(_ script: String, _ arguments: [String]) throws -> [Substring] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, root.appendingPathComponent("Tests/Oracles/\(script)").path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(
                description: "\(script) ended with \(process.terminationStatus). It needs the packages of "
                    + "Tests/Oracles/requirements.txt in \(python), libical-dev and cc: run `make oracles`")
        }
        return String(decoding: answer, as: UTF8.self).split(separator: "\n")
    }

    /// A number from the environment.
    static func number(_ name: String, default value: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? value
    }

    /// The names in the first column of the table under `heading` in `disagreements.md`.
    static func explained(under heading: String) throws -> Set<String> {
        let file = root.appendingPathComponent("Tests/Oracles/disagreements.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        var names: Set<String> = []
        var inside = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") { inside = line.dropFirst(3) == heading }
            guard inside, line.hasPrefix("| `") else { continue }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count >= 3, cells[cells.count - 1].count > 20 {
                names.insert(cells[0].trimmingCharacters(in: ["`"]))
            }
        }
        return names
    }
}

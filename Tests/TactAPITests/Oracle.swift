import Foundation

/// Runs a script of `Tests/Oracles` with Python: what others say of what we do.
enum Oracle {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The interpreter with the packages of `Tests/Oracles/requirements.txt`.
    static var python: String {
        if let named = ProcessInfo.processInfo.environment["TACT_ORACLE_PYTHON"] { return named }
        let local = root.appendingPathComponent(".venv/bin/python3").path
        return FileManager.default.isExecutableFile(atPath: local) ? local : "python3"
    }

    /// What the script writes when it is given `input`.
    static func run(_ script: String, input: Data) throws -> Data {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tact-oracle-\(UUID().uuidString)")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, root.appendingPathComponent("Tests/Oracles/\(script)").path]
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: "\(script) ended with \(process.terminationStatus): is \(python) there?")
        }
        return answer
    }
}

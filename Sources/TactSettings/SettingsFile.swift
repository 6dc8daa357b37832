import TactCore

/// A configuration file: one TOML document, read strictly.
package enum SettingsFile {
    /// In bytes.
    package static let largest = 1024 * 1024

    /// What `read` makes of a file's root table, with the warnings it gave.
    ///
    /// - Throws: everything that is wrong with the file, at once.
    package static func load<Settings>(
        path: String, _ read: (Section) -> Settings
    ) throws(ConfigurationRefused) -> (settings: Settings, warnings: [String]) {
        func refused(_ message: String) -> ConfigurationRefused {
            ConfigurationRefused(problems: [.init(file: path, line: nil, key: "", message: message)])
        }
        let bytes: [UInt8]
        do throws(SmallFile.Unreadable) {
            bytes = try SmallFile.read(path, limit: largest)
        } catch {
            throw refused("\(error); expected a readable TOML file of at most 1 MiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refused("found bytes that are not UTF-8, expected text; save the file as UTF-8")
        }
        return try load(text: text, file: path, read)
    }

    /// The same for a file's text. `file` is its name in messages.
    package static func load<Settings>(
        text: String, file: String, _ read: (Section) -> Settings
    ) throws(ConfigurationRefused) -> (settings: Settings, warnings: [String]) {
        let report = Report(file: file)
        let settings = root(text, report).map { root in
            defer { root.finish() }
            return read(root)
        }
        if let refusal = report.refusal { throw refusal }
        guard let settings else {
            throw ConfigurationRefused(problems: [
                .init(file: file, line: nil, key: "", message: "found no table, expected TOML")
            ])
        }
        return (settings, report.warnings)
    }

    /// Nil if the text is no TOML; then the report says why.
    private static func root(_ text: String, _ report: Report) -> Section? {
        guard text.utf8.count <= largest else {
            report.refuse(
                line: nil, key: "",
                "found \(text.utf8.count) bytes, expected at most \(largest); is this the right file?")
            return nil
        }
        switch TOMLParser.parse(text) {
        case .success(let root):
            guard case .table(let entries) = root.value else { return nil }
            return Section(entries: entries, path: "", line: 1, report: report)
        case .failure(let error):
            for fault in error.faults { report.refuse(line: fault.line, key: "", fault.message) }
            return nil
        }
    }
}

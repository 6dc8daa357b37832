import TactCore

/// Everything the daemon is told by its configuration file.
package struct Configuration: Sendable {
    package struct Server: Hashable, Sendable {
        /// The absolute path of the Unix socket.
        package var socket: String
        /// The socket's permissions, such as 0o660; nil: as the system gives them.
        package var mode: UInt32?
        /// The socket's group by name; nil: the daemon's own.
        package var group: String?

        package init(socket: String = "/run/tact/tact.sock", mode: UInt32? = nil, group: String? = nil) {
            self.socket = socket
            self.mode = mode
            self.group = group
        }
    }

    package struct Store: Hashable, Sendable {
        /// The absolute path of the database.
        package var path: String

        package init(path: String = "/var/lib/tact/tact.db") { self.path = path }
    }

    package var server: Server
    package var store: Store
    package var access: AccessRules
    package var policy: Policy
    /// For the status: what was accepted but does not do what one might think.
    package var warnings: [String]

    package init(
        server: Server = Server(), store: Store = Store(), access: AccessRules = AccessRules(), policy: Policy,
        warnings: [String] = []
    ) {
        self.server = server
        self.store = store
        self.access = access
        self.policy = policy
        self.warnings = warnings
    }

    /// In bytes.
    package static let largestFile = 1024 * 1024

    /// Reads and checks a file.
    package static func load(path: String, zones: ZoneDatabase) throws(ConfigurationRefused) -> Configuration {
        func refused(_ message: String) -> ConfigurationRefused {
            ConfigurationRefused(problems: [.init(file: path, line: nil, key: "", message: message)])
        }
        let bytes: [UInt8]
        do throws(SmallFile.Unreadable) {
            bytes = try SmallFile.read(path, limit: largestFile)
        } catch {
            throw refused("\(error); expected a readable TOML file of at most 1 MiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refused("found bytes that are not UTF-8, expected text; save the file as UTF-8")
        }
        return try load(text: text, file: path, zones: zones)
    }

    /// Checks a file's text. `file` is its name in messages.
    package static func load(
        text: String, file: String, zones: ZoneDatabase
    ) throws(ConfigurationRefused) -> Configuration {
        let report = Report(file: file)
        let configuration = read(text, zones: zones, report: report)
        if let refusal = report.refusal { throw refusal }
        return configuration ?? Configuration(policy: Policy())
    }

    /// Nil if the text is no TOML; then, as with everything that is wrong, the report says why.
    private static func read(_ text: String, zones: ZoneDatabase, report: Report) -> Configuration? {
        guard text.utf8.count <= largestFile else {
            report.refuse(
                line: nil, key: "",
                "found \(text.utf8.count) bytes, expected at most \(largestFile); is this the right file?")
            return nil
        }
        let entries: [String: TOMLNode]
        switch TOMLParser.parse(text) {
        case .success(let root):
            guard case .table(let table) = root.value else { return nil }
            entries = table
        case .failure(let error):
            for fault in error.faults { report.refuse(line: fault.line, key: "", fault.message) }
            return nil
        }
        let root = Section(entries: entries, path: "", line: 1, report: report)
        var configuration = Configuration(
            server: readServer(root.section("server")), store: readStore(root.section("store")),
            access: readAccess(root.section("access")), policy: PolicyReader(root: root, zones: zones).policy())
        root.finish()
        configuration.warnings = report.warnings
        return configuration
    }
}

// MARK: - Sections about the daemon

extension Configuration {
    private static func readServer(_ section: Section?) -> Server {
        var server = Server()
        guard let section else { return server }
        // The kernel's bound on a socket's path, with its final zero.
        server.socket = section.value("socket", .path("/run/tact/tact.sock", atMost: 107)) ?? server.socket
        server.mode = section.value("mode", .fileMode)
        server.group = section.value("group", .account)
        section.finish()
        return server
    }

    private static func readStore(_ section: Section?) -> Store {
        var store = Store()
        guard let section else { return store }
        store.path = section.value("path", .path("/var/lib/tact/tact.db", atMost: 1024)) ?? store.path
        section.finish()
        return store
    }

    private static func readAccess(_ section: Section?) -> AccessRules {
        var rules = AccessRules()
        guard let section else { return rules }
        for role in AccessRules.Role.allCases {
            rules.entries[role] = section.list(role.rawValue, .accessEntry, atMost: 256)
        }
        section.finish()
        return rules
    }
}

extension Reader where T == UInt32 {
    /// Permissions in octal figures, as a string: the number 660 would be something else.
    static var fileMode: Reader {
        .text("permissions as octal figures in quotes such as \"0660\"", example: "\"0660\"") { text in
            guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isFigure),
                let mode = UInt32(text, radix: 8),
                mode <= 0o777
            else { return nil }
            return mode
        }
    }
}

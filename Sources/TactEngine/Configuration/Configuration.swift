import TactCore
import TactSettings
import TactTemplates

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

    /// How what is personal is kept.
    package struct Privacy: Hashable, Sendable {
        /// The absolute path of a file with the master key; nil: the credential `tact-master-key`, if there is one.
        package var masterKey: String?
        /// The absolute path of a copy of the keys that is kept current; nil: there is none.
        package var keysCopy: String?

        package init(masterKey: String? = nil, keysCopy: String? = nil) {
            self.masterKey = masterKey
            self.keysCopy = keysCopy
        }
    }

    package struct Preferences: Hashable, Sendable {
        /// Where recipients find their page; nil: nowhere.
        package var url: PageURL?

        package init(url: PageURL? = nil) { self.url = url }
    }

    package var server: Server
    package var store: Store
    package var privacy: Privacy
    package var preferences: Preferences
    package var access: AccessRules
    package var policy: Policy
    /// Those of the folder.
    package var templates: [NamedTemplate]
    /// For the status: what was accepted but does not do what one might think.
    package var warnings: [String]

    package init(
        server: Server = Server(), store: Store = Store(), privacy: Privacy = Privacy(),
        preferences: Preferences = Preferences(), access: AccessRules = AccessRules(), policy: Policy,
        templates: [NamedTemplate] = [], warnings: [String] = []
    ) {
        self.server = server
        self.store = store
        self.privacy = privacy
        self.preferences = preferences
        self.access = access
        self.policy = policy
        self.templates = templates
        self.warnings = warnings
    }

    /// Reads and checks a file.
    package static func load(path: String, zones: ZoneDatabase) throws(ConfigurationRefused) -> Configuration {
        warned(try SettingsFile.load(path: path) { read($0, zones) })
    }

    /// Checks a file's text. `file` is its name in messages.
    package static func load(
        text: String, file: String, zones: ZoneDatabase
    ) throws(ConfigurationRefused) -> Configuration {
        warned(try SettingsFile.load(text: text, file: file) { read($0, zones) })
    }

    private static func warned(_ loaded: (settings: Configuration, warnings: [String])) -> Configuration {
        var configuration = loaded.settings
        configuration.warnings = loaded.warnings
        return configuration
    }

    private static func read(_ root: Section, _ zones: ZoneDatabase) -> Configuration {
        let templates = readTemplates(root.section("templates"))
        return Configuration(
            server: readServer(root.section("server")), store: readStore(root.section("store")),
            privacy: readPrivacy(root.section("privacy")), preferences: readPreferences(root.section("preferences")),
            access: readAccess(root.section("access")),
            policy: PolicyReader(root: root, zones: zones, templates: templates).policy(), templates: templates)
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

    private static func readPrivacy(_ section: Section?) -> Privacy {
        var privacy = Privacy()
        guard let section else { return privacy }
        privacy.masterKey = section.value("master_key", .path("/etc/tact/master-key", atMost: 1024))
        privacy.keysCopy = section.value("keys_copy", .path("/var/backups/tact/tact.db.keys", atMost: 1024))
        section.finish()
        return privacy
    }

    private static func readPreferences(_ section: Section?) -> Preferences {
        var preferences = Preferences()
        guard let section else { return preferences }
        preferences.url = section.value("url", .pageURL)
        section.finish()
        return preferences
    }

    private static func readTemplates(_ section: Section?) -> [NamedTemplate] {
        guard let section else { return [] }
        defer { section.finish() }
        guard let folder = section.value("folder", .path("/etc/tact/templates", atMost: 1024)) else { return [] }
        let read = TemplateFile.load(folder: folder)
        for problem in read.problems { section.report.refuse(problem) }
        return read.templates
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

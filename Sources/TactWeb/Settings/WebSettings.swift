import TactCore
import TactSettings

/// Everything that tact-web is told by its configuration file.
package struct WebSettings: Hashable, Sendable {
    /// Where the administrator's proxy finds the pages.
    package enum Place: Hashable, Sendable {
        /// A port of this machine alone.
        case port(host: String, port: Int)
        /// A Unix socket, with its permissions.
        case socket(path: String, mode: UInt32)
    }

    /// The daemon's socket, by its absolute path.
    package var socket: String
    /// The pages' address, as people see it.
    package var url: PageURL
    package var place: Place
    /// How many connections may be open at once.
    package var connections: Int
    /// How many requests a link may make in a minute.
    package var requests: Int
    /// What was accepted but does not do what one might think.
    package var warnings: [String] = []

    package static func load(path: String) throws(ConfigurationRefused) -> WebSettings {
        let loaded = try SettingsFile.load(path: path, read)
        return try complete(loaded, file: path)
    }

    /// The same for a file's text. `file` is its name in messages.
    package static func load(text: String, file: String) throws(ConfigurationRefused) -> WebSettings {
        let loaded = try SettingsFile.load(text: text, file: file, read)
        return try complete(loaded, file: file)
    }

    private static func complete(
        _ loaded: (settings: WebSettings?, warnings: [String]), file: String
    ) throws(ConfigurationRefused) -> WebSettings {
        guard var settings = loaded.settings else {
            throw ConfigurationRefused(problems: [
                .init(
                    file: file, line: nil, key: "server.url",
                    message: "found nothing, expected the pages' address; write [server] and url = "
                        + "\"https://example.org/preferences\"")
            ])
        }
        settings.warnings = loaded.warnings
        return settings
    }

    /// nil: what must be there is not, or is refused already.
    private static func read(_ root: Section) -> WebSettings? {
        let daemon = root.section("daemon")
        let socket = daemon?.value("socket", .path("/run/tact/tact.sock", atMost: 107)) ?? "/run/tact/tact.sock"
        daemon?.finish()
        let limits = root.section("limits")
        let connections = limits?.value("connections", .integer(1...100_000)) ?? 1000
        let requests = limits?.value("requests_per_minute", .integer(10...1_000_000)) ?? 120
        limits?.finish()
        guard let server = root.section("server") else { return nil }
        let url = server.required("url", .pageURL)
        let listen = server.value("listen", .listen) ?? .port(host: "127.0.0.1", port: 8480)
        let mode = server.value("mode", .socketMode)
        var place = listen
        switch (listen, mode) {
        case (.socket(let path, _), let mode?): place = .socket(path: path, mode: mode)
        case (.port, _?): server.refuse("mode", "found permissions, expected none, for a port has none; remove it")
        case (.socket, nil), (.port, nil): break
        }
        server.finish()
        return url.map {
            WebSettings(socket: socket, url: $0, place: place, connections: connections, requests: requests)
        }
    }
}

extension Reader where T == WebSettings.Place {
    /// Only where nobody listens but this machine: passwords are none here, and TLS is the proxy's.
    fileprivate static var listen: Reader {
        .text(
            "\"127.0.0.1:PORT\", \"[::1]:PORT\" or the absolute path of a Unix socket; other addresses are for the proxy",
            example: "\"127.0.0.1:8480\""
        ) { text in
            if text.hasPrefix("/") {
                return text.utf8.count <= 107 && !text.contains("\0") ? .socket(path: text, mode: 0o660) : nil
            }
            for (prefix, host) in [("127.0.0.1:", "127.0.0.1"), ("[::1]:", "::1"), ("localhost:", "127.0.0.1")] {
                guard text.hasPrefix(prefix), let port = Int(text.dropFirst(prefix.count)) else { continue }
                return (1...65535).contains(port) ? .port(host: host, port: port) : nil
            }
            return nil
        }
    }
}

extension Reader where T == UInt32 {
    /// Permissions in octal figures, as a string: the number 660 would be something else.
    fileprivate static var socketMode: Reader {
        .text("permissions as octal figures in quotes such as \"0660\"", example: "\"0660\"") { text in
            guard (3...4).contains(text.utf8.count), let mode = UInt32(text, radix: 8), mode <= 0o777 else {
                return nil
            }
            return mode
        }
    }
}

import TactCore
import TactSettings

/// Everything the courier is told by its configuration file.
package struct CourierSettings: Hashable, Sendable {
    /// The daemon's socket, by its absolute path.
    package var socket: String
    /// In the order of the file. None serves nothing.
    package var channels: [ChannelSettings]
    /// What was accepted but does not do what one might think.
    package var warnings: [String] = []

    package static func load(path: String) throws(ConfigurationRefused) -> CourierSettings {
        let loaded = try SettingsFile.load(path: path, read)
        var settings = loaded.settings
        settings.warnings = loaded.warnings
        return settings
    }

    /// The same for a file's text. `file` is its name in messages.
    package static func load(text: String, file: String) throws(ConfigurationRefused) -> CourierSettings {
        let loaded = try SettingsFile.load(text: text, file: file, read)
        var settings = loaded.settings
        settings.warnings = loaded.warnings
        return settings
    }

    private static func read(_ root: Section) -> CourierSettings {
        let daemon = root.section("daemon")
        let socket = daemon?.value("socket", .path("/run/tact/tact.sock", atMost: 107))
        daemon?.finish()
        return CourierSettings(
            socket: socket ?? "/run/tact/tact.sock",
            channels: root.named("channel", atMost: 100).compactMap { ChannelSettings($0.name, $0.section) })
    }
}

/// How the messages of one channel are delivered.
package struct ChannelSettings: Hashable, Sendable {
    package enum Transport: Hashable, Sendable {
        case webhook(WebhookSettings)
        case program(ProgramSettings)
        case sendmail(SendmailSettings)
    }

    /// The channel's name at the daemon.
    package var name: String
    package var transport: Transport
    /// For one delivery, from its begin to its end.
    package var timeout: Duration
    /// How many deliveries may be under way at once, at least 1.
    package var concurrency: Int
    /// How many deliveries may begin; nil: as many as can.
    package var rate: Channel.Rate?

    private enum Word: String, CaseIterable {
        case webhook, program, sendmail
    }

    init?(_ name: String, _ section: Section) {
        guard name.isChannelName else {
            section.refuseName(name)
            return nil
        }
        self.name = name
        timeout = section.value("timeout", .duration(.seconds(1) ... .minutes(20))) ?? .seconds(30)
        rate = section.value("rate", .rate)
        let word = section.required("transport", Reader<Word>.choice)
        let fallback: Int
        switch word {
        case .webhook:
            transport = .webhook(WebhookSettings(section))
            fallback = 32
        case .program:
            transport = .program(ProgramSettings(section))
            fallback = 4
        case .sendmail:
            transport = .sendmail(SendmailSettings(section))
            fallback = 4
        case nil: return nil
        }
        concurrency = section.value("concurrency", .integer(1...1000)) ?? fallback
        section.finish()
    }
}

extension Section {
    fileprivate func refuseName(_ name: String) {
        report.refuse(
            line: line, key: path,
            "found the name “\(name.prefix(64))”, expected the name of one of tactd's channels: 1 to 64 letters, digits, "
                + "dots, dashes or underscores")
    }
}

extension String {
    fileprivate var isChannelName: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy {
                $0.isFigure || "._-".utf8.contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            }
    }
}

import Logging

/// Logs to the journal: what was said in MESSAGE, and its metadata besides in fields of their own, so that
/// `journalctl TACT_MESSAGE=ID` finds all about one message.
package struct JournalLogHandler: LogHandler {
    package var logLevel = Logger.Level.info
    package var metadata = Logger.Metadata()
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let journal: Journal
    /// Where to say it when the journal does not take it.
    private let otherwise: StreamLogHandler

    package init(label: String, journal: Journal, otherwise: StreamLogHandler) {
        self.label = label
        self.journal = journal
        self.otherwise = otherwise
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        if !journal.send(entry(event, all.sorted { $0.key < $1.key })) {
            var lines = otherwise
            lines.metadata = metadata
            lines.log(event: event)
        }
    }

    private func entry(_ event: LogEvent, _ metadata: [(key: String, value: Logger.MetadataValue)]) -> JournalDatagram {
        var entry = JournalDatagram()
        let details = metadata.map { " \($0.key)=\($0.value)" }.joined()
        entry.add("MESSAGE", event.message.description + (details.isEmpty ? "" : ":" + details))
        entry.add("PRIORITY", String(Self.priority(event.level)))
        entry.add("SYSLOG_IDENTIFIER", label)
        for (key, value) in metadata { entry.add(JournalDatagram.name(ofField: key), value.description) }
        return entry
    }

    /// syslog(3)'s number for a level.
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}

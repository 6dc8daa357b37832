import Logging

/// Where what a service logs goes.
package enum ServiceLog {
    /// From now on everything logged goes to the journal, with its fields, where stderr leads there; else it goes to stderr,
    /// a line each. To be called once, before the first logger is made.
    package static func bootstrap() {
        let journal = Journal()
        LoggingSystem.bootstrap { label in
            let lines = StreamLogHandler.standardError(label: label)
            return journal.map { JournalLogHandler(label: label, journal: $0, otherwise: lines) } ?? lines
        }
    }
}

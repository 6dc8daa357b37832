import TactAPI
import TactCore

/// Finds the clock to show a recipient's times by. Asks the daemon once for each recipient, and takes UTC where it may
/// not know.
actor RecipientClocks {
    private let daemon: Daemon
    private let utc: Bool
    private let now = Timestamp.now
    private var known: [String: LocalClock] = [:]

    init(_ daemon: Daemon, _ options: GlobalOptions) {
        self.daemon = daemon
        // Programs get what the daemon sends: there is nothing to look up for them.
        utc = options.utc || options.output != .table
    }

    /// Of an answer that may name its zone.
    func clock(for answer: JSON) async -> LocalClock {
        if utc { return LocalClock(now: now) }
        if let name = answer["time_zone"]?.stringValue { return clock(zone: name) }
        guard let recipient = answer["recipient"]?.stringValue else { return LocalClock(now: now) }
        return await clock(recipient: recipient)
    }

    func clock(recipient: String) async -> LocalClock {
        if utc { return LocalClock(now: now) }
        if let clock = known[recipient] { return clock }
        let answer = try? await daemon.get(["recipients", recipient])
        let clock = answer?["time_zone"]?.stringValue.map { self.clock(zone: $0) } ?? LocalClock(now: now)
        known[recipient] = clock
        return clock
    }

    private func clock(zone name: String) -> LocalClock { LocalClock(zone: .system(name), now: now) }
}

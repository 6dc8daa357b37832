import Glibc
import TactCore

/// How many files the process may hold open, and what that is enough for.
package enum OpenFiles {
    /// For the courier itself, whatever it serves: event loops, logs, its connection to the daemon.
    static let own = 40
    /// For each channel's own connection to the daemon, and its questions to name servers.
    static let perChannel = 4

    /// Asks the system for all that it may have, and answers how many that are.
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// The settings with no more concurrency than `limit` files are enough for, and what to say about it: deliveries
    /// that fail for want of a file would cost messages their attempts.
    package static func fit(_ settings: CourierSettings, limit: Int) -> CourierSettings {
        let fixed = own + perChannel * settings.channels.count
        let wanted = settings.channels.map { $0.concurrency * $0.filesPerDelivery }.reduce(0, +)
        guard fixed + wanted > limit else { return settings }
        let share = Double(max(0, limit - fixed)) / Double(max(1, wanted))
        var fitted = settings
        for index in fitted.channels.indices {
            fitted.channels[index].concurrency = max(1, Int(Double(fitted.channels[index].concurrency) * share))
        }
        fitted.warnings.append(
            "the channels' concurrency wants \(fixed + wanted) open files, and there are \(limit): it is lowered; raise "
                + "LimitNOFILE= in the unit, or lower the concurrency")
        return fitted
    }
}

extension ChannelSettings {
    /// How many files one delivery may hold open.
    fileprivate var filesPerDelivery: Int {
        switch transport {
        case .webhook(let settings):
            switch settings.target {
            case .fixed: 1
            // Connections to other receivers are kept for a while.
            case .address: 8
            }
        case .program(let settings):
            switch settings.mode {
            // Pipes, both ends of which are open for a moment, and the process.
            case .once: 8
            case .lines: 1
            }
        case .sendmail: 8
        }
    }
}

import Glibc
import Synchronization
import TactAPI
import TactCore

/// Tells systemd how the service is doing: the protocol of sd_notify(3), without its library. Without systemd nothing
/// is sent.
package final class ServiceManager: Sendable {
    /// What systemd is told.
    package enum Message: Equatable, Sendable {
        /// The service is up, or has finished reloading.
        case ready
        /// The service reads its configuration again; to be followed by `ready`.
        case reloading
        /// The service is going down.
        case stopping
        /// The service is alive; see `heartbeat`.
        case watchdog
        /// One line for people, shown by `systemctl status`.
        case status(String)
    }

    /// How often, in nanoseconds, systemd wants to hear `watchdog`, or `nil` if not at all.
    package let watchdogInterval: UInt64?

    private let address: String?
    /// Nanoseconds of the monotonic clock.
    private let lastHeartbeat = Atomic<UInt64>(0)

    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    ///
    /// - Parameter environment: looks up a variable; the process's own by default.
    package init(environment: (String) -> String? = Environment.value) {
        address = environment("NOTIFY_SOCKET")
        let isForUs = environment("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
        let microseconds = environment("WATCHDOG_USEC").flatMap(UInt64.init) ?? 0
        let nanoseconds = microseconds.multipliedReportingOverflow(by: 1000)
        watchdogInterval = isForUs && microseconds > 0 && !nanoseconds.overflow ? nanoseconds.partialValue : nil
    }

    /// Whether anybody listens.
    package var isPresent: Bool { address != nil }

    /// Sends messages as one datagram.
    package func notify(_ messages: Message...) throws(SystemError) {
        guard let address, !messages.isEmpty else { return }
        try Self.send(messages.map(Self.text).joined(separator: "\n"), to: address)
    }

    /// How often `heartbeat` is to be called, so that the watchdog hears of it at least twice as often as it wants to;
    /// nil: there is none.
    package var heartbeatInterval: Duration? {
        watchdogInterval.map { Duration(milliseconds: max(1, Int64($0 / 4_000_000))) }
    }

    /// Tells the watchdog that the service is alive, unless it has just heard so. Never waits: who is too busy to read
    /// has enough heartbeats to read.
    package func heartbeat() {
        guard let address, let watchdogInterval else { return }
        let now = UInt64(Self.monotonicMicroseconds()) * 1000
        guard now - lastHeartbeat.load(ordering: .relaxed) >= watchdogInterval / 8 else { return }
        lastHeartbeat.store(now, ordering: .relaxed)
        try? Self.send(Self.text(.watchdog), to: address, CInt(MSG_DONTWAIT))
    }

    private static func text(_ message: Message) -> String {
        switch message {
        case .ready: "READY=1"
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds())"
        case .stopping: "STOPPING=1"
        case .watchdog: "WATCHDOG=1"
        case .status(let text): "STATUS=" + String(text.map { $0.isNewline ? " " : $0 })
        }
    }

    private static func send(_ text: String, to address: String, _ flags: CInt = 0) throws(SystemError) {
        guard let target = UnixAddress(notifySocket: address) else {
            throw SystemError("using NOTIFY_SOCKET \(address)", code: EINVAL)
        }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("making a socket for systemd") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let sent = target.withPointer { sendto(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL) | flags, $0, $1) }
        guard sent == bytes.count else { throw SystemError("telling systemd") }
    }

    private static func monotonicMicroseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
    }
}

/// The environment of this process.
package enum Environment {
    /// The value of a variable, or `nil` if it is not set.
    package static func value(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

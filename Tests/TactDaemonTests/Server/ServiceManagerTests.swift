import Glibc
import TactAPI
import TactService
import Testing

@testable import TactDaemon

/// What systemd is told, and what it tells us.
@Suite
struct ServiceManagerTests {
    let directory = TestDirectory()

    @Test(arguments: [false, true])
    func messagesReachTheNotifySocket(isAbstract: Bool) throws {
        let name = (isAbstract ? "@" : "") + directory.file("notify")
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        #expect(UnixAddress(notifySocket: name)?.withPointer { bind(descriptor, $0, $1) } == 0)
        let manager = ServiceManager { $0 == "NOTIFY_SOCKET" ? name : nil }
        #expect(manager.isPresent)
        func received() -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
        try manager.notify(.ready, .status("serving\nwell"))
        #expect(received() == "READY=1\nSTATUS=serving well")
        try manager.notify(.reloading)
        #expect(received().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        try manager.notify(.watchdog, .stopping)
        #expect(received() == "WATCHDOG=1\nSTOPPING=1")
    }

    @Test func withoutSystemdNothingIsSent() throws {
        let manager = ServiceManager { _ in nil }
        #expect(!manager.isPresent)
        #expect(manager.watchdogInterval == nil)
        try manager.notify(.ready)
        let gone = ServiceManager { $0 == "NOTIFY_SOCKET" ? "/nonexistent/notify" : nil }
        #expect(throws: SystemError.self) { try gone.notify(.ready) }
    }

    @Test func theWatchdogIsForThisProcessOnly() {
        func interval(_ microseconds: String, pid: String?) -> UInt64? {
            ServiceManager { ["WATCHDOG_USEC": microseconds, "WATCHDOG_PID": pid][$0] ?? nil }.watchdogInterval
        }
        #expect(interval("30000000", pid: nil) == 30_000_000_000)
        #expect(interval("30000000", pid: String(getpid())) == 30_000_000_000)
        #expect(interval("30000000", pid: "1") == nil)
        #expect(interval("0", pid: nil) == nil)
        #expect(interval("soon", pid: nil) == nil)
        #expect(interval(String(UInt64.max), pid: nil) == nil)
    }

    @Test func inheritedSocketsAreThoseMeantForUs() {
        func names(_ pid: String?, _ count: String?, _ names: String?) -> [String] {
            InheritedSockets.parse(pid: pid, count: count, names: names, ownPid: 7).map { "\($0.number)=\($0.name)" }
        }
        #expect(names("7", "2", "tact:") == ["3=tact", "4=unknown"])
        #expect(names("7", "1", nil) == ["3=unknown"])
        #expect(names("8", "1", "tact") == [])
        #expect(names(nil, "1", "tact") == [])
        #expect(names("7", "-1", "tact") == [])
        #expect(names("7", "99999999999", "tact") == [])
        #expect(names("7", "x", "tact") == [])
    }

    @Test(.timeLimit(.minutes(1)))
    func signalsArriveAsASequence() async throws {
        var signals = try Signals.stream().makeAsyncIterator()
        for (number, expected) in [(SIGHUP, Signals.Signal.reload), (SIGTERM, .stop), (SIGINT, .stop)] {
            kill(getpid(), number)
            #expect(await signals.next() == expected)
        }
    }
}

import Foundation
import Glibc
import Synchronization
import TactAPI
import Testing

/// A terminal, and a program that believes to be on it.
private final class Terminal: Sendable {
    let child: Child
    private let master: Int32
    private let slave: Int32
    private let seen = Mutex("")

    struct Missing: Error {}

    init(_ program: String, _ arguments: [String], environment: [String: String]) throws {
        // As posix_openpt(3), unlockpt(3) and ptsname(3) do it, which are not to be had here.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number) = (Int32(0), Int32(-1))
        guard master >= 0, ioctl(master, 0x4004_5431, &isLocked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw Missing()
        }
        slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw Missing() }
        child = try Child(
            program, arguments, environment: environment, output: "/dev/null",
            descriptors: [STDIN_FILENO: slave, STDOUT_FILENO: slave, STDERR_FILENO: slave])
        read()
    }

    deinit {
        child.signal(SIGKILL)
        close(slave)
    }

    /// All that was written so far.
    var text: String { seen.withLock { $0 } }
    /// What was written since this was last asked.
    func forget() { seen.withLock { $0 = "" } }

    func type(_ keys: String) { _ = write(master, keys, keys.utf8.count) }

    func resize(_ lines: UInt16, _ columns: UInt16) {
        var size = winsize(ws_row: lines, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        // The kernel tells only programs that the terminal controls.
        child.signal(SIGWINCH)
    }

    /// Whether keys are shown and come line by line, as a shell wants it.
    var isAsBefore: Bool {
        var settings = termios()
        tcgetattr(slave, &settings)
        return settings.c_lflag & tcflag_t(ICANON | ECHO) == tcflag_t(ICANON | ECHO)
    }

    private func read() {
        let master = master
        Thread.detachNewThread { [weak self] in
            var bytes = [UInt8](repeating: 0, count: 64 * 1024)
            while true {
                let count = Glibc.read(master, &bytes, bytes.count)
                guard count > 0, let self else { break }
                seen.withLock { $0 += String(decoding: bytes[..<count], as: UTF8.self) }
            }
            close(master)
        }
    }
}

/// `tactctl top` on a terminal, and elsewhere.
@Suite struct TopTests {
    private static let opening = "\u{1B}[?1049h"
    private static let closing = "\u{1B}[?1049l"

    private func onTerminal(
        environment: [String: String] = [:], _ body: (Daemon, Terminal) async throws -> Void
    ) async throws {
        try await Daemon.run(Policies.plain) { daemon in
            try await daemon.submit(to: "ann")
            try await daemon.submit(to: "ben", ["not_before": "2100-01-01T00:00:00Z"])
            let environment = ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 }
            let terminal = try Terminal(
                Daemon.programs + "/tactctl", ["--socket", daemon.socket, "top"], environment: environment)
            terminal.resize(40, 120)
            try await eventually("it is drawn") { terminal.text.contains("CHANNEL") && terminal.text.contains("news") }
            #expect(terminal.text.hasPrefix(TopTests.opening))
            try await body(daemon, terminal)
            #expect(terminal.isAsBefore)
            try await eventually("nothing is written after it") { terminal.text.hasSuffix(TopTests.closing) }
        }
    }

    @Test func itShowsWhatHappensUntilAKeyQuits() async throws {
        try await onTerminal { daemon, terminal in
            #expect(!terminal.isAsBefore)
            let lease = try #require(try await daemon.lease().first)
            try await daemon.report(lease, "delivered")
            try await eventually("the delivery is seen") { terminal.text.contains("1 \u{1B}[32mdelivered") }
            terminal.forget()
            terminal.type("s")
            try await eventually("it sorts and draws anew") { terminal.text.contains("CHANNEL") }
            terminal.resize(3, 120)
            try await Task.sleep(for: .milliseconds(50))
            terminal.forget()
            terminal.resize(3, 120)
            try await eventually("three lines are drawn") { terminal.text.components(separatedBy: "\r\n").count == 3 }
            terminal.type("q")
            let end = try await terminal.child.waitForEnd()
            #expect(end == .code(0))
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func aSignalLeavesTheTerminalAsItWas(number: Int32) async throws {
        try await onTerminal { _, terminal in
            terminal.child.signal(number)
            let end = try await terminal.child.waitForEnd()
            #expect(end == .signal(number))
        }
    }

    @Test func itOutlivesTheDaemonAndTakesUpAgain() async throws {
        try await onTerminal { daemon, terminal in
            try await daemon.stop()
            terminal.forget()
            try await eventually("it says so") { terminal.text.contains("\u{1B}[31m") }
            try await daemon.start()
            terminal.forget()
            try await eventually("it goes on") { terminal.text.contains("all accounted for") }
            terminal.type("q")
            let end = try await terminal.child.waitForEnd()
            #expect(end == .code(0))
        }
    }

    @Test func withoutColourThereIsNone() async throws {
        try await onTerminal(environment: ["NO_COLOR": "1"]) { _, terminal in
            #expect(!terminal.text.contains("\u{1B}[1m") && !terminal.text.contains("\u{1B}[32m"))
            terminal.type("q")
            try await terminal.child.waitForEnd()
        }
    }

    @Test func elsewhereItIsOnePlainSnapshot() async throws {
        try await Daemon.run(Policies.plain) { daemon in
            try await daemon.submit(to: "ann")
            let result = try await onThread { try CLICommand.run(["top"], socket: daemon.socket) }
            #expect(result.status == 0 && result.stdout.contains("news") && !result.stdout.contains("\u{1B}"))
            let json = try await onThread { try CLICommand.run(["top", "--output", "json"], socket: daemon.socket) }
            #expect(try JSON(parsing: json.stdout)["topics"]?[0]?["pending"] == 1)
            #expect(try await onThread { try CLICommand.run(["top"]).status } == 69)
        }
    }
}

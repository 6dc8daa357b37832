import Dispatch
import Glibc
import Synchronization

/// The whole terminal, for as long as a command draws on it. However the process ends, the terminal is as it was before.
struct Screen: Sendable {
    enum Event: Sendable, Equatable {
        case key(UInt8)
        /// The window has another size, or is ours again.
        case resized
        /// Ctrl-C, or whoever ends processes.
        case ended(by: Int32)
        /// Ctrl-Z.
        case suspended
    }

    /// Another page than the shell's, no cursor, and lines that end at the edge instead of going on below.
    private static let opening = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
    private static let closing = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
    private static let watched = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP]

    /// What comes from the keyboard and from the system.
    let events: AsyncStream<Event>

    /// Takes the terminal. To be called once.
    init() throws(Failure) {
        var ends: (reading: CInt, writing: CInt) = (-1, -1)
        let made = withUnsafeMutableBytes(of: &ends) { pipe($0.assumingMemoryBound(to: CInt.self).baseAddress) }
        guard made == 0 else { throw Failure(.software, "a pipe cannot be made.", advice: "Close some programs.") }
        signalPipe = ends.writing
        for end in [ends.reading, ends.writing] {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        atexit { Screen.giveBack() }
        for number in Screen.watched { signal(number, passOn) }
        events = Screen.read(ends.reading)
        take()
    }

    /// How many lines and columns there are.
    var size: (lines: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return (24, 80)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Shows a text from the top; what does not fit is left out.
    func show(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(size.lines)
        Console.stdout.write("\u{1B}[H" + lines.joined(separator: "\u{1B}[K\r\n") + "\u{1B}[K\u{1B}[J")
    }

    /// Gives the terminal back and stops, as Ctrl-Z asks; returns when the process goes on.
    func suspend() {
        Screen.giveBack()
        kill(getpid(), SIGSTOP)
        take()
    }

    /// Gives the terminal back and ends as the signal would have ended us.
    func end(by number: Int32) -> Never {
        Screen.giveBack()
        signal(number, SIG_DFL)
        // Not raise: threads of tasks take no signals.
        kill(getpid(), number)
        while true { pause() }
    }

    // MARK: Taking and giving back

    private func take() {
        var now = termios()
        if tcgetattr(STDIN_FILENO, &now) == 0 {
            before.withLock { $0 = now }
            // Keys come at once and unseen; Ctrl-C and Ctrl-Z stay what they are.
            now.c_lflag &= ~tcflag_t(ICANON | ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &now)
        }
        isTaken.store(true, ordering: .relaxed)
        Console.stdout.write(Screen.opening)
    }

    static func giveBack() {
        guard isTaken.exchange(false, ordering: .relaxed) else { return }
        // Not through Console, which ends the process when the terminal is gone: we may be on our way out.
        _ = Screen.closing.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
        if var settings = before.withLock({ $0 }) { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
    }

    // MARK: Events

    private static func read(_ signals: CInt) -> AsyncStream<Event> {
        AsyncStream { continuation in
            DispatchQueue(label: "tactctl.events").async {
                var hears = isatty(STDIN_FILENO) == 1
                while true {
                    var sources = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
                    if hears { sources.append(pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)) }
                    guard poll(&sources, nfds_t(sources.count), -1) >= 0 || errno == EINTR else { return }
                    var byte: UInt8 = 0
                    while Glibc.read(signals, &byte, 1) == 1 { continuation.yield(event(Int32(byte))) }
                    guard hears, sources[1].revents != 0 else { continue }
                    if Glibc.read(STDIN_FILENO, &byte, 1) == 1 {
                        continuation.yield(.key(byte))
                    } else if errno != EINTR && errno != EAGAIN {
                        hears = false
                    }
                }
            }
        }
    }

    private static func event(_ number: Int32) -> Event {
        switch number {
        case SIGWINCH: .resized
        case SIGTSTP: .suspended
        default: .ended(by: number)
        }
    }
}

/// How the terminal was before it was taken.
private let before = Mutex<termios?>(nil)
private let isTaken = Atomic<Bool>(false)

/// The pipe into which the signal handler writes; set before the first signal can come.
private nonisolated(unsafe) var signalPipe: CInt = -1

/// The signal handler. Only what signal-safety(7) allows.
private func passOn(_ number: CInt) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    write(signalPipe, &byte, 1)
    errno = saved
}

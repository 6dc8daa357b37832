import Glibc

/// One of the standard streams.
struct Console: Sendable {
    let descriptor: Int32

    static let stdout = Console(descriptor: STDOUT_FILENO)
    static let stderr = Console(descriptor: STDERR_FILENO)

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// How many columns the terminal has; 80 where it does not say.
    var width: Int {
        var size = winsize()
        if isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 { return Int(size.ws_col) }
        return getenv("COLUMNS").flatMap { Int(String(cString: $0)) }.flatMap { $0 >= 20 ? $0 : nil } ?? 80
    }

    /// Whether it is a terminal on which text can be put at a place.
    var canBeDrawnOn: Bool {
        let isDumb = getenv("TERM").map { ["", "dumb"].contains(String(cString: $0)) } ?? true
        return isTerminal && !isDumb
    }

    /// Colours, on a terminal that has them and where nobody minds (https://no-color.org).
    var style: Style {
        let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
        return Style(isColoured: isTerminal && !refused && !isDumb)
    }

    func write(_ text: String) {
        var text = text
        text.withUTF8 { write($0) }
    }

    func write(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { write($0) } }

    /// Writes all of it. When the reader is gone the process ends as any other in a pipe does.
    func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeBufferPointer(rebasing: rest)
            let count = Glibc.write(descriptor, part.baseAddress, part.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                signal(SIGPIPE, SIG_DFL)
                raise(SIGPIPE)
            } else if errno == EAGAIN {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wanted, 1, -1)
            } else if errno != EINTR {
                exit(Failure.Code.ioError.rawValue)
            }
        }
    }
}

/// Colours and weights, or none.
struct Style: Sendable {
    enum Ink: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case magenta = "35"
        case cyan = "36"
    }

    var isColoured: Bool

    static let plain = Style(isColoured: false)

    func paint(_ text: String, _ ink: Ink?) -> String {
        guard isColoured, let ink, !text.isEmpty else { return text }
        return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
    }

    /// The colour of a message's state.
    func state(_ name: String) -> String {
        switch name {
        case "delivered", "digested": paint(name, .green)
        case "pending": paint(name, .cyan)
        case "leased": paint(name, .blue)
        case "failed", "expired": paint(name, .red)
        case "suppressed", "cancelled": paint(name, .yellow)
        default: TerminalText.safe(name)
        }
    }
}

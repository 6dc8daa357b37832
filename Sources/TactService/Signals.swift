import Dispatch
import Glibc

/// The signals that tell the daemon what to do, as a sequence.
package enum Signals {
    /// What a signal means to us.
    package enum Signal: Equatable, Sendable {
        /// SIGTERM or SIGINT: finish and exit.
        case stop
        /// SIGHUP: read the configuration again.
        case reload
    }

    /// The signals from now on: none is lost. They no longer end the process, and neither does SIGPIPE. To be called
    /// once, early.
    package static func stream() throws(SystemError) -> AsyncStream<Signal> {
        var ends: (reading: CInt, writing: CInt) = (-1, -1)
        try withUnsafeMutableBytes(of: &ends) { bytes throws(SystemError) in
            guard pipe(bytes.assumingMemoryBound(to: CInt.self).baseAddress) == 0 else {
                throw SystemError("making a pipe for signals")
            }
        }
        for end in [ends.reading, ends.writing] {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        signalPipe = ends.writing
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number, passOn)
        }
        return read(from: ends.reading)
    }

    private static func read(from descriptor: CInt) -> AsyncStream<Signal> {
        AsyncStream { continuation in
            let source = DispatchSource.makeReadSource(
                fileDescriptor: descriptor, queue: DispatchQueue(label: "tact.signals"))
            source.setEventHandler {
                var number: UInt8 = 0
                while Glibc.read(descriptor, &number, 1) == 1 {
                    continuation.yield(CInt(number) == SIGHUP ? .reload : .stop)
                }
            }
            source.activate()
            let kept = Kept(source: source)
            continuation.onTermination = { _ in kept.source.cancel() }
        }
    }

    /// A dispatch source lives as long as the stream. It may be used from any thread, which its type does not say.
    private struct Kept: @unchecked Sendable {
        let source: any DispatchSourceRead
    }
}

/// The pipe into which the signal handler writes; set before the first signal can come.
private nonisolated(unsafe) var signalPipe: CInt = -1

/// The signal handler. Only what signal-safety(7) allows: it writes the signal's number into the pipe.
private func passOn(_ number: CInt) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    write(signalPipe, &byte, 1)
    errno = before
}

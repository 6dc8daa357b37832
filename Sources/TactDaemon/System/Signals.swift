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

    /// The signals from now on. They no longer end the process, and neither does SIGPIPE. To be called once, before
    /// there is anything to stop.
    package static func stream() -> AsyncStream<Signal> {
        signal(SIGPIPE, SIG_IGN)
        return AsyncStream { continuation in
            let queue = DispatchQueue(label: "tact.signals")
            let meanings: [(CInt, Signal)] = [(SIGTERM, .stop), (SIGINT, .stop), (SIGHUP, .reload)]
            let sources = meanings.map { number, meaning in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler { continuation.yield(meaning) }
                source.activate()
                return source
            }
            let kept = Kept(sources: sources)
            continuation.onTermination = { _ in kept.cancel() }
        }
    }

    /// Dispatch sources live as long as the stream. They may be used from any thread, which their type does not say.
    private struct Kept: @unchecked Sendable {
        let sources: [any DispatchSourceSignal]

        func cancel() {
            for source in sources {
                source.cancel()
            }
        }
    }
}

import Dispatch
import Glibc
import Logging
import Synchronization
import TactService

/// Accepts connections on a queue of its own: it may ask the name service, and that may take its time.
final class Acceptor: Sendable {
    private let socket: ListeningSocket
    private let names: UserNames
    private let logger: Logger
    private let accepted: @Sendable (CInt, Peer) -> Void
    private let queue = DispatchQueue(label: "tact.accept")
    /// Whether connections wait for want of descriptors or memory.
    private let isPausing = Atomic<Bool>(false)
    private nonisolated(unsafe) let source: any DispatchSourceRead  // Dispatch sources may be used from any thread.

    /// Accepts on `socket` until `stop()`, which closes it. `accepted` owns the descriptors it gets.
    init(
        _ socket: ListeningSocket, names: UserNames, logger: Logger,
        accepted: @escaping @Sendable (CInt, Peer) -> Void
    ) {
        self.socket = socket
        self.names = names
        self.logger = logger
        self.accepted = accepted
        source = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue)
        _ = fcntl(socket.descriptor, F_SETFL, fcntl(socket.descriptor, F_GETFL) | O_NONBLOCK)
        source.setEventHandler { [weak self] in
            self?.acceptAll()
        }
        source.activate()
    }

    /// Stops accepting and closes the socket.
    func stop() async {
        await withCheckedContinuation { stopped in
            source.setCancelHandler { [socket] in
                socket.close()
                stopped.resume()
            }
            source.cancel()
        }
    }

    private func acceptAll() {
        while !source.isCancelled {
            let descriptor = accept(socket.descriptor, nil, nil)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                if isPausing.exchange(false, ordering: .relaxed) { logger.notice("new clients are served again") }
                admit(descriptor)
                continue
            }
            switch errno {
            case EAGAIN: return
            case EINTR, ECONNABORTED: continue
            default: return pause(SystemError("accepting a connection"))
            }
        }
    }

    private func admit(_ descriptor: CInt) {
        do throws(SystemError) {
            accepted(descriptor, try Peer(ofSocket: descriptor, names: names))
        } catch {
            // Without credentials there is no telling what the peer may do.
            logger.warning("A connection was refused", metadata: ["error": "\(error)"])
            Glibc.close(descriptor)
        }
    }

    /// Out of descriptors or memory: the connection stays in the backlog, and trying at once would only spin.
    private func pause(_ error: SystemError) {
        if !isPausing.exchange(true, ordering: .relaxed) {
            logger.warning(
                "new clients have to wait; see who holds so many connections (ss -xp), or raise LimitNOFILE= of tactd.service",
                metadata: ["error": "\(error)"])
        }
        source.suspend()
        queue.asyncAfter(deadline: .now() + .milliseconds(100)) {
            self.source.resume()
        }
    }
}

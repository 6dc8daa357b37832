import NIOCore
import Synchronization
import TactAPI

/// A body on its way from the daemon: no more of it is read than the browser takes. Whoever lets go of it ends it.
final class Pieces: Sendable {
    private let answer: Mutex<ClientAnswer?>

    init(_ answer: sending ClientAnswer) { self.answer = Mutex(answer) }

    /// What brings them, to the first who asks.
    func take() -> sending ClientAnswer? { answer.withLock { $0.take() } }
}

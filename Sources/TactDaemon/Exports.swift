import Synchronization
import TactAPI
import TactCore

/// The copies that people take of what is kept of them: how many are on their way, and which were written down already.
final class Exports: Sendable {
    /// Of one person's, at once.
    private static let most = 2
    /// A browser that asks again so soon asks for the same copy.
    private static let again = Duration.minutes(1)

    private struct State {
        var underWay: [Int64: Int] = [:]
        /// When the last copy was written down.
        var noted: [Int64: Timestamp] = [:]
    }

    private let state = Mutex(State())

    /// Begins a copy, which is to be ended. Answers whether it is another than the last one: then it is to be written
    /// down, and noted.
    func begin(_ recipient: Int64, now: Timestamp) throws(Problem) -> Bool {
        let isNew: Bool? = state.withLock { state in
            guard state.underWay[recipient, default: 0] < Exports.most else { return nil }
            state.underWay[recipient, default: 0] += 1
            // One from the future was noted before the clock was set back.
            state.noted = state.noted.filter { $0.value <= now && now < $0.value + Exports.again }
            return state.noted[recipient] == nil
        }
        guard let isNew else {
            throw Problem(
                .tooManyExports, "\(Exports.most) copies are on their way already. Wait until one of them is there.",
                retryAfter: .seconds(10))
        }
        return isNew
    }

    /// The copy is written down for good: not before, lest one be given out that never is.
    func note(_ recipient: Int64, now: Timestamp) { state.withLock { $0.noted[recipient] = now } }

    func end(_ recipient: Int64) {
        state.withLock { state in
            let left = state.underWay[recipient, default: 1] - 1
            state.underWay[recipient] = left > 0 ? left : nil
        }
    }
}

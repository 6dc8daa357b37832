import Synchronization

/// Counts what is under way, up to a bound in all, and up to a bound for each link.
final class UnderWay: Sendable {
    private let most: Int
    private let mostOfOne: Int
    private let counts = Mutex<[String: Int]>([:])

    init(most: Int, ofOne mostOfOne: Int) {
        self.most = most
        self.mostOfOne = mostOfOne
    }

    /// Takes a place, which is to be given back; false: there is none.
    func begin(_ link: String) -> Bool {
        counts.withLock { counts in
            guard counts.values.reduce(0, +) < most, counts[link, default: 0] < mostOfOne else { return false }
            counts[link, default: 0] += 1
            return true
        }
    }

    func end(_ link: String) {
        counts.withLock { counts in
            let left = counts[link, default: 1] - 1
            counts[link] = left > 0 ? left : nil
        }
    }
}

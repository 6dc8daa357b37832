import Synchronization
import TactCore
import TactEngine
import TactStore

/// What the daemon counts while it runs. What is done in transactions is counted when it is on disk, so nothing that was
/// taken back is ever in a count.
package final class Metrics: Sendable {
    /// What the writer and the scheduler count: a transaction at a time.
    struct Totals {
        var tally = Tally()
        /// Seconds from the begin of a transaction until it is on disk.
        var commitSeconds = Distribution([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10])
        /// How many requests and beats shared one transaction.
        var commitJobs = Distribution([1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
        var beats = 0
        var failures = 0
        var watchersDropped = 0
    }

    private let totals = Mutex(Totals())
    private let shortage = Atomic<Bool>(false)
    /// By route and status: see `place`. Apart from the others, for it is not the writer that counts here.
    private let answers = Mutex(Array(repeating: 0, count: RouteClass.allCases.count * statuses.count))
    private static let statuses = 100..<600

    package init() {}

    /// Whether the disk of the database is full.
    var isShortOfRoom: Bool {
        get { shortage.load(ordering: .relaxed) }
        set { shortage.store(newValue, ordering: .relaxed) }
    }

    var snapshot: Totals { totals.withLock { $0 } }

    /// A transaction is on disk; one that wrote nothing did not wait for it, and would only blur the picture.
    func add(_ commit: GroupCommit.Report, _ tally: Tally) {
        totals.withLock { totals in
            totals.tally.add(tally)
            guard commit.hasWritten else { return }
            totals.commitSeconds.add(Double(commit.microseconds) / 1_000_000)
            totals.commitJobs.add(Double(commit.jobs))
        }
    }

    func addBeat() { totals.withLock { $0.beats += 1 } }
    func addFailure() { totals.withLock { $0.failures += 1 } }
    func addDroppedWatcher() { totals.withLock { $0.watchersDropped += 1 } }

    // MARK: Requests

    /// An answer was begun.
    func addAnswer(_ route: RouteClass, status: Int) {
        guard let place = Metrics.place(route, status) else { return }
        answers.withLock { $0[place] += 1 }
    }

    /// How many answers there were, for every route and status that there were any of.
    var answered: [(route: RouteClass, status: Int, count: Int)] {
        let answers = answers.withLock { $0 }
        return RouteClass.allCases.flatMap { route in
            Metrics.statuses.compactMap { status in
                guard let place = Metrics.place(route, status), answers[place] > 0 else { return nil }
                return (route, status, answers[place])
            }
        }
    }

    private static func place(_ route: RouteClass, _ status: Int) -> Int? {
        statuses.contains(status) ? route.rawValue * statuses.count + status - statuses.lowerBound : nil
    }
}

import Foundation
import Glibc
import Synchronization
import TactAPI
import TactCore

/// What clients were told: by this the daemon is measured after a crash.
final class Book: Sendable {
    /// A lease as its worker knows it.
    private struct Held: Sendable {
        var lease: String
        /// The deadline cannot be before this, on the clock that no step moves.
        var lastsUntil: Timestamp
        /// What the worker has tried to report, whether or not it was answered.
        var tried: String?
    }

    private struct Pages: Sendable {
        /// Idempotency key to message, once it was acknowledged.
        var messages: [String: String] = [:]
        /// Idempotency keys with their bodies: all that was ever sent.
        var sent: [String: JSON] = [:]
        var held: [String: Held] = [:]
        var delivered: Set<String> = []
        var failures: [String] = []
        var answers = 0
        var releases = 0
        var unanswered = 0
    }

    private let pages = Mutex(Pages())

    /// Milliseconds of the clock that leases follow.
    static func steady() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    // MARK: Submissions

    func note(sending body: JSON, under key: String) { pages.withLock { $0.sent[key] = body } }

    func note(answer id: String, to key: String) {
        pages.withLock { pages in
            pages.answers += 1
            if let known = pages.messages[key], known != id {
                pages.failures.append("the key \(key) had the message \(known) and now has \(id)")
            }
            pages.messages[key] = id
        }
    }

    func noteUnanswered() { pages.withLock { $0.unanswered += 1 } }

    /// Every key with its body, and the message it was answered with.
    var submissions: [(key: String, body: JSON, id: String?)] {
        pages.withLock { pages in pages.sent.map { ($0.key, $0.value, pages.messages[$0.key]) } }
    }

    // MARK: Leases

    /// A worker has got a lease that lasts at least until then.
    func note(_ lease: Daemon.Lease, until: Timestamp) {
        let now = Book.steady()
        pages.withLock { pages in
            pages.releases += 1
            if pages.delivered.contains(lease.id) {
                pages.failures.append("\(lease.id) was delivered and has been released again")
            }
            if let held = pages.held[lease.id], held.tried != "retry", held.tried != "returned", now < held.lastsUntil {
                let early = held.lastsUntil - now
                pages.failures.append(
                    "\(lease.id) was released again \(early.milliseconds) ms before its lease was over")
            }
            pages.held[lease.id] = Held(lease: lease.lease, lastsUntil: until)
        }
    }

    /// A worker asks for another deadline. Until it is answered, either may hold.
    func note(extending lease: Daemon.Lease, to deadline: Timestamp) {
        change(lease) { $0.lastsUntil = min($0.lastsUntil, deadline) }
    }

    func note(extended lease: Daemon.Lease, to deadline: Timestamp) { change(lease) { $0.lastsUntil = deadline } }

    func note(trying outcome: String, of lease: Daemon.Lease) { change(lease) { $0.tried = outcome } }

    /// A report was answered.
    func note(_ result: String, to outcome: String, of lease: Daemon.Lease) {
        let now = Book.steady()
        pages.withLock { pages in
            guard let held = pages.held[lease.id], held.lease == lease.lease else { return }
            switch result {
            case "ok":
                if outcome == "delivered" { pages.delivered.insert(lease.id) }
            case "lapsed" where now < held.lastsUntil:
                let early = held.lastsUntil - now
                pages.failures.append("the lease of \(lease.id) was lost \(early.milliseconds) ms before its end")
            case "lapsed": break
            default: pages.failures.append("the report of \(lease.id) was answered with \(result)")
            }
        }
    }

    private func change(_ lease: Daemon.Lease, _ body: (inout Held) -> Void) {
        pages.withLock { pages in
            guard var held = pages.held[lease.id], held.lease == lease.lease else { return }
            body(&held)
            pages.held[lease.id] = held
        }
    }

    // MARK: What comes of it

    var delivered: Set<String> { pages.withLock { $0.delivered } }
    var failures: [String] { pages.withLock { $0.failures } }
    func fail(_ text: String) { pages.withLock { $0.failures.append(text) } }

    var figures: String {
        pages.withLock {
            "\($0.sent.count) keys, \($0.answers) answers, \($0.unanswered) requests cut off, \($0.releases) releases, "
                + "\($0.delivered.count) deliveries"
        }
    }
}

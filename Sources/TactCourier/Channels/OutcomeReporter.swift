import Logging
import Synchronization
import TactCore

/// Tells the daemon what became of messages: many at once, and again until it has heard.
final class OutcomeReporter: Sendable {
    private struct State {
        var reports: [DaemonLink.Report] = []
        var isSending = false
        var whenEmpty: [CheckedContinuation<Void, Never>] = []
    }

    private static let shortestPause = Duration(milliseconds: 100)
    private static let longestPause = Duration.seconds(5)

    private let link: DaemonLink
    private let logger: Logger
    private let state = Mutex(State())

    init(_ link: DaemonLink, logger: Logger) {
        self.link = link
        self.logger = logger
    }

    func report(_ parcel: Parcel, _ verdict: Verdict) {
        let starts = state.withLock { state in
            state.reports.append(DaemonLink.Report(id: parcel.id, lease: parcel.lease, verdict: verdict))
            defer { state.isSending = true }
            return !state.isSending
        }
        if starts { Task { await send() } }
    }

    /// When all that was reported so far has been told.
    func allTold() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.isSending { state.whenEmpty.append(continuation) }
                return !state.isSending
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func send() async {
        while let reports = next() {
            var pause = OutcomeReporter.shortestPause
            while true {
                do {
                    let receipts = try await link.report(reports)
                    for receipt in receipts where receipt.result != "ok" { warn(receipt) }
                    break
                } catch let refused as DaemonLink.Refused
                    where (400..<500).contains(refused.status) && refused.status != 429
                {
                    // Saying it again would change nothing; the leases lapse.
                    logger.error(
                        "outcomes were refused; does [access] in tactd.toml give the courier's user the role “work”?",
                        metadata: ["count": "\(reports.count)", "reason": "\(refused)"])
                    break
                } catch {
                    logger.warning(
                        "outcomes could not be told; trying again",
                        metadata: ["count": "\(reports.count)", "reason": "\(error)"])
                    try? await Task.sleep(for: .milliseconds(pause.milliseconds))
                    pause = min(pause + pause, OutcomeReporter.longestPause)
                }
            }
        }
    }

    private func next() -> [DaemonLink.Report]? {
        let (reports, idle) = state.withLock { state -> ([DaemonLink.Report], [CheckedContinuation<Void, Never>]) in
            let reports = Array(state.reports.prefix(DaemonLink.mostReports))
            state.reports.removeFirst(reports.count)
            guard reports.isEmpty else { return (reports, []) }
            state.isSending = false
            defer { state.whenEmpty = [] }
            return ([], state.whenEmpty)
        }
        for continuation in idle { continuation.resume() }
        return reports.isEmpty ? nil : reports
    }

    private func warn(_ receipt: DaemonLink.Receipt) {
        logger.warning(
            "an outcome came too late: the lease is over, and the message may go out again",
            metadata: ["message": .string(receipt.id), "result": .string(receipt.result)])
    }
}

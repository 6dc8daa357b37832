import Logging
import Synchronization
import TactCore
import TactService

/// Tells the daemon what became of messages: many at once, and again until it has heard.
final class OutcomeReporter: Sendable {
    private struct State {
        var reports: [DaemonLink.Report] = []
        var isSending = false
        /// The last try to tell has failed.
        var isStuck = false
    }

    private static let shortestPause = Duration(milliseconds: 100)
    private static let longestPause = Duration.seconds(5)
    /// Who delivers and cannot tell, delivers twice: beyond so many untold outcomes no more messages are taken.
    private static let mostUntold = 1000

    private let link: DaemonLink
    private let logger: Logger
    private let state = Mutex(State())

    init(_ link: DaemonLink, logger: Logger) {
        self.link = link
        self.logger = logger
    }

    /// Whether the daemon hears, and little waits to be told.
    var keepsUp: Bool { state.withLock { !$0.isStuck && $0.reports.count < OutcomeReporter.mostUntold } }

    func report(_ parcel: Parcel, _ verdict: Verdict) {
        let starts = state.withLock { state in
            state.reports.append(DaemonLink.Report(id: parcel.id, lease: parcel.lease, verdict: verdict))
            defer { state.isSending = true }
            return !state.isSending
        }
        if starts { Task { await send() } }
    }

    /// When all that was reported so far has been told, or `limit` is over. Answers how many are left untold.
    func allTold(within limit: Duration) async -> Int {
        let end = SteadyClock.now + limit
        while state.withLock({ $0.isSending }), SteadyClock.now < end {
            try? await Task.sleep(for: .milliseconds(10))
        }
        return state.withLock { $0.reports.count }
    }

    // MARK: Telling

    private func send() async {
        while let reports = next() {
            await tell(reports)
            state.withLock { $0.reports.removeFirst(reports.count) }
        }
    }

    /// The next reports, which stay where they are until they are told.
    private func next() -> [DaemonLink.Report]? {
        state.withLock { state in
            let reports = Array(state.reports.prefix(DaemonLink.mostReports))
            state.isSending = !reports.isEmpty
            return reports.isEmpty ? nil : reports
        }
    }

    private func tell(_ reports: [DaemonLink.Report]) async {
        var pause = OutcomeReporter.shortestPause
        while true {
            do {
                let receipts = try await link.report(reports)
                state.withLock { $0.isStuck = false }
                for receipt in receipts where receipt.result != "ok" { warn(receipt) }
                return
            } catch let refused as DaemonLink.Refused where refused.isAboutContent {
                // One that the daemon does not take must not cost the others theirs.
                return await tell(oneByOne: reports, refused)
            } catch {
                state.withLock { $0.isStuck = true }
                logger.warning(
                    "outcomes could not be told; trying again",
                    metadata: ["count": "\(reports.count)", "reason": "\(error)"])
                try? await Task.sleep(for: .milliseconds(pause.milliseconds))
                pause = min(pause + pause, OutcomeReporter.longestPause)
            }
        }
    }

    private func tell(oneByOne reports: [DaemonLink.Report], _ refused: DaemonLink.Refused) async {
        guard reports.count == 1, var report = reports.first else {
            for report in reports { await tell([report]) }
            return
        }
        if report.verdict.detail != nil || report.verdict.words != nil {
            report.verdict.detail = nil
            report.verdict.words = nil
            return await tell([report])
        }
        logger.error(
            "an outcome was refused, and the message goes out again when its lease is over",
            metadata: ["message": .string(report.id), "reason": "\(refused)"])
    }

    private func warn(_ receipt: DaemonLink.Receipt) {
        logger.warning(
            "an outcome came too late: the lease is over, and the message may go out again",
            metadata: ["message": .string(receipt.id), "result": .string(receipt.result)])
    }
}

extension DaemonLink.Refused {
    /// Whether saying the same again would change nothing. Who may not work is told in time, by whoever writes `[access]`.
    fileprivate var isAboutContent: Bool { status == 400 || status == 413 || status == 422 }
}

/// Leases one message after the other, delivers it, and reports.
struct Worker: Sendable {
    let tactd: Tactd
    let channels: [String]
    /// How long each lease is; it is extended every third of that.
    let length: Duration
    let deliver: @Sendable (Leased) async -> Outcome

    /// How long a request for messages waits for the first.
    private static let wait = Duration.seconds(30)
    /// Between one failure of the daemon's and the next try.
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(30)

    /// Answers why it ended: nil if it was cancelled.
    func run() async -> TactError? {
        while !Task.isCancelled {
            do throws(TactError) {
                let leased = try await persist { () throws(TactError) in
                    try await tactd.lease(channels, for: length, wait: Worker.wait)
                }
                for message in leased { try await handle(message) }
            } catch {
                return error == .cancelled ? nil : error
            }
        }
        return nil
    }

    private func handle(_ message: Leased) async throws(TactError) {
        let outcome = await keeping(message) { await deliver(message) }
        // In a task of its own: what happened is reported also when this one was cancelled meanwhile.
        let report = Task { () -> TactError? in
            do throws(TactError) {
                try await persist(tries: 3) { () throws(TactError) in try await tactd.report(message, outcome) }
                return nil
            } catch {
                return error
            }
        }
        // A report that cannot be made is no reason to stop: the lease lapses, and the message is delivered again.
        if let error = await report.value, !error.mayPass { throw error }
    }

    /// Extends the lease for as long as `body` runs.
    private func keeping(_ message: Leased, _ body: @escaping @Sendable () async -> Outcome) async -> Outcome {
        let keeper = Task {
            while (try? await Task.sleep(for: length / 3)) != nil {
                _ = try? await tactd.extend([message], for: length)
            }
        }
        defer { keeper.cancel() }
        return await body()
    }

    /// Repeats what fails for a reason that may pass.
    @discardableResult
    private func persist<Value>(
        tries: Int = .max, _ body: () async throws(TactError) -> Value
    ) async throws(TactError) -> Value {
        var pause = Worker.firstPause
        var left = tries
        while true {
            do throws(TactError) {
                return try await body()
            } catch {
                left -= 1
                guard error.mayPass, left > 0 else { throw error }
                guard (try? await Task.sleep(for: max(pause, error.retryAfter ?? .zero))) != nil else {
                    throw .cancelled
                }
                pause = min(pause * 2, Worker.longestPause)
            }
        }
    }
}

extension TactError {
    fileprivate var retryAfter: Duration? {
        guard case .refused(let problem) = self else { return nil }
        return problem.retryAfter
    }
}

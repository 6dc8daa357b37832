import Subprocess
import Synchronization
import TactAPI
import TactCore
import TactService

/// Delivers by a program that stays: each message is a line on its standard input, and it answers with a line on its
/// standard output when it is done with one, in any order.
final class LinesTransport: Transport {
    private struct Waiting {
        var answered: CheckedContinuation<Verdict, Never>
        /// On the steady clock.
        var until: Timestamp
    }

    private struct State {
        var waiting: [String: Waiting] = [:]
        /// The run that serves; nil: none.
        var session: Task<Void, Never>?
        var outbox = Outbox()
    }

    private let program: ProgramRun
    private let timeout: TactCore.Duration
    private let state = Mutex(State())

    init(_ settings: ProgramSettings, timeout: TactCore.Duration) {
        program = ProgramRun(command: settings.command, environment: settings.environment)
        self.timeout = timeout
    }

    func deliver(_ parcel: Parcel) async -> Verdict {
        let line = parcel.encoded() + [UInt8(ascii: "\n")]
        let until = SteadyClock.now + timeout
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNew = state.withLock { state in
                    guard state.waiting[parcel.id] == nil, !Task.isCancelled else { return false }
                    state.waiting[parcel.id] = Waiting(answered: continuation, until: until)
                    if state.session == nil {
                        state.outbox = Outbox()
                        state.session = Task { [self, outbox = state.outbox] in await serve(outbox) }
                    }
                    state.outbox.put(line)
                    return true
                }
                // Its lease has lapsed and come back while the program still has it; or we are told to stop.
                if !isNew { continuation.resume(returning: .returned("the program is not done with it")) }
            }
        } onCancel: {
            answer(parcel.id, .retry("the courier was told to stop before the program had answered"))
        }
    }

    /// The program is told by the end of its input, and has a while to go.
    func close() async {
        let session = state.withLock { state in
            state.outbox.close()
            return state.session
        }
        let hurry = Hurry()
        hurry.begin(cancelling: session)
        await session?.value
        hurry.end()
    }

    private func answer(_ id: String, _ verdict: Verdict) {
        let waiting = state.withLock { $0.waiting.removeValue(forKey: id) }
        waiting?.answered.resume(returning: verdict)
    }

    // MARK: One run

    /// Why a run is over before its program has ended.
    private enum Trouble: Error {
        case overdue
        case babble
    }

    private func serve(_ outbox: Outbox) async {
        let words = LastWords()
        let reason: String
        do {
            let status = try await run(outbox, words)
            reason = "the program ended (\(status))"
        } catch Trouble.overdue {
            reason = "the program did not answer within \(timeout.text)"
        } catch Trouble.babble {
            reason = "the program does not speak the protocol: a JSON object with id and outcome in each line"
        } catch {
            reason = Task.isCancelled ? "the program was told to stop" : "the program cannot be started, or broke off"
        }
        let left = state.withLock { state in
            state.session = nil
            defer { state.waiting = [:] }
            return state.waiting.values.map(\.answered)
        }
        let verdict = Verdict.retry(reason, isOutage: true)
            // Of several messages nobody knows whose trouble it tells of.
            .saying(left.count == 1 ? words.text : nil)
        for continuation in left { continuation.resume(returning: verdict) }
    }

    private func run(_ outbox: Outbox, _ words: LastWords) async throws -> TerminationStatus {
        let group = ProcessGroup()
        let hurry = Hurry()
        defer {
            hurry.end()
            group.end()
        }
        let result = try await Subprocess.run(
            program.configuration, input: .inputWriter, output: .sequence, error: .sequence
        ) { execution in
            group.lead(by: execution.processIdentifier.value)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    // A program that reads no more has ended, or soon will: the reader sees it, and its last answers.
                    while let lines = await outbox.take(),
                        (try? await execution.standardInputWriter.write(lines)) != nil
                    {}
                    try? await execution.standardInputWriter.finish()
                    try await Task.sleep(for: .seconds(1_000_000_000))
                }
                tasks.addTask { try? await words.hear(all: execution.standardError) }
                tasks.addTask { try await self.watch() }
                tasks.addTask { try await self.read(execution.standardOutput) }
                // Standard error may end early; all else ends the run.
                _ = try await tasks.next()
                _ = try await tasks.next()
                tasks.cancelAll()
            }
            // Who says nothing any more has no reason to stay.
            hurry.begin(cancelling: self.state.withLock { $0.session })
        }
        return result.terminationStatus
    }

    /// Looks for messages that have waited too long: what the program does with them, nobody knows.
    private func watch() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(250))
            let now = SteadyClock.now
            let isOverdue = state.withLock { $0.waiting.values.contains { $0.until <= now } }
            if isOverdue { throw Trouble.overdue }
        }
    }

    private func read(_ output: SubprocessOutputSequence) async throws {
        var lines = LineBuffer()
        var babble = 0
        for try await buffer in output {
            let complete = buffer.withUnsafeBytes { lines.take($0) }
            guard let complete else { throw Trouble.babble }
            for line in complete {
                guard let (id, verdict) = LinesTransport.verdict(line) else {
                    babble += 1
                    if babble > LinesTransport.patience { throw Trouble.babble }
                    continue
                }
                babble = 0
                answer(id, verdict)
            }
        }
    }

    /// So many lines in a row may be something else than an answer: a word of debugging, a warning of a library.
    private static let patience = 100

    /// `{"id":"…","outcome":"delivered"|"retry"|"failed","detail"?,"retry_after"?}`; nil for anything else.
    static func verdict(_ line: some Collection<UInt8>) -> (id: String, verdict: Verdict)? {
        guard let json = try? JSON(parsing: line), let id = json["id"]?.stringValue,
            let outcome = json["outcome"]?.stringValue.flatMap(Verdict.Outcome.init), outcome != .returned
        else { return nil }
        let words = json["detail"]?.stringValue.map { String($0.prefix(LastWords.most)) }
        switch outcome {
        case .delivered: return (id, .delivered)
        case .failed: return (id, .failed("the program refused it").saying(words))
        case .retry, .returned:
            let wait = json["retry_after"]?.stringValue.flatMap { try? TactCore.Duration($0) }
            return (id, .retry("the program asked to try again", after: wait).saying(words))
        }
    }
}

/// Cancels a task that does not come to its end by itself in time.
private final class Hurry: Sendable {
    private let timer = Mutex<Task<Void, any Error>?>(nil)

    func begin(cancelling task: Task<Void, Never>?) {
        timer.withLock { timer in
            timer = Task {
                try await Task.sleep(for: ProgramRun.grace)
                task?.cancel()
            }
        }
    }

    func end() { timer.withLock { $0?.cancel() } }
}

import Glibc
import Subprocess
import Synchronization
import SystemPackage
import TactCore

/// One run of a program: a clean environment, no shell, a process group of its own, which does not outlive it.
struct ProgramRun: Sendable {
    /// How it ended.
    enum Ending: Sendable, Equatable {
        case exited(CInt)
        case signalled(CInt)
        /// It is not there, or may not be run.
        case notStarted
        case timedOut
        case cancelled
    }

    /// By its absolute path, and its arguments.
    var command: [String]
    var environment: [String: String]

    /// What every program may expect; the admin's own values come first.
    static let path = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    /// From SIGTERM to SIGKILL.
    static let grace = Swift.Duration.seconds(2)

    var configuration: Configuration {
        var platform = PlatformOptions()
        // What the program starts belongs to it, and goes with it.
        platform.processGroupID = 0
        platform.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: ProgramRun.grace)
        ]
        let variables = environment.merging(ProgramRun.path) { own, _ in own }
        return Configuration(
            executable: .path(FilePath(command.first ?? "")), arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
            workingDirectory: "/", platformOptions: platform)
    }

    /// Runs it with `input` on its standard input, and waits for its end.
    ///
    /// - Returns: how it ended, and the last line that it wrote to its standard error.
    func run(input: [UInt8], timeout: TactCore.Duration) async -> (ending: Ending, lastWords: String?) {
        let words = LastWords()
        let group = ProcessGroup()
        defer { group.end() }
        do {
            let ending = try await TimeLimit.run(timeout) { try await run(input: input, words, group) }
            return (ending, words.text)
        } catch is TimeLimit.Exceeded {
            return (.timedOut, words.text)
        } catch is CancellationError {
            return (.cancelled, words.text)
        } catch {
            return (Task.isCancelled ? .cancelled : .notStarted, nil)
        }
    }

    private func run(input: [UInt8], _ words: LastWords, _ group: ProcessGroup) async throws -> Ending {
        let result = try await Subprocess.run(
            configuration, input: .inputWriter, output: .discarded, error: .sequence
        ) { execution in
            group.lead(by: execution.processIdentifier.value)
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    // A program that does not read all has its reasons, and its exit code.
                    _ = try? await execution.standardInputWriter.write(input)
                    try? await execution.standardInputWriter.finish()
                }
                // This fails where it has ended, and what it has started holds the other end.
                tasks.addTask { try? await words.hear(all: execution.standardError) }
            }
        }
        switch result.terminationStatus {
        case .exited(let code): return .exited(code)
        case .signaled(let number): return .signalled(number)
        }
    }
}

/// A program and what it has started.
final class ProcessGroup: Sendable {
    /// 0: nothing was started.
    private let leader = Atomic<pid_t>(0)

    func lead(by program: pid_t) { leader.store(program, ordering: .relaxed) }

    /// Ends what the program has left behind, now that it has ended itself.
    func end() {
        let leader = leader.load(ordering: .relaxed)
        if leader > 0 { kill(-leader, SIGKILL) }
    }
}

/// The end of what a program says on its standard error. However much it says, only that is kept.
final class LastWords: Sendable {
    /// In bytes.
    static let most = 500

    private let kept = Mutex<[UInt8]>([])

    func hear(all output: SubprocessOutputSequence) async throws {
        for try await buffer in output { buffer.withUnsafeBytes { hear($0) } }
    }

    func hear(_ bytes: some BidirectionalCollection<UInt8>) {
        kept.withLock { kept in
            kept += bytes.suffix(2 * LastWords.most)
            if kept.count > 2 * LastWords.most { kept.removeFirst(kept.count - 2 * LastWords.most) }
        }
    }

    /// The last line that is not empty, without control characters; nil: there is none.
    var text: String? {
        let bytes = kept.withLock { $0 }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { line in
            String(decoding: line.suffix(LastWords.most), as: UTF8.self)
                .filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
        }
        return lines.last { !$0.allSatisfy(\.isWhitespace) }
    }
}

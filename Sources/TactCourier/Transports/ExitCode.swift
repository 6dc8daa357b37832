import Glibc
import TactCore

/// What exit codes mean (sysexits.h).
enum ExitCode {
    /// - Parameters:
    ///   - name: the program, in messages: "the program", "sendmail".
    ///   - lastWords: what it said last.
    static func verdict(
        _ ending: ProgramRun.Ending, name: String, lastWords: String?, timeout: TactCore.Duration
    ) -> Verdict {
        let words = lastWords.map { ": " + $0 } ?? ""
        switch ending {
        case .exited(0): return .delivered
        case .exited(EX_TEMPFAIL): return .retry("\(name) asked to try again (75)\(words)", isOutage: true)
        case .exited(let code): return .failed("\(name) refused it (\(code))\(words)")
        case .signalled(let number): return .retry("\(name) was ended by signal \(number)\(words)", isOutage: true)
        case .notStarted:
            return .retry("\(name) cannot be started: is it there, and may the courier's user run it?", isOutage: true)
        case .timedOut: return .retry("\(name) did not finish within \(timeout.text)\(words)", isOutage: true)
        case .cancelled: return .retry("the courier was told to stop before \(name) had finished")
        }
    }
}

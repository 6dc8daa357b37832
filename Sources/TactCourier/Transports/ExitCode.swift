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
        switch ending {
        case .exited(0): .delivered
        case .exited(EX_TEMPFAIL): .retry("\(name) asked to try again (75)", isOutage: true).saying(lastWords)
        case .exited(let code): .failed("\(name) refused it (\(code))").saying(lastWords)
        case .signalled(let number): .retry("\(name) was ended by signal \(number)", isOutage: true).saying(lastWords)
        case .notStarted:
            .retry("\(name) cannot be started: is it there, and may the courier's user run it?", isOutage: true)
        case .timedOut: .retry("\(name) did not finish within \(timeout.text)", isOutage: true).saying(lastWords)
        case .cancelled: .retry("the courier was told to stop before \(name) had finished")
        }
    }
}

import TactAPI
import TactCore

/// Delivers by running a program for each message: the message as one JSON object on its standard input, and its exit
/// code as the outcome.
struct ProgramTransport: Transport {
    let run: ProgramRun
    let timeout: Duration

    init(_ settings: ProgramSettings, timeout: Duration) {
        run = ProgramRun(command: settings.command, environment: settings.environment)
        self.timeout = timeout
    }

    func deliver(_ parcel: Parcel) async -> Verdict {
        let (ending, lastWords) = await run.run(input: parcel.encoded() + [UInt8(ascii: "\n")], timeout: timeout)
        return ExitCode.verdict(ending, name: "the program", lastWords: lastWords, timeout: timeout)
    }

    func close() async {}
}

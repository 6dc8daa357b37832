import TactCore
import TactService

/// Delivers by mail: hands a message to the machine's own mail server, which queues it.
struct SendmailTransport: Transport {
    let settings: SendmailSettings
    let timeout: Duration

    func deliver(_ parcel: Parcel) async -> Verdict {
        guard let address = parcel.address else { return .failed("the recipient has no address for this channel") }
        guard MailAddress.isAddress(address) else {
            return .failed("the recipient's address is not a mail address of ASCII letters such as ann@example.org")
        }
        let mail: MailMessage
        do throws(MailMessage.Unusable) {
            mail = try MailMessage(parcel, to: address, settings, at: WallClock.now)
        } catch {
            return .failed(error.reason)
        }
        let run = ProgramRun(
            // -i: a line with a dot does not end the message. --: whatever the address begins with, it is no option.
            command: settings.command + ["-i", "-f", settings.envelopeFrom, "--", address], environment: [:],
            mayLeaveWork: true)
        let (ending, lastWords) = await run.run(input: mail.encoded(), timeout: timeout)
        return ExitCode.verdict(ending, name: "sendmail", lastWords: lastWords, timeout: timeout)
    }

    func close() async {}
}

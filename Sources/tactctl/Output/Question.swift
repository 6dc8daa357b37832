import Glibc

/// Asks before something that cannot be undone.
enum Question {
    /// Throws unless the answer is yes. Where nobody can be asked the answer is no.
    static func confirm(_ question: String) throws(Failure) {
        guard isatty(STDIN_FILENO) == 1, Console.stderr.isTerminal else {
            throw Failure(
                .usage, "there is nobody to ask: \(question)", advice: "Give --yes to go on without being asked.")
        }
        Console.stderr.write(TerminalText.safe(question) + " [y/N] ")
        let answer = readLine(strippingNewline: true)?.lowercased() ?? ""
        guard answer == "y" || answer == "yes" else { throw Failure(.notDone, "nothing was done") }
    }
}

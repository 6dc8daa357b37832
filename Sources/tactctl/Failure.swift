import TactAPI

/// Why a command did not do what it was asked to: what to say, what to do next, and how to exit.
struct Failure: Error, Equatable {
    /// Exit codes, as `sysexits.h` has them.
    enum Code: Int32 {
        /// There is no such thing, or it cannot be done as things stand.
        case notDone = 1
        case usage = 64
        case badData = 65
        case noInput = 66
        case unreachable = 69
        case software = 70
        case cannotCreate = 73
        case ioError = 74
        case tryLater = 75
        case notAllowed = 77
        case badConfiguration = 78
    }

    var code: Code
    var message: String
    /// What to do next; may be empty.
    var advice: String

    init(_ code: Code, _ message: String, advice: String = "") {
        self.code = code
        self.message = message
        self.advice = advice
    }

    /// As it is written to stderr.
    var text: String {
        let lines = [message] + (advice.isEmpty ? [] : advice.split(separator: "\n").map(String.init))
        return "tactctl: " + lines.map { TerminalText.safe($0, keepingLines: true) }.joined(separator: "\n  ") + "\n"
    }
}

extension Failure {
    /// No answer came.
    init(_ error: ClientError) {
        switch error {
        case .unreachable(_, .permissionDenied):
            self.init(
                .notAllowed, error.description,
                advice: "Join the group that owns the socket (log in again afterwards), or use sudo.")
        case .unreachable(_, .invalidPath): self.init(.usage, error.description)
        case .unreachable:
            self.init(
                .unreachable, error.description,
                advice: "See “systemctl status tactd”. Another socket is named with --socket or TACT_SOCKET.")
        case .disconnected, .unsent, .timedOut:
            self.init(
                .unreachable, error.description, advice: "See “systemctl status tactd” and “journalctl -u tactd”.")
        case .malformed, .tooLarge: self.init(.software, error.description)
        case .cancelled: self.init(.notDone, error.description)
        }
    }

    /// The daemon refused (RFC 9457).
    init(status: Int, problem: JSON?) {
        let title = problem?["title"]?.stringValue ?? "The daemon answered with status \(status)"
        let detail = problem?["detail"]?.stringValue
        let faults = problem?["errors"]?.arrayValue ?? []
        let lines: [String] =
            faults.count > 1
            ? faults.map { fault in
                "\(fault["pointer"]?.stringValue ?? ""): \(fault["detail"]?.stringValue ?? "")"
            } + (faults.count < Faults.most ? [] : ["These are the first \(Faults.most), there may be more."]) : []
        let kind = problem?["type"]?.stringValue.flatMap(ProblemKind.init(type:))
        self.init(
            Failure.code(status), title + (detail.map { lines.isEmpty ? ": " + $0 : "" } ?? "."),
            advice: (lines + [Failure.advice(kind)]).filter { !$0.isEmpty }.joined(separator: "\n"))
    }

    private static func code(_ status: Int) -> Code {
        switch status {
        case 400, 413, 415, 422: .badData
        case 403: .notAllowed
        case 408, 429, 503, 507: .tryLater
        case 500..<600: .software
        default: .notDone
        }
    }

    /// What to do about it, where the detail does not say so.
    private static func advice(_ kind: ProblemKind?) -> String {
        switch kind {
        case .notPending: "“tactctl explain ID” says what became of it."
        case .unknownTopic: "“GET /v1/topics” and the configuration list the topics there are."
        case .unknownChannel: "“tactctl channel list” lists the channels there are."
        case .tooManyPending, .tooManySubmissions, .overloaded, .shuttingDown, .tooManyConnections:
            "Try again later."
        case .diskFull: "Make room on the daemon's disk, then try again."
        case .internalError: "“journalctl -u tactd” may say more."
        case .idempotencyKeyReused: "Use a new --idempotency-key for another message."
        default: ""
        }
    }
}

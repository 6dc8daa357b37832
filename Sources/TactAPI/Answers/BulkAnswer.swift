import TactCore

/// What became of one line of a bulk submission.
package struct BulkLine: Answer {
    package enum Result: Sendable {
        case accepted(id: String, state: MessageState, plan: Message.Plan?, codes: [Finding.Code])
        case refused(Problem)
    }

    /// From 1; blank lines count.
    package var line: Int
    package var result: Result

    package init(line: Int, _ result: Result) {
        self.line = line
        self.result = result
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("line", line)
            switch result {
            case .accepted(let id, let state, let plan, let codes):
                $0.member("id", id)
                $0.member("state", state.name)
                $0.member(orNull: "plan", plan)
                $0.member("codes", codes)
            case .refused(let problem): $0.member("error", problem)
            }
        }
    }
}

/// The last line of a bulk submission with `answers=errors`.
package struct BulkSummary: Answer {
    /// Blank lines included.
    package var lines = 0
    package var accepted = 0
    /// Idempotent repetitions; not among the accepted.
    package var replayed = 0
    package var failed = 0

    package init() {}

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.name("summary")
            $0.object {
                $0.member("lines", lines)
                $0.member("accepted", accepted)
                $0.member("replayed", replayed)
                $0.member("failed", failed)
            }
        }
    }
}

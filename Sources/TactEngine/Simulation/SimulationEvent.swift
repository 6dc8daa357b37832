import TactAPI
import TactCore

/// One line of a simulation's output: a change of state, or a command that was refused.
package struct SimulationEvent: Answer {
    package enum What: Sendable {
        case state(MessageState, plan: Message.Plan?, channel: String?, codes: [Finding.Code], reason: Reason?)
        case refused(Problem)
    }

    package var at: Timestamp
    package var ref: String?
    package var what: What

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("at", at)
            $0.member(orNull: "ref", ref)
            switch what {
            case .refused(let problem): $0.member("error", problem)
            case .state(let state, let plan, let channel, let codes, let reason):
                $0.member("state", state.name)
                if state == .pending || state == .suppressed { $0.member(orNull: "plan", plan) }
                $0.member(ifAny: "channel", channel)
                $0.member("codes", codes)
                $0.member(ifAny: "reason", reason?.rawValue)
            }
        }
    }
}

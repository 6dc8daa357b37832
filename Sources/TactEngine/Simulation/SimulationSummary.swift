import TactAPI
import TactCore

/// What a simulated stretch of time came to, for a person.
package struct SimulationSummary: Sendable, Answer {
    /// How the messages of one topic, or all, fared.
    package struct Fate: Sendable, Answer {
        package var submitted = 0
        package var ended: [MessageState: Int] = [:]
        /// By code: what held or suppressed at submission, or in the end.
        package var why: [Finding.Code: Int] = [:]
        /// From submission to delivery.
        package var waits: [Duration] = []

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("submitted", submitted)
                for state in MessageState.allCases {
                    guard let count = ended[state], count > 0 else { continue }
                    $0.name(state.name)
                    $0.value(count)
                }
                $0.name("why")
                $0.object {
                    for code in Finding.Code.allCases {
                        guard let count = why[code] else { continue }
                        $0.name(code.rawValue)
                        $0.value(count)
                    }
                }
                $0.name("wait")
                $0.object {
                    let sorted = waits.sorted()
                    for (name, share) in SimulationSummary.shares {
                        guard let wait = sorted.percentile(share) else { continue }
                        $0.name(name)
                        $0.value(wait)
                    }
                }
            }
        }
    }

    package static let shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)]

    package private(set) var all = Fate()
    package private(set) var byTopic: [String: Fate] = [:]
    package private(set) var refused = 0
    private var submissions: [String: (topic: String, recipient: String, at: Timestamp, state: MessageState)] = [:]

    package init() {}

    /// Takes in what a simulation tells. `trace` tells topics and recipients of the refs.
    package mutating func take(_ event: SimulationEvent, topic: String?, recipient: String?) {
        switch event.what {
        case .refused: refused += 1
        case .state(let state, _, _, let codes, _):
            guard let ref = event.ref else { return }
            if submissions[ref] == nil {
                submissions[ref] = (topic ?? "?", recipient ?? "?", event.at, state)
                change(ref) { $0.submitted += 1 }
            }
            guard let known = submissions[ref] else { return }
            submissions[ref]?.state = state
            change(ref) { fate in
                for code in codes { fate.why[code, default: 0] += 1 }
                if state.isEnd { fate.ended[state, default: 0] += 1 }
                if state == .delivered { fate.waits.append(event.at - known.at) }
            }
        }
    }

    private mutating func change(_ ref: String, _ body: (inout Fate) -> Void) {
        guard let topic = submissions[ref]?.topic else { return }
        body(&all)
        body(&byTopic[topic, default: Fate()])
    }

    /// Messages that were not at an end when the run was.
    package var unfinished: Int { submissions.values.count { !$0.state.isEnd } }

    /// How many messages were delivered to each recipient, ascending.
    package var deliveredPerRecipient: [Int] {
        var counts: [String: Int] = [:]
        for submission in submissions.values {
            counts[submission.recipient, default: 0] += submission.state == .delivered ? 1 : 0
        }
        return counts.values.sorted()
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("all", all)
            $0.name("topics")
            $0.object {
                for (topic, fate) in byTopic.sorted(by: { $0.key < $1.key }) {
                    $0.name(topic)
                    fate.write(to: &$0)
                }
            }
            $0.name("delivered_per_recipient")
            $0.object {
                for (name, share) in SimulationSummary.shares {
                    guard let count = deliveredPerRecipient.percentile(share) else { continue }
                    $0.name(name)
                    $0.value(count)
                }
            }
            $0.member("unfinished", unfinished)
            $0.member("refused_commands", refused)
        }
    }
}

extension Array {
    /// The element below or at which the share lies, of a sorted list; nil: there is none.
    package func percentile(_ share: Double) -> Element? {
        isEmpty ? nil : self[Swift.min(count - 1, Swift.max(0, Int((Double(count) * share).rounded(.up)) - 1))]
    }
}

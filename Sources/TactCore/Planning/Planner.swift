/// Decides: values in, values out. Synchronous, total, never throws; the same input gives the same output, for ever.
package enum Planner {
    /// How far ahead a plan is searched. A message that finds none so far, and lives longer, is to be decided again
    /// as time passes.
    package static let horizon = Duration.days(366)

    /// Decides one message at `now`. `ledger` holds what was delivered and what is reserved for messages ranked above.
    /// A topic or channel that policy does not have gives no plan.
    package static func decide(
        _ message: Message, in situation: Situation, under policy: Policy, ledger: CapLedger, now: Timestamp
    ) -> Decision {
        guard let topic = policy.topic(message.topic) else {
            return Decision(at: now, outcome: .hold(until: nil))
        }
        var candidates: [Candidate] = []
        for name in situation.preferences.ordered(message.channels, for: message.topic) {
            guard let channel = policy.channel(name) else { continue }
            candidates.append(
                Candidate.seek(Case(message, topic, channel, in: situation, under: policy, ledger: ledger, now: now)))
        }
        return resolve(candidates, now: now)
    }

    /// The earliest candidate wins, ties by the person's order of channels, or the message's. Without a plan anywhere, the message is
    /// suppressed if every channel is out for good.
    private static func resolve(_ candidates: [Candidate], now: Timestamp) -> Decision {
        var best: (candidate: Candidate, at: Timestamp)?
        for candidate in candidates {
            guard let at = candidate.at else { continue }
            if let best, best.at <= at { continue }
            best = (candidate, at)
        }
        var decision = Decision(at: now, outcome: .hold(until: nil))
        if let best {
            decision.outcome = best.at <= now ? .deliver(channel: best.candidate.channel) : .hold(until: best.at)
            decision.plan = Message.Plan(at: best.at, channel: best.candidate.channel)
            // Where a channel wins that was not spread, the edge of another must not be forgotten: that channel would
            // come at once when this is planned again before its offset is over.
            decision.edge = best.candidate.edge ?? candidates.compactMap(\.edge).min()
        } else if !candidates.isEmpty, candidates.allSatisfy(\.isSuppressed) {
            decision.outcome = .suppress
        }
        merge(candidates, winner: best?.candidate, into: &decision)
        return decision
    }

    /// Of the winner everything, of the other channels what binds those channels alone. Without a winner, everything
    /// of all.
    private static func merge(_ candidates: [Candidate], winner: Candidate?, into decision: inout Decision) {
        if candidates.count == 1 {
            decision.findings = candidates[0].notes.findings
            decision.permitting = candidates[0].notes.permitting
        } else {
            decision.findings = winner?.notes.findings ?? []
            decision.permitting = winner?.notes.permitting ?? []
            for candidate in candidates where candidate.channel != winner?.channel {
                for finding in candidate.notes.findings where winner == nil || finding.channel != nil {
                    if !decision.findings.contains(where: { $0.repeats(finding) }) { decision.findings.append(finding) }
                }
                if winner == nil { decision.permitting.formUnion(candidate.notes.permitting) }
            }
        }
        if decision.findings.count > 1 { decision.findings.sortByRule() }
    }
}

extension [Finding] {
    /// Into the order of the rules; what one rule said keeps its order.
    fileprivate mutating func sortByRule() {
        self = enumerated()
            .sorted { ($0.element.rule.position, $0.offset) < ($1.element.rule.position, $1.offset) }
            .map(\.element)
    }
}

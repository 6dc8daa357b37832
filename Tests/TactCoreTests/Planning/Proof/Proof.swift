import TactCore

/// Compares the planner's answers to a scenario with the reference's.
struct Proof {
    let scenario: Scenario
    let answers: [ReferencePlanner.Answer]

    init(_ scenario: Scenario) {
        self.scenario = scenario
        answers = ReferencePlanner(scenario).answers()
    }

    /// What is wrong; nil: nothing.
    func failure() -> String? {
        var agenda = scenario.agenda
        let changes = agenda.replan(now: scenario.now)
        let ranked = agenda.pending.map(\.number)
        let expected = answers.filter { !$0.isSuppressed }.map(\.message.number)
        guard ranked == expected else { return "left pending, in rank order: \(ranked), expected \(expected)" }
        for answer in answers {
            let number = answer.message.number
            let problem: String?
            if let contradiction = answer.channels.compactMap(\.contradiction).first {
                problem = "the reference contradicts itself: \(contradiction)"
            } else if answer.isSuppressed {
                let change = changes.first { $0.message.number == number }
                problem = change.map { difference($0.decision, answer) } ?? "suppressed without a word"
            } else if let difference = agenda.message(number).flatMap({ difference($0, answer) }) {
                problem = difference
            } else {
                problem = judgeAgain(answer, &agenda)
            }
            if let problem { return "message \(number): \(problem)" }
        }
        return nil
    }

    /// Judged at the same instant, a message gets the same decision, and nothing else moves.
    private func judgeAgain(_ answer: ReferencePlanner.Answer, _ agenda: inout Agenda) -> String? {
        // One edge is remembered. Where several channels have one each, planning again may choose another;
        // that of a channel that is out is not kept.
        let spread = scenario.policy.channels.filter { $0.spread > .zero && answer.message.channels.contains($0.name) }
        let forgets = answer.message.edge != nil && answer.channels.contains(where: \.isOut)
        guard spread.count < 2, !forgets else { return nil }
        guard let (decision, others) = agenda.judge(answer.message.number, now: scenario.now) else {
            return "not judged"
        }
        guard others.isEmpty else { return "judging it again moves \(others)" }
        return difference(decision, answer) ?? agenda.message(answer.message.number).flatMap { difference($0, answer) }
    }

    private func difference(_ message: Message, _ answer: ReferencePlanner.Answer) -> String? {
        if message.plan != answer.plan { return "planned \(text(message.plan)), expected \(text(answer.plan))" }
        if message.edge != answer.edge { return "edge \(text(message.edge)), expected \(text(answer.edge))" }
        return nil
    }

    private func difference(_ decision: Decision, _ answer: ReferencePlanner.Answer) -> String? {
        let outcome: Decision.Outcome =
            if answer.isSuppressed { .suppress } else if answer.isDue {
                .deliver(channel: answer.plan?.channel ?? "")
            } else {
                .hold(until: answer.plan?.at)
            }
        if decision.outcome != outcome { return "outcome \(decision.outcome), expected \(outcome)" }
        return differenceOfFindings(decision, answer)
    }

    /// Of the channel that is planned, exactly what its search met; of the others, only what is theirs alone. Without
    /// a plan, what any of them met.
    private func differenceOfFindings(_ decision: Decision, _ answer: ReferencePlanner.Answer) -> String? {
        let said = decision.findings.map {
            ChannelAnswer.Said(rule: $0.rule, effect: $0.effect, code: $0.code ?? .cap, name: $0.name, until: $0.until)
        }
        // Some hours open only when a clock is turned; the reference's clocks end before they do.
        if said.contains(where: { $0.until.map { $0 > WallClock.last } ?? false }) { return nil }
        let winner = decision.plan.flatMap { plan in answer.channels.first { $0.channel == plan.channel } }
        let others = answer.channels.filter { $0.channel != winner?.channel }
        let required = winner?.said ?? others.flatMap(\.said)
        let allowed = required + others.flatMap(\.said)
        if winner != nil {
            for missing in required where !said.contains(missing) { return "does not say \(missing); says \(said)" }
        } else {
            for missing in required where !said.contains(where: missing.repeats) {
                return "does not say \(missing); says \(said)"
            }
        }
        for extra in said where !allowed.contains(extra) { return "says \(extra), expected \(required)" }
        for (finding, next) in zip(decision.findings, decision.findings.dropFirst()) where next.rule < finding.rule {
            return "findings are not in the order of the rules: \(said)"
        }
        for (index, finding) in decision.findings.enumerated() {
            let same = decision.findings[..<index].contains {
                $0.rule == finding.rule && $0.code == finding.code && $0.name == finding.name
                    && $0.channel == finding.channel
            }
            if same { return "says twice: \(finding)" }
        }
        let told = decision.fullFindings.map(\.rule)
        return Set(told).count == Rule.allCases.count && told == told.sorted() ? nil : "not every rule reports: \(told)"
    }

    private func text(_ plan: Message.Plan?) -> String { plan.map { "\($0.at) by \($0.channel)" } ?? "-" }
    private func text(_ t: Timestamp?) -> String { t.map { "\($0)" } ?? "-" }
}

extension Proof {
    /// The simplest scenario that still fails, found by leaving out one thing after the other.
    static func simplest(_ scenario: Scenario, _ fails: (Scenario) -> Bool) -> Scenario {
        var simplest = scenario
        while let next = simplest.simpler.first(where: fails) { simplest = next }
        return simplest
    }

    /// Counts what decided.
    func count(in coverage: inout Coverage) {
        for answer in answers {
            coverage.count("suppressed", if: answer.isSuppressed)
            coverage.count("due", if: answer.isDue)
            coverage.count(
                "overdue, reserves now", if: answer.isDue && overdue(answer).map { $0 > 0 && $0 <= 60_000 } ?? false)
            coverage.count(
                "overdue, reserves nothing", if: answer.isDue && overdue(answer).map { $0 > 60_000 } ?? false)
            let planned = answer.channels.filter { $0.at != nil }
            coverage.count("several channels", if: planned.count > 1)
            coverage.count("several channels, a tie", if: Set(planned.map(\.at)).count < planned.count)
            coverage.count(
                "a later channel wins", if: answer.plan != nil && answer.plan?.channel != answer.message.channels.first)
            for channel in answer.channels { count(channel, answer, in: &coverage) }
        }
    }

    private func overdue(_ answer: ReferencePlanner.Answer) -> Int64? {
        answer.plan.map { scenario.now.milliseconds - $0.at.milliseconds }
    }

    private func count(_ channel: ChannelAnswer, _ answer: ReferencePlanner.Answer, in coverage: inout Coverage) {
        coverage.count("spread", if: channel.wasSpread)
        coverage.count("spread keeps its instant", if: channel.keptInstant)
        coverage.count("spread falls back", if: channel.fellBack)
        coverage.count("high urgency not spread", if: isUnspread(channel, answer))
        coverage.count("gives way", if: channel.gaveWay)
        coverage.count("gives way to a later slot", if: channel.gaveWayToLater)
        for finding in channel.said where finding.until == nil { coverage.count("\(finding.code)") }
        guard channel.slot != nil else { return }
        for holder in channel.deciders {
            coverage.count("\(holder.code) decides")
            if holder.code == .busy {
                coverage.count(
                    "max_wait decides", if: !channel.deciders.contains { $0.isEdge(channel.slot ?? scenario.now) })
            }
            if scenario.zones.count > 1, holder.rule == .quietHours || holder.rule == .sendWindow {
                coverage.count("plausible zones decide")
            }
            guard holder.rule == .cap, let cap = scenario.policy.caps.first(where: { $0.name == holder.name }) else {
                continue
            }
            coverage.count("cap \(kind(cap)) decides")
            coverage.count("cap with each decides", if: !cap.each.isEmpty)
            coverage.count(
                "cap with filters decides", if: !cap.topics.isEmpty || !cap.channels.isEmpty || !cap.senders.isEmpty)
        }
    }

    private func isUnspread(_ channel: ChannelAnswer, _ answer: ReferencePlanner.Answer) -> Bool {
        guard answer.message.urgency == .high, let slot = channel.slot else { return false }
        let spread = scenario.policy.channels.first { $0.name == channel.channel }?.spread ?? .zero
        return spread > .zero && channel.deciders.contains { $0.isEdge(slot) }
    }

    private func kind(_ cap: Cap) -> String {
        switch cap.period {
        case .sliding: "sliding"
        case .calendar(let period): scenario.zoneIsKnown ? "\(period)" : "\(period) without a zone"
        }
    }
}

import TactCore

/// Plans a scenario by brute force: steps through time and asks every rule at every instant that could make a
/// difference.
struct ReferencePlanner {
    /// What is to become of one message.
    struct Answer {
        var message: Message
        var isSuppressed = false
        var isDue = false
        /// As it is told: a message that has been due keeps the instant since when.
        var plan: Message.Plan?
        var edge: Timestamp?
        /// In the order of the message's channels.
        var channels: [ChannelAnswer] = []
    }

    private let scenario: Scenario
    private let hours: AllHours

    init(_ scenario: Scenario) {
        self.scenario = scenario
        hours = AllHours(scenario)
    }

    /// Highest rank first.
    func answers() -> [Answer] {
        var answers: [Answer] = []
        var slots: [Taken] = []
        for message in ranked() {
            let answer = answer(message, slots)
            answers.append(answer)
            guard let plan = answer.plan, scenario.now.milliseconds - plan.at.milliseconds <= 60_000 else { continue }
            slots.append(
                Taken(
                    at: max(plan.at, scenario.now), topic: message.topic, channel: plan.channel, sender: message.sender)
            )
        }
        return answers
    }

    /// Urgency, relevance, earlier expiry (none last), submission: by the least of these, repeatedly.
    private func ranked() -> [Message] {
        func key(_ m: Message) -> (Int, Double, Int64, Int64) {
            (-m.urgency.rawValue, -m.relevance, m.expiresAt?.milliseconds ?? .max, m.number)
        }
        return scenario.pending.sorted { key($0) < key($1) }
    }

    private func answer(_ message: Message, _ slots: [Taken]) -> Answer {
        var answer = Answer(message: message)
        guard let topic = scenario.policy.topics.first(where: { $0.name == message.topic }) else { return answer }
        for name in message.channels {
            guard let channel = scenario.policy.channels.first(where: { $0.name == name }) else { continue }
            let asked = Asked(
                scenario: scenario, message: message, topic: topic, channel: channel, slots: slots, hours: hours)
            answer.channels.append(ChannelAnswer(asked))
        }
        var best: ChannelAnswer?
        for channel in answer.channels {
            guard let at = channel.at else { continue }
            if best?.at.map({ at < $0 }) ?? true { best = channel }
        }
        guard let best, let at = best.at else {
            answer.isSuppressed = answer.channels.allSatisfy(\.isOut)
            answer.edge = message.edge
            return answer
        }
        answer.isDue = at == scenario.now
        answer.edge = best.edge ?? answer.channels.compactMap(\.edge).min()
        answer.plan = Message.Plan(at: at, channel: best.channel)
        if answer.isDue, let old = message.plan, old.channel == best.channel, old.at < at { answer.plan = old }
        return answer
    }
}

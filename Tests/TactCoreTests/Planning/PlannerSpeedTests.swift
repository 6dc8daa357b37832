import Foundation
import TactCore
import Testing

/// Measures, and only prints: how much of the processor's time a decision takes.
@Suite(.serialized) struct PlannerSpeedTests {
    /// Quiet hours, three caps, a crowded calendar.
    @Test func anOrdinaryRecipient() throws {
        let facts = try facts(busy: 200, caps: 3, deliveries: 20)
        try measure("quiet hours, 3 caps, 200 busy intervals", facts, decisions: 200_000)
    }

    @Test func aRecipientWithALongHistory() throws {
        let facts = try facts(busy: 10_000, caps: 10, deliveries: 1000)
        try measure("quiet hours, 10 caps, 10,000 busy intervals, 1,000 deliveries", facts, decisions: 50_000)
    }

    @Test func aThousandPendingMessages() throws {
        var facts = try facts(busy: 200, caps: 0, deliveries: 0)
        facts.policy.caps = [
            Cap(name: "gap", limit: 1, period: .sliding(.minutes(30))),
            Cap(name: "a few", limit: 10, period: .sliding(.days(1))),
            Cap(name: "week", limit: 50, period: .calendar(.isoWeek), over: .defer),
        ]
        let channels = facts.policy.channels.map(\.name)
        facts.pending = (1...1000).map { number in
            Message(
                number: number, sender: "shop", topic: "offers", channels: [channels[0]],
                urgency: Urgency.allCases[Int(number % 4)], relevance: Double(number % 10) / 10, submittedAt: facts.now)
        }
        var agenda = facts.agenda
        let nanoseconds = processorTime { for _ in 0..<10 { _ = agenda.replan(now: facts.now) } } / 10
        let planned = agenda.pending.count { $0.plan != nil }
        print(
            "speed: 1,000 pending messages with 3 caps planned anew: \(nanoseconds / 1000) µs (\(planned) have a plan)")
        #expect(planned > 900)
    }

    /// All due at once, as when no worker came for a while: each is decided again at its own release.
    @Test(arguments: [0, 3]) func aThousandMessagesComeAndGo(caps: Int) throws {
        var facts = try facts(busy: 0, caps: caps, deliveries: 0)
        for index in facts.policy.caps.indices { facts.policy.caps[index].limit = 10_000 }
        var agenda = facts.agenda
        let adding = processorTime {
            for number in 1...1000 {
                facts.now = facts.now + Duration(milliseconds: 1)
                _ = agenda.add(
                    Message(
                        number: Int64(number), sender: "shop", topic: "offers", channels: ["push"],
                        submittedAt: facts.now), now: facts.now)
            }
        }
        facts.now = facts.now + .minutes(5)
        let releasing = processorTime {
            for number: Int64 in 1...1000 {
                guard let (decision, _) = agenda.judge(number, now: facts.now) else { continue }
                guard case .deliver(let channel) = decision.outcome else { continue }
                let delivery = Delivery(
                    message: number, at: facts.now, topic: "offers", channel: channel, sender: "shop")
                _ = agenda.release(number, as: delivery)
            }
        }
        print(
            "speed: 1,000 due messages, \(caps) caps: added in \(adding / 1000) µs, released in \(releasing / 1000) µs")
        #expect(agenda.count == 0)
    }

    private func facts(busy: Int, caps: Int, deliveries: Int) throws -> Scenario {
        var ann = try Story("2026-11-23T12:00:00Z")
        try ann.quiet("22:00", "08:00")
        var facts = ann.facts
        let start = facts.now - .days(Int64(busy) / 20)
        facts.busy = (0..<busy).map { index in
            let from = start + .minutes(Int64(index) * 144)
            return Interval(start: from, end: from + .minutes(45))
        }
        let periods: [Cap.Period] = [
            .sliding(.minutes(30)), .sliding(.days(1)), .calendar(.day), .calendar(.isoWeek), .sliding(.days(7)),
            .calendar(.month), .sliding(.hours(1)), .sliding(.hours(6)), .sliding(.days(30)), .sliding(.days(2)),
        ]
        facts.policy.caps = periods.prefix(caps).enumerated().map { index, period in
            Cap(
                name: "cap-\(index)", limit: index == 0 ? 1 : 40 * (index + 1), period: period,
                each: index % 2 == 0 ? [] : [.topic])
        }
        facts.deliveries = (0..<deliveries).map { index in
            Delivery(
                message: Int64(-1 - index), at: facts.now - .minutes(Int64(index) * 40 + 10), topic: "offers",
                channel: "push", sender: "shop")
        }
        return facts
    }

    /// Deciding at many instants of a week, so that each rule holds now and then.
    private func measure(_ what: String, _ facts: Scenario, decisions: Int) throws {
        let situation = facts.situation
        let ledger = CapLedger(policy: facts.policy, deliveries: facts.deliveries)
        var held = 0
        let nanoseconds = processorTime {
            for index in 0..<decisions {
                let now = facts.now + .minutes(Int64(index % 10_080))
                let message = Message(
                    number: 1, sender: "shop", topic: "offers", channels: ["push"], submittedAt: now)
                let decision = Planner.decide(message, in: situation, under: facts.policy, ledger: ledger, now: now)
                if case .hold = decision.outcome { held += 1 }
            }
        }
        print("speed: \(what): \(nanoseconds / decisions) ns a decision (\(held * 100 / decisions) % held)")
        #expect(held > 0)
    }

    /// In nanoseconds; of this thread alone.
    private func processorTime(_ work: () -> Void) -> Int {
        var (start, end) = (timespec(), timespec())
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
        work()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
        return (end.tv_sec - start.tv_sec) * 1_000_000_000 + end.tv_nsec - start.tv_nsec
    }
}

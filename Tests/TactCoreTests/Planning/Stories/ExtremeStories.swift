import TactCore
import Testing

/// Values from the ends of time give an answer and never a trap.
@Suite struct ExtremeStories {
    private static let instants = [
        Timestamp(milliseconds: .min), .distantPast, Timestamp(milliseconds: -1), .latestWritable, .distantFuture,
        Timestamp(milliseconds: .max),
    ]
    private static let lengths = [Duration(milliseconds: .min), .zero, Duration(milliseconds: .max)]

    @Test(arguments: instants) func theEndsOfTimeAreInstantsToo(now: Timestamp) throws {
        for other in Self.instants {
            for length in Self.lengths {
                var ann = try Story("2026-11-23T12:00:00Z")
                try ann.quiet("22:00", "08:00")
                try ann.sendWindow("09:00", "21:00")
                ann.maxWait(length)
                ann.spread("push", over: length)
                ann.facts.now = now
                ann.facts.pausedUntil = other
                ann.facts.busy = [Interval(start: now, end: other), Interval(start: other, end: now)]
                for period in [Cap.Period.sliding(length), .calendar(.day), .calendar(.isoWeek), .calendar(.month)] {
                    ann.cap(1, per: period)
                }
                ann.facts.deliveries = [now, other, other].map {
                    Delivery(message: -1, at: $0, topic: "offers", channel: "push", sender: "shop")
                }
                ann.facts.pending = [nil, now, other].enumerated().map { index, edge in
                    Message(
                        number: Int64(index), sender: "shop", topic: "offers", channels: ["push", "email"],
                        relevance: .nan, submittedAt: other, notBefore: edge, expiresAt: edge, retryAt: edge,
                        plan: edge.map { Message.Plan(at: $0, channel: "push") }, edge: edge)
                }
                var agenda = ann.facts.agenda
                _ = agenda.replan(now: now)
                _ = agenda.judge(0, now: other)
                #expect(agenda.count <= 3)
            }
        }
    }
}

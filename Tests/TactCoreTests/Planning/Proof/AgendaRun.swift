import TactCore

/// An agenda through a while of a recipient's life: whatever happens to it, its plans are those that a new agenda
/// would make from the same facts at the same instant.
struct AgendaRun {
    var maker: ScenarioMaker
    var agenda: Agenda
    /// Messages that went out, as they were before.
    var released: [Message] = []
    private var lastNumber: Int64 = 100
    /// What happened, for the report of a failure.
    private(set) var log: [String] = []

    var now: Timestamp { maker.scenario.now }

    init(seed: UInt64) {
        maker = ScenarioMaker(seed: seed)
        maker.scenario.keepWhatTimeLeaves()
        log.append("\(maker.scenario)")
        agenda = maker.scenario.agenda
        _ = agenda.replan(now: maker.scenario.now)
    }

    /// Lets something happen. Answers what is wrong then.
    mutating func step(_ coverage: inout Coverage) -> String? {
        passTime()
        expire()
        let before = agenda.pending
        let happening = happen()
        log.append("\(now): \(happening.what)")
        coverage.count(happening.what.kind)
        if let problem = happening.problem ?? unreported(before, happening) { return problem }
        if !happening.isExact { _ = agenda.replan(now: now) }
        coverage.count("compared at once", if: happening.isExact)
        return difference()
    }

    // MARK: Time

    private mutating func passTime() {
        switch maker.dice.roll(1...10) {
        case 1...3: break
        case 4...6:
            let next = agenda.pending.compactMap(\.plan?.at).filter { $0 > now }.min()
            maker.scenario.now = next ?? now
        case 7, 8: maker.scenario.now = now + Duration(milliseconds: Int64(maker.dice.roll(1...90_000)))
        default: maker.scenario.now = now + .minutes(Int64(maker.dice.roll(1...300)))
        }
    }

    func isDue(_ message: Message) -> Bool { message.plan.map { $0.at <= now } ?? false }

    private mutating func expire() {
        for message in agenda.pending where message.expiresAt.map({ $0 <= now }) ?? false {
            _ = agenda.remove(message.number, now: now)
        }
    }

    // MARK: Comparing

    private func difference() -> String? {
        var fresh = Agenda(
            situation: maker.scenario.situation, policy: maker.scenario.policy, deliveries: maker.scenario.deliveries,
            pending: agenda.pending)
        _ = fresh.replan(now: now)
        let (found, expected) = (agenda.pending, fresh.pending)
        guard found.map(\.number) == expected.map(\.number) else {
            return "pending are \(found.map(\.number)), a new agenda has \(expected.map(\.number))"
        }
        for (mine, theirs) in zip(found, expected) {
            if mine.plan != theirs.plan {
                return "\(mine.number) is planned \(text(mine)), a new agenda plans \(text(theirs))"
            }
            // Once due, it needs its edge no more.
            if mine.edge != theirs.edge, !isDue(mine) {
                return
                    "\(mine.number) has edge \(mine.edge?.description ?? "-"), in a new agenda \(theirs.edge?.description ?? "-")"
            }
        }
        return nil
    }

    /// What moved without being told to those who write it down.
    private func unreported(_ before: [Message], _ happening: Happening) -> String? {
        for old in before where old.number != happening.about {
            let told = happening.changes.last { $0.message.number == old.number }
            guard let new = agenda.message(old.number) else {
                let isTold = told?.decision.outcome == .suppress || happening.replaced == old.number
                if !isTold { return "\(old.number) is gone without a word" }
                continue
            }
            if new.plan != old.plan || new.edge != old.edge, told?.message != new {
                return "\(old.number) moved from \(text(old)) to \(text(new)) without a word"
            }
        }
        return nil
    }

    mutating func newMessage() -> Message {
        lastNumber += 1
        var message = maker.makeMessage(lastNumber)
        message.plan = nil
        message.edge = nil
        if maker.scenario.suppresses { message.channels = Array(message.channels.prefix(1)) }
        if message.expiresAt.map({ $0 <= now }) ?? false { message.expiresAt = now + .hours(5) }
        return message
    }

    private func text(_ message: Message) -> String { message.plan.map { "\($0.at) by \($0.channel)" } ?? "nowhere" }
}

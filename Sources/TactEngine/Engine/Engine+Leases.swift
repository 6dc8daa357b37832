import TactAPI
import TactCore
import TactStore

extension Engine {
    /// What a worker asks for.
    package struct Order: Sendable {
        package var channels: [String]
        package var max: Int
        package var length: Duration

        package init(channels: [String], max: Int, length: Duration) {
            self.channels = channels
            self.max = max
            self.length = length
        }
    }

    /// How many messages are passed over at once, for they end or wait: thousands may be due whose subject is done.
    package static let passedOverAtOnce = 200

    /// Some of what an order asks for.
    package struct Released: Sendable {
        package var leased: [LeaseAnswer.Leased] = []
        /// Many were passed over, and others may be behind them: whoever asks again goes on there.
        package var isUnfinished = false
    }

    /// Releases all that an order asks for, however much is passed over. For simulations and tests; a daemon's workers are
    /// served slice by slice.
    package func release(_ order: Order, _ session: Session, _ moment: Moment) throws -> [LeaseAnswer.Leased] {
        var leased: [LeaseAnswer.Leased] = []
        while true {
            var rest = order
            rest.max -= leased.count
            let slice = try releaseSlice(rest, session, moment)
            leased += slice.leased
            if !slice.isUnfinished { return leased }
        }
    }

    /// Releases what is due on the order's channels: every message is decided again, here and now, and only what is
    /// still to be delivered goes out.
    package func releaseSlice(_ order: Order, _ session: Session, _ moment: Moment) throws -> Released {
        try refresh(session)
        var released = Released()
        var passedOver = 0
        for urgency in Urgency.allCases.reversed() {
            var room = try Rates(order.channels, policy, held: held.channels, session, now: moment.now)
            while released.leased.count < order.max {
                guard passedOver < Engine.passedOverAtOnce else {
                    released.isUnfinished = true
                    return released
                }
                let wanted = min(order.max - released.leased.count, Engine.passedOverAtOnce)
                let candidates = try candidates(urgency, room, limit: wanted, session, moment.now)
                if candidates.isEmpty { break }
                for message in candidates {
                    guard let leased = try release(message, room, order, session, moment) else {
                        passedOver += 1
                        continue
                    }
                    room.take(leased.channel)
                    released.leased.append(leased)
                }
            }
        }
        return released
    }

    /// What is planned for now or earlier, over all channels that have room, in the order of release.
    private func candidates(
        _ urgency: Urgency, _ room: Rates, limit: Int, _ session: Session, _ now: Timestamp
    ) throws -> [Message] {
        var due: [Message] = []
        for (channel, free) in room.free {
            due += try session.due(channel: channel, urgency: urgency, now: now, limit: min(limit, free))
        }
        if room.free.count > 1 { due.sort(by: Message.isReleasedBefore) }
        return Array(due.prefix(limit))
    }

    /// Decides one due message for good. nil: it does not go out now, or not by this channel.
    private func release(
        _ due: Message, _ room: Rates, _ order: Order, _ session: Session, _ moment: Moment
    ) throws -> LeaseAnswer.Leased? {
        let now = moment.now
        // One released before it may have moved this one.
        guard let (stored, desk) = try open(due.number, session, now: now), stored.state == .pending,
            let plan = stored.message.plan, plan.at <= now
        else { return nil }
        if let expiresAt = stored.message.expiresAt, expiresAt <= now {
            try expire(stored, desk, session, now: now)
            return nil
        }
        guard let (decision, others) = desk.agenda.judge(due.number, now: now) else {
            throw StoreError.damaged("message \(ids.id(due.number)) is not on its recipient's agenda")
        }
        try write(others, desk, session, now: now)
        switch decision.outcome {
        case .deliver(let channel) where room.has(channel):
            return try lease(stored, by: channel, decision, desk, order.length, session, moment)
        case .deliver, .hold:
            try note(decision, of: stored, desk, session, now: now)
        case .suppress:
            try end(due.number, as: .suppressed, reason: nil, decision: decision, desk, session, now: now)
        }
        return nil
    }

    /// Writes down that a due message is held again, or goes by another channel.
    private func note(
        _ decision: Decision, of stored: StoredMessage, _ desk: Desk, _ session: Session, now: Timestamp
    ) throws {
        guard let message = desk.agenda.message(stored.message.number), message != stored.message else { return }
        try session.updatePlan(message)
        try session.append(entry(message.number, .pending, decision, desk, plan: message.plan, now: now))
    }

    /// nil: it could not be put into words, and has ended.
    private func lease(
        _ stored: StoredMessage, by channel: String, _ decision: Decision, _ desk: Desk, _ length: Duration,
        _ session: Session, _ moment: Moment
    ) throws -> LeaseAnswer.Leased? {
        let message = stored.message
        let words: Words
        do {
            switch try self.words(for: stored, desk, session, now: moment.now) {
            case .success(let found): words = found
            case .failure(let failure):
                try giveUp(stored, failure, decision, desk, session, now: moment.now)
                return nil
            }
        } catch is Unreadable {
            try setAside(message.number, session, now: moment.now)
            return nil
        }
        let topic = policy.topic(message.topic)
        if let earlier = try session.counted(message: message.number) { try session.uncount(earlier.number) }
        let attempt = StoredAttempt(
            message: message.number, recipient: stored.recipient, sender: message.sender, topic: message.topic,
            channel: channel, attempt: stored.attempts + 1, releasedAt: moment.now,
            lease: String(token(), radix: 36), deadline: moment.steady + length, boot: moment.boot,
            counts: topic?.respects.contains(.caps) ?? true)
        try session.move(message.number, from: .pending, to: .leased, at: moment.now, reason: nil)
        try session.updateAttempts(message.number, attempts: attempt.attempt, retryAt: nil)
        try session.insert(attempt, to: desk.addresses[channel])
        if let rendering = words.rendering {
            try session.noteRendering(rendering.stored, ofAttempt: attempt.lease, of: stored)
        }
        try session.append(
            entry(
                message.number, .leased, isChange: true, decision, desk,
                plan: Message.Plan(at: moment.now, channel: channel), now: moment.now))
        try write(desk.agenda.release(message.number, as: attempt.delivery), desk, session, now: moment.now)
        try learnTold(of: message, desk, &desk.agenda, session)
        happenings.tally.addRelease(on: channel, late: moment.now - (message.plan?.at ?? moment.now))
        return LeaseAnswer.Leased(
            id: ids.id(message.number), lease: attempt.lease, recipient: desk.recipient.id,
            address: desk.addresses[channel], channel: channel, topic: message.topic, content: words.content,
            because: words.because, attempt: attempt.attempt, expiresAt: message.expiresAt ?? moment.now + length,
            unsubscribe: topic.flatMap { topic in
                // What people need is not left with one click; all else is.
                topic.consent == .notRequired && topic.kind == .transactional
                    ? nil : unsubscribeURL?(desk.recipient.id, desk.recipient.number, topic.name, moment.now)
            })
    }

    /// A message that cannot be put into words is not sent half.
    private func giveUp(
        _ stored: StoredMessage, _ failure: RenderingFailure, _ decision: Decision, _ desk: Desk, _ session: Session,
        now: Timestamp
    ) throws {
        var decision = decision
        decision.outcome = .suppress
        decision.plan = nil
        decision.findings.insert(
            failure.finding, at: decision.findings.firstIndex { $0.rule > .dataUse } ?? decision.findings.endIndex)
        let moved = desk.agenda.remove(stored.message.number, now: now)
        try end(stored.message.number, as: .suppressed, reason: nil, decision: decision, desk, session, now: now)
        try write(moved, desk, session, now: now)
    }

    // MARK: Outcomes

    /// What a worker says of a lease.
    package func report(
        _ outcome: Outcome, id: String, lease: String, detail: String?, retryAfter: Duration?, _ session: Session,
        _ moment: Moment
    ) throws -> LeaseResults.Item {
        try withLease(id, lease, session, moment) { stored, attempt in
            if let earlier = attempt.outcome { return earlier == outcome ? .ok : .lapsed }
            try settle(
                stored, attempt, outcome, detail: detail, retryAfter: retryAfter ?? .zero, session, moment.now)
            return .ok
        }
    }

    /// A worker needs longer.
    package func extend(
        id: String, lease: String, length: Duration, _ session: Session, _ moment: Moment
    ) throws -> LeaseResults.Item {
        try withLease(id, lease, session, moment) { _, attempt in
            guard attempt.outcome == nil else { return .lapsed }
            try session.extend(attempt.number, deadline: moment.steady + length, boot: moment.boot)
            return .ok
        }
    }

    /// Finds a lease, lets it lapse if its time is over, and answers with what `body` makes of it.
    private func withLease(
        _ id: String, _ lease: String, _ session: Session, _ moment: Moment,
        _ body: (StoredMessage, StoredAttempt) throws -> LeaseResults.Result
    ) throws -> LeaseResults.Item {
        var result = LeaseResults.Item(id: id, lease: lease, result: .unknown, state: nil)
        guard let number = ids.number(id), let stored = try session.message(number) else { return result }
        result.state = stored.state
        guard let attempt = try session.attempts(of: number).last(where: { $0.lease == lease }) else { return result }
        if attempt.outcome == nil, attempt.boot == moment.boot, attempt.deadline <= moment.steady {
            try settle(stored, attempt, .lapsed, detail: nil, retryAfter: .zero, session, moment.now)
            result.result = .lapsed
        } else {
            result.result = try body(stored, attempt)
        }
        result.state = try session.message(number)?.state
        return result
    }

    /// Lets leases lapse whose time is over. Answers how many.
    func lapse(_ session: Session, _ moment: Moment, limit: Int) throws -> Int {
        let lapsed = try session.lapsed(at: moment.steady, limit: limit).filter { $0.boot == moment.boot }
        for attempt in lapsed {
            guard let stored = try session.message(attempt.message) else { continue }
            try settle(stored, attempt, .lapsed, detail: nil, retryAfter: .zero, session, moment.now)
        }
        return lapsed.count
    }

    /// Ends a lease and decides what becomes of its message.
    private func settle(
        _ stored: StoredMessage, _ attempt: StoredAttempt, _ outcome: Outcome, detail: String?, retryAfter: Duration,
        _ session: Session, _ now: Timestamp
    ) throws {
        let found: Desk?
        do { found = try deskIfKnown(number: stored.recipient, session, now: now) } catch is Unreadable {
            return try settleForGood(attempt, outcome, otherwise: (.failed, .unreadable), session, now)
        }
        guard let desk = found else {
            return try settleForGood(attempt, outcome, otherwise: (.cancelled, .erased), session, now)
        }
        // What was delivered, or may have been, still counts.
        let stillCounts = attempt.counts && (outcome == .delivered || outcome == .lapsed)
        try session.close(attempt, outcome: outcome, at: now, detail: detail, stillCounts: stillCounts)
        if attempt.counts, !stillCounts { desk.agenda.discount(attempt.delivery) }
        happenings.tally.add(outcome, on: attempt.channel)
        if outcome == .lapsed { note(.lapsed, attempt) }
        let number = stored.message.number
        let isLast = stored.attempts >= (policy.channel(attempt.channel)?.retry ?? Channel.Retry()).attempts
        switch outcome {
        case .delivered:
            try session.countDelivery(of: attempt.topic, at: now)
            try end(number, from: .leased, as: .delivered, reason: nil, desk, session, now: now)
        case .failed:
            note(.failed(.failedByWorker), attempt)
            try end(number, from: .leased, as: .failed, reason: .failedByWorker, desk, session, now: now)
        case .retry where isLast, .lapsed where isLast:
            note(.failed(.attemptsUsedUp), attempt)
            try end(number, from: .leased, as: .failed, reason: .attemptsUsedUp, desk, session, now: now)
        case .retry:
            try again(stored, attempt, .retry, wait: max(backOff(attempt), retryAfter), desk, session, now)
        case .lapsed: try again(stored, attempt, .lapsed, wait: .zero, desk, session, now)
        case .returned: try again(stored, attempt, .returned, wait: retryAfter, desk, session, now)
        }
        // What was not known while this was on its way now is; and a count that was given back may let others move up.
        let isNews = try learnTold(of: stored.message, desk, &desk.agenda, session)
        if isNews || (attempt.counts && !stillCounts) {
            try write(desk.agenda.replan(now: now), desk, session, now: now)
        }
    }

    private func note(_ kind: Happenings.Mishap.Kind, _ attempt: StoredAttempt) {
        happenings.mishaps.append(
            .init(kind: kind, message: ids.id(attempt.message), channel: attempt.channel, attempt: attempt.attempt))
    }

    /// Puts a leased message back, unless something newer or the end of its subject has overtaken it.
    private func again(
        _ stored: StoredMessage, _ attempt: StoredAttempt, _ reason: Reason, wait: Duration, _ desk: Desk,
        _ session: Session, _ now: Timestamp
    ) throws {
        var message = stored.message
        let attempts = reason == .returned ? attempt.attempt - 1 : attempt.attempt
        message.retryAt = wait > .zero ? now + wait : nil
        try session.updateAttempts(message.number, attempts: attempts, retryAt: message.retryAt)
        if stored.isUnreadable {
            noteUnreadable(message.number)
            try end(message.number, from: .leased, as: .failed, reason: .unreadable, desk, session, now: now)
        } else if stored.isFinal || isCompleting(stored, session) {
            try end(message.number, from: .leased, as: .cancelled, reason: .subjectCompleted, desk, session, now: now)
        } else if let key = stored.collapseKey,
            try session.pending(
                recipient: stored.recipient, topic: message.topic, sender: message.sender, collapseKey: key) != nil
        {
            try end(message.number, from: .leased, as: .cancelled, reason: .collapsed, desk, session, now: now)
        } else {
            let lapsed = reason == .lapsed && attempt.counts ? attempt.delivery : nil
            let (_, others) = try putBack(
                message, from: .leased, reason: reason, lapsed: lapsed, desk, session, now: now)
            try write(others, desk, session, now: now)
        }
    }

    /// `min(max, initial · 2^(n−1)) × [0.5, 1]`, where the share is the message's own and the attempt's.
    private func backOff(_ attempt: StoredAttempt) -> Duration {
        let retry = policy.channel(attempt.channel)?.retry ?? Channel.Retry()
        let doublings = Int64(min(attempt.attempt - 1, 40))
        let (product, overflow) = retry.initial.milliseconds.multipliedReportingOverflow(by: 1 << doublings)
        let full = overflow ? retry.max.milliseconds : min(retry.max.milliseconds, product)
        let share = Spread.offset(
            recipient: ids.id(attempt.message), edge: Timestamp(milliseconds: Int64(attempt.attempt)),
            within: Duration(milliseconds: full / 2 + 1))
        return Duration(milliseconds: full - full / 2) + share
    }

    // MARK: Expiry

    /// Ends what has used up its time. Answers how many.
    func expire(_ session: Session, now: Timestamp, limit: Int) throws -> Int {
        let expired = try session.expired(now: now, limit: limit)
        for stored in expired {
            // Another of the slice may have changed this one on the way.
            guard let (stored, desk) = try open(stored.message.number, session, now: now), stored.state == .pending
            else { continue }
            try expire(stored, desk, session, now: now)
        }
        return expired.count
    }

    private func expire(_ stored: StoredMessage, _ desk: Desk, _ session: Session, now: Timestamp) throws {
        let finding = Finding(rule: .expiry, effect: .hold, code: .expired, until: stored.message.expiresAt)
        let decision = Decision(at: now, outcome: .hold(until: nil), findings: [finding])
        let moved = desk.agenda.remove(stored.message.number, now: now)
        try end(stored.message.number, as: .expired, reason: .expired, decision: decision, desk, session, now: now)
        try write(moved, desk, session, now: now)
    }
}

extension Message {
    /// The order of release within one urgency: planned time, relevance, expiry, submission.
    static func isReleasedBefore(_ a: Message, _ b: Message) -> Bool {
        let (left, right) = (a.plan?.at ?? .distantFuture, b.plan?.at ?? .distantFuture)
        if left != right { return left < right }
        if a.relevance != b.relevance { return a.relevance > b.relevance }
        if a.expiresAt != b.expiresAt { return (a.expiresAt ?? .distantFuture) < (b.expiresAt ?? .distantFuture) }
        return a.number < b.number
    }
}

extension Engine {
    /// When something may next be released on any of the channels, as far as it is planned now.
    package func nextRelease(on channels: Set<String>, _ session: Session, now: Timestamp) throws -> Timestamp? {
        var next: Timestamp?
        for name in channels where !held.channels.contains(name) {
            guard let channel = policy.channel(name), let due = try session.nextDue(channel: name) else { continue }
            let free = max(due, try Rates.nextRoom(channel, session, now: now))
            next = min(next ?? free, free)
        }
        return next
    }
}

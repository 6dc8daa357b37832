import TactAPI
import TactCore
import TactStore

/// What people did with what they were sent, and what that protects them from.
extension Engine {
    /// Takes in an event, and does what it asks for. `owner`: only messages of this sender are there for whoever
    /// reports; nil: all.
    package func take(
        _ request: EventRequest, by reporter: String, owner: String?, _ session: Session, now: Timestamp
    ) throws -> EventAnswer {
        try refresh(session)
        if let at = request.at, at > now {
            throw Problem.bad("/at", "expected an instant not later than now, \(now.rfc3339), found \(at.rfc3339)")
        }
        if let topic = request.topic { try require(topic: topic, "/topic") }
        if let channel = request.channel { try require(channel: channel, "/channel") }
        if request.kind == .bounced, request.isHard, request.message == nil, owner != nil {
            throw Problem.bad(
                "/message", "missing: an app can tell of its own messages only that their address is dead")
        }
        let occasion = try occasion(of: request, owner: owner, session, now: now)
        let isNew = try occasion.message.map { try !session.hasEvent(request.kind.type, ofMessage: $0) } ?? true
        try session.insert(
            StoredEvent(
                type: request.kind.type, message: occasion.message, topic: occasion.topic, channel: occasion.channel,
                at: request.at, receivedAt: now, detail: request.detail, recordedBy: reporter),
            of: occasion.recipient.number)
        switch request.kind {
        case .opened, .clicked, .dismissed: return EventAnswer()
        case .converted: return try convert(occasion, request, session, now: now)
        case .unsubscribed:
            return try withdraw([occasion.topic], occasion, by: reporter, "event:unsubscribed", session, now)
        case .complained: return try complain(occasion, by: reporter, isNew: isNew, session, now: now)
        case .bounced: return try bounce(occasion, request, session, now: now)
        }
    }

    /// Whom and what an event is about.
    private struct Occasion {
        var recipient: StoredRecipient
        /// The message's number.
        var message: Int64?
        /// The message was in a worker's hands.
        var isReleased = false
        var topic: String?
        var channel: String?
        var subject: String?
    }

    private func occasion(
        of request: EventRequest, owner: String?, _ session: Session, now: Timestamp
    ) throws -> Occasion {
        var stored: StoredMessage?
        if let id = request.message {
            stored = try ids.number(id).flatMap { try session.message($0) }
            guard let found = stored, owner == nil || found.message.sender == owner else {
                throw noMessage(id)
            }
        }
        let known = try request.recipient.flatMap { try session.recipient($0) }
        if let stored {
            if request.recipient != nil, known?.number != stored.recipient {
                throw Problem.bad("/recipient", "expected the message's own recipient; leave it out")
            }
            guard let recipient = try session.recipient(number: stored.recipient) else {
                throw Problem(.notFound, "The recipient of that message was erased.")
            }
            let last = try session.attempts(of: stored.message.number).last
            let occasion = Occasion(
                recipient: recipient, message: stored.message.number, isReleased: last != nil,
                topic: request.topic ?? stored.message.topic, channel: request.channel ?? last?.channel,
                subject: request.subject ?? stored.message.subject)
            try check(request, occasion)
            return occasion
        }
        var occasion = Occasion(
            recipient: known ?? StoredRecipient(id: request.recipient ?? "", createdAt: now), topic: request.topic,
            channel: request.channel, subject: request.subject)
        try check(request, occasion)
        // From here on nothing is refused.
        if known == nil { occasion.recipient = try admit(occasion.recipient, session, now: now).recipient }
        return occasion
    }

    /// Each kind needs to know what it is about.
    private func check(_ request: EventRequest, _ occasion: Occasion) throws(Problem) {
        switch request.kind {
        case .unsubscribed where occasion.topic == nil: throw Problem.bad("/topic", "missing, expected the topic")
        case .converted where occasion.subject == nil:
            throw Problem.bad("/subject", "missing, and the message has none; expected what was done with")
        case .bounced where request.isHard && occasion.channel == nil:
            throw Problem.bad("/channel", "missing, and the message was never released; expected the channel")
        case .opened, .clicked, .dismissed, .converted, .unsubscribed, .complained, .bounced: break
        }
    }

    // MARK: What each does

    private func withdraw(
        _ topics: [String?], _ occasion: Occasion, by reporter: String, _ source: String, _ session: Session,
        _ now: Timestamp
    ) throws -> EventAnswer {
        var answer = EventAnswer()
        for case let topic? in topics {
            let scope = Consents.Scope(topic: topic)
            let evidence = occasion.message.map { "message \(ids.id($0))" }
            _ = try keep(
                StoredConsent(
                    scope: scope, word: .withdrawn, source: source, evidence: evidence, receivedAt: now,
                    recordedBy: reporter, policy: policy.version),
                of: occasion.recipient, session, now: now)
            answer.withdrawn.append(scope)
        }
        return answer
    }

    /// Whoever complains wants nothing of the kind any more.
    private func complain(
        _ occasion: Occasion, by reporter: String, isNew: Bool, _ session: Session, now: Timestamp
    ) throws -> EventAnswer {
        let isMarketing = occasion.topic.flatMap { policy.topic($0) }?.kind == .marketing
        var answer = try withdraw(
            [Consents.allMarketing, isMarketing ? nil : occasion.topic], occasion, by: reporter, "event:complained",
            session, now)
        // Only what reached somebody can be complained of: else whoever reports could stop any topic.
        guard occasion.isReleased, isNew, let message = occasion.message,
            let topic = try session.message(message)?.message.topic
        else { return answer }
        try session.countComplaint(about: topic, at: now)
        if try holdIfTooMany(complaintsAbout: topic, session, now: now) { answer.heldTopic = topic }
        return answer
    }

    /// What it was about is done: nothing more of it is sent, whatever the topic.
    private func convert(
        _ occasion: Occasion, _ request: EventRequest, _ session: Session, now: Timestamp
    ) throws -> EventAnswer {
        guard let subject = occasion.subject else { return EventAnswer() }
        var answer = EventAnswer()
        answer.cancelled = try complete(
            subject, recipient: occasion.recipient.number, blockFor: request.blockFor, session, now: now)
        return answer
    }

    private func bounce(
        _ occasion: Occasion, _ request: EventRequest, _ session: Session, now: Timestamp
    ) throws -> EventAnswer {
        guard request.isHard, let channel = occasion.channel else { return EventAnswer() }
        let recipient = occasion.recipient
        let desk = try desk(recipient, session, now: now)
        // Bounces come late: what is dead is the address that the message went to, whichever there is now.
        let went = try occasion.message.flatMap { try session.attempts(of: $0).last { $0.channel == channel } }
        let isKnown = try went.map { try session.closeAddress(ofAttempt: $0.number, since: now) } ?? false
        if !isKnown {
            try session.closeAddress(desk.addresses[channel], of: recipient.number, on: channel, since: now)
        }
        guard try session.closedAddresses(of: recipient.number, among: desk.addresses).contains(channel) else {
            return EventAnswer()
        }
        try revise(desk, session, now: now)
        return EventAnswer(closedAddress: channel)
    }
}

extension EventRequest.Kind {
    var type: EventType {
        switch self {
        case .opened: .opened
        case .clicked: .clicked
        case .dismissed: .dismissed
        case .converted: .converted
        case .unsubscribed: .unsubscribed
        case .complained: .complained
        case .bounced: .bounced
        }
    }
}

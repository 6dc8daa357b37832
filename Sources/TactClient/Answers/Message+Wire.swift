internal import TactAPI

extension Plan {
    init(_ members: Members) throws(TactError) {
        at = try members.one("at", Instant.init(json:))
        channel = try members.one("channel", \.stringValue)
    }
}

extension Finding {
    init(_ members: Members) throws(TactError) {
        rule = try members.one("rule", \.stringValue)
        effect = try members.one("effect") { $0.stringValue.flatMap(Effect.init) }
        code = try members.ifAny("code", \.stringValue)
        until = try members.ifAny("until", Instant.init(json:))
        channel = try members.ifAny("channel", \.stringValue)
        name = try members.ifAny("name", \.stringValue)
        text = try members.ifAny("text", \.stringValue)
    }
}

extension Message {
    init(_ members: Members) throws(TactError) {
        id = try members.one("id", \.stringValue)
        state = try members.one("state", State.init(json:))
        recipient = try members.one("recipient", \.stringValue)
        topic = try members.one("topic", \.stringValue)
        channels = try members.values("channels", \.stringValue)
        submittedAt = try members.one("submitted_at", Instant.init(json:))
        expiresAt = try members.ifAny("expires_at", Instant.init(json:))
        plan = try members.objectIfAny("plan", Plan.init)
        codes = try members.values("codes", \.stringValue)
        findings = try members.list("findings", Finding.init)
        attempts = try members.one("attempts", \.countValue)
        reason = try members.ifAny("reason", \.stringValue)
        endedAt = try members.ifAny("ended_at", Instant.init(json:))
    }
}

extension Message.State {
    init?(json: JSON) {
        guard let state = json.stringValue.flatMap(Self.init) else { return nil }
        self = state
    }
}

extension Forecast {
    init(_ members: Members) throws(TactError) {
        state = try members.one("state", Message.State.init(json:))
        plan = try members.objectIfAny("plan", Plan.init)
        findings = try members.list("findings", Finding.init)
    }
}

extension Explanation {
    init(_ members: Members) throws(TactError) {
        message = try members.object("message", Message.init)
        decisions = try members.list("decisions", Decision.init)
        nextCursor = try members.ifAny("next_cursor", \.stringValue)
        now = try members.objectIfAny("now", Decision.init)
        deliveries = try members.list("deliveries", Delivery.init)
    }
}

extension Explanation.Decision {
    init(_ members: Members) throws(TactError) {
        at = try members.one("at", Instant.init(json:))
        outcome = try members.one("outcome", \.stringValue)
        plan = try members.objectIfAny("plan", Plan.init)
        findings = try members.list("findings", Finding.init)
        policy = try members.one("policy", \.stringValue)
        tz = try members.one("tz", \.stringValue)
    }
}

extension Explanation.Delivery {
    init(_ members: Members) throws(TactError) {
        attempt = try members.one("attempt", \.countValue)
        channel = try members.one("channel", \.stringValue)
        releasedAt = try members.one("released_at", Instant.init(json:))
        outcome = try members.ifAny("outcome", \.stringValue)
        detail = try members.ifAny("detail", \.stringValue)
    }
}

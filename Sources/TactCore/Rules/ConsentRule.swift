/// What the person agreed to, and what they have switched off. A withdrawal binds whatever the policy asks for; a topic
/// that is `opt_in` needs a grant besides.
enum ConsentRule {
    /// Tells everything that stands against the message, and answers with the last of it. Where nothing does, the rule
    /// permits, or has no say.
    static func verdict(_ c: borrowing Case, _ hear: (_ ofChannel: Bool, Verdict) -> Void) -> Verdict {
        var against: [(code: Finding.Code, ofChannel: Bool)] = []
        let last = c.situation.consents.word(on: c.topic, channel: c.channel.name)
        switch last?.word {
        case .withdrawn: against.append((.consentWithdrawn, last?.isOfChannel ?? false))
        case .granted: break
        case nil:
            switch c.topic.consent {
            case .optIn: against.append((.consentMissing, false))
            case .optOut: break
            case .notRequired: if c.situation.preferences.isEmpty { return .notApplicable }
            }
        }
        if c.situation.preferences.isOff(c.topic) { against.append((.topicOptedOut, false)) }
        if c.situation.preferences.isOut(c.channel.name, for: c.topic) { against.append((.channelOptedOut, true)) }
        for finding in against { hear(finding.ofChannel, .suppresses(finding.code)) }
        return against.last.map { .suppresses($0.code) } ?? .permits
    }
}

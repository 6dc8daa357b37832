/// What the rules said of one message on one channel, while it was sought a place.
struct Notes {
    private let channel: String
    private(set) var findings: [Finding] = []
    private(set) var permitting: RuleSet = []

    init(channel: String) { self.channel = channel }

    /// Writes down what a rule says more of than a verdict can hold.
    mutating func take(_ finding: Finding) { findings.note(finding) }

    /// Writes a verdict down. `ofChannel`: it binds this channel and perhaps no other.
    mutating func take(_ verdict: Verdict, of rule: Rule, ofChannel: Bool = false) {
        switch verdict {
        case .notApplicable: break
        case .permits: permitting.insert(RuleSet(rule))
        case .holds(let code, let until, _, let name, let detail):
            findings.note(
                Finding(
                    rule: rule, effect: .hold, code: code, until: until, channel: ofChannel ? channel : nil,
                    name: name, detail: detail))
        case .suppresses(let code, let name, let detail):
            findings.note(
                Finding(
                    rule: rule, effect: .suppress, code: code, channel: ofChannel ? channel : nil, name: name,
                    detail: detail))
        }
    }
}

extension Verdict {
    var suppresses: Bool {
        if case .suppresses = self { true } else { false }
    }

    var holds: Bool {
        if case .holds = self { true } else { false }
    }
}

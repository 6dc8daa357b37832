/// What is to become of a message, and why.
package struct Decision: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        /// Now, by this channel.
        case deliver(channel: String)
        /// Not before this instant; nil: not before something changes.
        case hold(until: Timestamp?)
        case suppress
    }

    package var at: Timestamp
    package var outcome: Outcome
    /// Where and when the message will go, as things stand. nil with `hold(until: nil)` and `suppress`.
    package var plan: Message.Plan?
    /// The edge that the plan was spread from.
    package var edge: Timestamp?
    /// What held or suppressed, in the order of the rules.
    package var findings: [Finding]
    /// The rules that looked and let it pass; those in neither have nothing to do with the message.
    package var permitting: RuleSet

    package init(
        at: Timestamp, outcome: Outcome, plan: Message.Plan? = nil, edge: Timestamp? = nil, findings: [Finding] = [],
        permitting: RuleSet = []
    ) {
        self.at = at
        self.outcome = outcome
        self.plan = plan
        self.edge = edge
        self.findings = findings
        self.permitting = permitting
    }

    /// What every rule says, each at least once, in the order of the rules: the whole explanation.
    package var fullFindings: [Finding] {
        Rule.allCases.flatMap { rule -> [Finding] in
            let blocking = findings.filter { $0.rule == rule }
            if !blocking.isEmpty { return blocking }
            return [Finding(rule: rule, effect: permitting.contains(rule) ? .permit : .notApplicable)]
        }
    }
}

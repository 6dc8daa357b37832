/// A set of rules, as bits: which rules looked at a message and let it pass.
package struct RuleSet: OptionSet, Hashable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package init(_ rule: Rule) { rawValue = 1 << UInt16(rule.position) }

    package func contains(_ rule: Rule) -> Bool { contains(RuleSet(rule)) }
}

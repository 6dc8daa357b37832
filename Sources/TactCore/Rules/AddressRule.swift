/// A channel that needs an address is out for a recipient without one.
enum AddressRule {
    static func verdict(_ c: borrowing Case) -> Verdict {
        // It came back for good: to try again would only harm the sender's standing.
        if c.situation.closedAddresses.contains(c.channel.name) { return .suppresses(.noAddress) }
        return switch c.channel.address {
        case .optional: .notApplicable
        case .required: c.situation.addresses.contains(c.channel.name) ? .permits : .suppresses(.noAddress)
        }
    }
}

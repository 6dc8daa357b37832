/// A channel that needs an address is out for a recipient without one.
enum AddressRule {
    static func verdict(_ c: borrowing Case) -> Verdict {
        switch c.channel.address {
        case .optional: .notApplicable
        case .required: c.situation.addresses.contains(c.channel.name) ? .permits : .suppresses(.noAddress)
        }
    }
}

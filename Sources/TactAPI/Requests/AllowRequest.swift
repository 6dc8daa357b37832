import TactCore

/// The body of `POST /v1/recipients/{id}/allow`: what a person had removed, and allows again.
package struct AllowRequest: Sendable, Equatable {
    /// Names of attributes.
    package var attributes: [String]
    /// Channels.
    package var addresses: [String]

    package init(attributes: [String] = [], addresses: [String] = []) {
        self.attributes = attributes
        self.addresses = addresses
    }

    package init(_ bytes: some Collection<UInt8>) throws(Problem) {
        var fields = try Fields(body: try JSON(body: bytes))
        attributes = fields.optional("attributes", .names) ?? []
        addresses = fields.optional("addresses", .names) ?? []
        try fields.finish()
    }
}

extension FieldKind where Value == [String] {
    fileprivate static let names = FieldKind.list(
        of: .printable("a name", 1...128), 0...OwnWords.mostRemoved, what: "names")
}

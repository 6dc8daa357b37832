import TactCore

/// The body of `PATCH /v1/messages/{id}`: moves a pending message. What is nil stays as it is.
package struct MessagePatch: Sendable, Equatable {
    /// What becomes of a field that may have no value.
    package enum Change: Sendable, Equatable {
        case keep, clear
        case set(Timestamp)
    }

    /// `null` takes it away.
    package var notBefore: Change
    package var expiresAt: Timestamp?
    package var urgency: Urgency?
    package var relevance: Double?

    package init(_ bytes: some Collection<UInt8>) throws(Problem) {
        try self.init(json: try JSON(body: bytes))
    }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        let cleared = fields.isNull("not_before")
        notBefore = fields.optional("not_before", .instant).map(Change.set) ?? (cleared ? .clear : .keep)
        expiresAt = fields.optional("expires_at", .instant)
        urgency = fields.optional("urgency", .urgency)
        relevance = fields.optional("relevance", .relevance)
        for name in ["expires_at", "urgency", "relevance"] where fields.isNull(name) {
            fields.refuse(name, "expected a new value, found null; leave the field out to keep what is")
        }
        try fields.finish()
    }
}

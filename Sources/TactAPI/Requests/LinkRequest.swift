import TactCore

/// The body of `POST /v1/recipients/{id}/links`.
package struct LinkRequest: Sendable, Equatable {
    package enum Scope: String, CaseIterable, Sendable {
        case preferences, unsubscribe
    }

    package var scope: Scope
    /// What may be withdrawn: with the scope `unsubscribe`, and only then.
    package var topic: String?
    /// nil: a day. Links to unsubscribe do not end.
    package var expiresIn: Duration?
    /// Whether it is used up by the first request that changes something. To withdraw twice changes nothing.
    package var isOnce: Bool

    package init(_ bytes: some Collection<UInt8>) throws(Problem) {
        var fields = try Fields(body: try JSON(body: bytes))
        scope = fields.required("scope", .choice(standIn: .preferences, \.rawValue))
        topic = fields.optional("topic", .topic)
        expiresIn = fields.optional("expires_in", .duration(from: .seconds(1), to: .days(400)))
        isOnce = fields.optional("once", .bool) ?? false
        switch (scope, topic) {
        case (.unsubscribe, nil): fields.refuse("topic", "missing, expected the topic that may be withdrawn")
        case (.preferences, _?): fields.refuse("topic", "is for the scope unsubscribe; leave it out")
        case (.unsubscribe, _?), (.preferences, nil): break
        }
        if scope == .unsubscribe {
            if expiresIn != nil { fields.refuse("expires_in", "a link to unsubscribe does not end; leave it out") }
            if isOnce { fields.refuse("once", "a link to unsubscribe is not used up; leave it out") }
        }
        try fields.finish()
    }
}

import TactCore

/// The body of `POST /v1/events`: what a person did with a message, or what became of it on the way.
package struct EventRequest: Sendable, Equatable {
    package enum Kind: String, CaseIterable, Sendable {
        case opened, clicked, dismissed, converted, unsubscribed, complained, bounced
    }

    package var kind: Kind
    /// The message it is about; whose it is, its topic, subject and channel are then known.
    package var message: String?
    package var recipient: String?
    package var topic: String?
    package var channel: String?
    package var subject: String?
    /// With `converted`: how long new messages about the subject are suppressed.
    package var blockFor: Duration?
    /// With `bounced`: whether the address is dead for good.
    package var isHard: Bool
    package var at: Timestamp?
    package var detail: String?

    package init(_ bytes: some Collection<UInt8>) throws(Problem) { try self.init(json: try JSON(body: bytes)) }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        kind = fields.required("type", .eventKind)
        message = fields.optional("message", .messageID)
        recipient = fields.optional("recipient", .recipient)
        topic = fields.optional("topic", .topic)
        channel = fields.optional("channel", .channel)
        subject = fields.optional("subject", .subject)
        blockFor = fields.optional("block_for", .duration(to: .days(3660)))
        let isHard = fields.optional("hard", .bool)
        self.isHard = isHard ?? false
        at = fields.optional("at", .instant)
        detail = fields.optional("detail", .prose("a detail", upTo: 2000))
        if message == nil, recipient == nil {
            fields.refuse("message", "missing, expected the message's id, or a recipient")
        }
        if blockFor != nil, kind != .converted { fields.refuse("block_for", "only “converted” blocks a subject") }
        if isHard != nil, kind != .bounced { fields.refuse("hard", "only “bounced” is hard or not") }
        try fields.finish()
    }
}

extension FieldKind where Value == EventRequest.Kind {
    fileprivate static let eventKind = FieldKind.choice(standIn: .opened, \.rawValue)
}

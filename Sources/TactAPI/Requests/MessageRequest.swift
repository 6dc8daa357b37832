import TactCore

/// The body of `POST /v1/messages`, and a line of its bulk form.
package struct MessageRequest: Sendable, Equatable {
    /// When a message is of no use any more.
    package enum Expiry: Sendable, Equatable {
        /// So long after `max(submitted, not_before)`.
        case after(Duration)
        case at(Timestamp)
    }

    package var recipient: String
    package var topic: String
    /// In order of preference; nil: the topic's.
    package var channels: [String]?
    package var urgency: Urgency
    /// 0…1.
    package var relevance: Double
    package var notBefore: Timestamp?
    /// nil: the topic's `expires_in`.
    package var expiry: Expiry?
    package var idempotencyKey: String?
    package var collapseKey: String?
    package var subject: String?
    /// What messages that say the same have in common, in the sender's words.
    package var fingerprint: String?
    /// What is for the person, as a compact JSON object. With a template, what goes along with its words.
    package var content: [UInt8]
    /// The template that words the message when it is released.
    package var template: String?
    /// What the message brings along for its template.
    package var variables: JSONObject?
    /// Why the person gets it: a sentence for them.
    package var because: String?
    /// The whole body in canonical form, where there is an idempotency key: what "the same body" means.
    package var canonicalBody: [UInt8]?

    /// The longest life a message can ask for.
    package static let longestLife = Duration.days(3660)

    /// Reads and checks a body. Whether topic and channels exist is not known here.
    package init(_ bytes: some Collection<UInt8>) throws(Problem) {
        try self.init(json: try JSON(body: bytes))
    }

    /// As above, from what was read before.
    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        recipient = fields.required("recipient", .recipient)
        topic = fields.required("topic", .topic)
        channels = fields.optional("channels", .channels)
        urgency = fields.optional("urgency", .urgency) ?? .normal
        relevance = fields.optional("relevance", .relevance) ?? 0.5
        notBefore = fields.optional("not_before", .instant)
        expiry = Self.expiry(&fields)
        idempotencyKey = fields.optional("idempotency_key", .key)
        collapseKey = fields.optional("collapse_key", .key)
        subject = fields.optional("subject", .subject)
        fingerprint = fields.optional("fingerprint", .printable("a fingerprint", 1...256))
        content = fields.optional("content", .content) ?? Array("{}".utf8)
        template = fields.optional("template", .templateName)
        variables = fields.optional("variables", .variables)
        because = fields.optional("because", .because)
        if variables != nil, template == nil {
            fields.refuse("variables", "expected a template that uses them; name one in “template”, or leave them out")
        }
        if case .at(let expiresAt) = expiry, let notBefore, expiresAt <= notBefore {
            fields.refuse("expires_at", "expected an instant after not_before, \(notBefore), found \(expiresAt)")
        }
        try fields.finish()
        canonicalBody = idempotencyKey == nil ? nil : json.canonical()
    }

    /// What is kept of it until it is released: the content, and what the template will need.
    package var storedContent: [UInt8] {
        guard template != nil else { return content }
        var out = JSONWriter()
        out.object {
            $0.name("content")
            $0.raw(content)
            $0.name("variables")
            $0.value(.object(variables ?? JSONObject()))
        }
        return out.bytes
    }

    private static func expiry(_ fields: inout Fields) -> Expiry? {
        let duration = fields.optional("expires_in", .life)
        let instant = fields.optional("expires_at", .instant)
        if duration != nil, instant != nil {
            fields.refuse("expires_at", "expected either expires_in or expires_at, found both")
        }
        return duration.map(Expiry.after) ?? instant.map(Expiry.at)
    }
}

extension FieldKind where Value == Duration {
    fileprivate static let life = FieldKind.duration(from: .seconds(1), to: MessageRequest.longestLife)
}

extension FieldKind where Value == [UInt8] {
    /// An object, kept as its compact text.
    fileprivate static let content = FieldKind("an object such as {\"title\":\"…\",\"body\":\"…\"}", standIn: []) {
        json in
        json.objectValue == nil ? nil : json.encoded()
    }
}

extension JSON {
    /// Reads a body; what is not JSON is a problem.
    package init(body bytes: some Collection<UInt8>) throws(Problem) {
        do throws(Malformed) {
            try self.init(parsing: bytes)
        } catch {
            throw Problem(.malformedJSON, "\(error). Send one JSON object.")
        }
    }

    /// Reads a body that may be left out altogether and is then `{}`.
    package init(optionalBody bytes: some Collection<UInt8>) throws(Problem) {
        if bytes.isEmpty { self = .object(JSONObject()) } else { try self.init(body: bytes) }
    }
}

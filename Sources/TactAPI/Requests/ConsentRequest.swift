import TactCore

/// The body of `POST /v1/recipients/{id}/consents`: one more word on what a person agrees to.
package struct ConsentRequest: Sendable, Equatable {
    package var scope: Consents.Scope
    package var word: Consents.Word
    /// How it was said, such as `web-form`.
    package var source: String?
    /// The version of the text that was agreed to.
    package var wording: String?
    /// What shows it.
    package var evidence: String?
    /// When it was said.
    package var at: Timestamp?

    package init(
        scope: Consents.Scope, word: Consents.Word, source: String? = nil, wording: String? = nil,
        evidence: String? = nil, at: Timestamp? = nil
    ) {
        self.scope = scope
        self.word = word
        self.source = source
        self.wording = wording
        self.evidence = evidence
        self.at = at
    }

    package init(_ bytes: some Collection<UInt8>) throws(Problem) { try self.init(json: try JSON(body: bytes)) }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        scope = Consents.Scope(
            topic: fields.required("topic", .topic), channel: fields.optional("channel", .channel))
        word = fields.required("state", .consentWord)
        source = fields.optional("source", .printable("how it was said", 1...256))
        wording = fields.optional("wording", .printable("the version of the text", 1...256))
        evidence = fields.optional("evidence", .prose("what shows it", upTo: 2000))
        at = fields.optional("at", .instant)
        if scope.topic == Consents.allMarketing, word == .granted {
            fields.refuse("topic", "“*” can only be withdrawn: name the topic that is agreed to")
        }
        try fields.finish()
    }
}

extension FieldKind where Value == Consents.Word {
    fileprivate static let consentWord = FieldKind.choice(standIn: .withdrawn, \.rawValue)
}

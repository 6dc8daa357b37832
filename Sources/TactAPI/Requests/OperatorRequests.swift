import TactCore

/// The body of `POST /v1/subjects/{subject}/complete`; it may be left out.
package struct CompleteRequest: Sendable, Equatable {
    /// nil: whoever the subject's messages are for.
    package var recipient: String?
    /// How long new messages about the subject are suppressed; nil: not at all.
    package var blockFor: Duration?

    package init(_ bytes: some Collection<UInt8>) throws(Problem) { try self.init(json: try JSON(optionalBody: bytes)) }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        recipient = fields.optional("recipient", .recipient)
        blockFor = fields.optional("block_for", .duration(to: .days(3660)))
        try fields.finish()
    }
}

/// The body of `POST /v1/channels/{name}/hold` and `/release`; it may be left out.
package struct HoldRequest: Sendable, Equatable {
    /// Who wants it; nil: the socket's peer.
    package var author: String?
    package var comment: String?

    package init(_ bytes: some Collection<UInt8>) throws(Problem) { try self.init(json: try JSON(optionalBody: bytes)) }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        author = fields.optional("author", .printable("a name", 1...256))
        comment = fields.optional("comment", .prose("a comment", upTo: 2000))
        try fields.finish()
    }
}

internal import TactAPI

extension Tactd {
    /// Submits a message. The answer comes when it is on disk, and says at once what will happen and why.
    ///
    /// A message that policy suppresses is no error: its state says so. With an idempotency key a repetition answers
    /// with the message as it is now.
    public func submit(_ message: NewMessage) async throws(TactError) -> Message {
        try Message(Members(await send(ClientRequest(.POST, v1: ["messages"], json: message.json))))
    }

    /// What would become of a message; nothing is stored.
    ///
    /// - Parameter at: if it were submitted then; now, if left out.
    public func forecast(_ message: NewMessage, at instant: Instant? = nil) async throws(TactError) -> Forecast {
        let query = [("dry_run", "true")] + (instant.map { [("at", $0.description)] } ?? [])
        return try Forecast(
            Members(await send(ClientRequest(.POST, v1: ["messages"], query: query, json: message.json))))
    }

    /// A message as it stands.
    public func message(_ id: String) async throws(TactError) -> Message {
        try Message(Members(await send(ClientRequest(.GET, v1: ["messages", id]))))
    }

    /// Why a message is where it is.
    ///
    /// - Parameters:
    ///   - language: of the sentences: `en`, `de`, `fr`, `es` or `zh`; English, if left out.
    ///   - cursor: an earlier answer's `nextCursor`, for the decisions before those.
    public func explain(
        _ id: String, language: String? = nil, before cursor: String? = nil
    ) async throws(TactError) -> Explanation {
        let query = [("language", language), ("cursor", cursor)].compactMap { name, value in value.map { (name, $0) } }
        return try Explanation(
            Members(await send(ClientRequest(.GET, v1: ["messages", id, "explanation"], query: query))))
    }

    /// Cancels a pending message. One that is cancelled already is answered as it is; one that is leased or has ended
    /// otherwise is refused with `notPending`.
    @discardableResult
    public func cancel(_ id: String) async throws(TactError) -> Message {
        try Message(Members(await send(ClientRequest(.DELETE, v1: ["messages", id]))))
    }

    /// Cancels all pending messages that match; at least one filter must be given. Answers how many.
    @discardableResult
    public func cancelAll(
        recipient: String? = nil, topic: String? = nil, subject: String? = nil
    ) async throws(TactError) -> Int {
        let filters = [("recipient", recipient), ("topic", topic), ("subject", subject)]
        let query = filters.compactMap { name, value in value.map { (name, $0) } }
        return try Members(await send(ClientRequest(.DELETE, v1: ["messages"], query: query)))
            .one("cancelled", \.countValue)
    }

    /// Says that the thing is done that messages are about: those that are pending are cancelled. Answers how many.
    ///
    /// - Parameters:
    ///   - recipient: for this recipient only.
    ///   - blockFor: new messages about it are suppressed so long.
    @discardableResult
    public func complete(
        _ subject: String, recipient: String? = nil, blockFor: Duration? = nil
    ) async throws(TactError) -> Int {
        var body = JSONObject()
        body["recipient"] = recipient.map(JSON.string)
        body["block_for"] = blockFor.map { .string($0.wireText) }
        return try Members(
            await send(ClientRequest(.POST, v1: ["subjects", subject, "complete"], json: .object(body)))
        )
        .one("cancelled", \.countValue)
    }

    /// Messages, the newest first, read page by page as they are asked for.
    ///
    /// ```swift
    /// for try await message in tactd.messages(states: [.pending], recipient: "ann") { print(message.id) }
    /// ```
    public func messages(
        states: [Message.State] = [], recipient: String? = nil, topic: String? = nil, subject: String? = nil,
        after: Instant? = nil, before: Instant? = nil
    ) -> MessageList {
        let filters = [
            ("state", states.isEmpty ? nil : states.map(\.rawValue).joined(separator: ",")), ("recipient", recipient),
            ("topic", topic), ("subject", subject), ("after", after?.description), ("before", before?.description),
        ]
        return MessageList(tactd: self, query: filters.compactMap { name, value in value.map { (name, $0) } })
    }
}

/// Messages that match, the newest first; read a page at a time.
public struct MessageList: AsyncSequence, Sendable {
    let tactd: Tactd
    let query: [(String, String)]

    /// Reads from the newest on.
    public func makeAsyncIterator() -> Iterator { Iterator(tactd: tactd, query: query) }

    /// Where in the list somebody is.
    public struct Iterator: AsyncIteratorProtocol {
        let tactd: Tactd
        let query: [(String, String)]
        /// Of the page at hand, the last first.
        private var page: [Message] = []
        private var cursor: String?
        private var isLast = false

        init(tactd: Tactd, query: [(String, String)]) {
            self.tactd = tactd
            self.query = query
        }

        /// The next message; `nil`: that was all.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws(TactError)
            -> Message?
        {
            while page.isEmpty, !isLast {
                let query = query + (cursor.map { [("cursor", $0)] } ?? [])
                let answer = try Members(await tactd.send(ClientRequest(.GET, v1: ["messages"], query: query)))
                page = try answer.list("items", Message.init).reversed()
                cursor = try answer.ifAny("next_cursor", \.stringValue)
                isLast = cursor == nil
            }
            return page.popLast()
        }

        /// As above.
        public mutating func next() async throws(TactError) -> Message? { try await next(isolation: nil) }
    }
}

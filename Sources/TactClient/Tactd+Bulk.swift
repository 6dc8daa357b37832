internal import NIOCore
internal import TactAPI

extension Tactd {
    /// Submits any number of messages over one connection, some thousand a second. Each answer is handed to `each` in
    /// order, when its message is on disk. One that is refused stops none of the others.
    ///
    /// If the connection breaks, what was answered stays: give every message an idempotency key, and submit them again.
    /// A `for` loop over `messages` runs in a task of its own, so that they may be made while they are sent.
    public func submit(
        contentsOf messages: some Sequence<NewMessage> & Sendable,
        each: (_ index: Int, _ answer: BulkAnswer) async throws -> Void
    ) async throws {
        let request = ClientRequest(.POST, ["v1", "messages"], contentType: "application/x-ndjson")
        do {
            try await client.exchange(request, patience: client.patience) { writer in
                var lines = ByteBuffer()
                for message in messages {
                    lines.writeBytes(message.json.encoded() + [UInt8(ascii: "\n")])
                    guard lines.readableBytes >= 64 << 10 else { continue }
                    try await writer.write(lines)
                    lines.clear()
                }
                try await writer.write(lines)
            } receive: { answer in
                guard answer.head.isSuccess else {
                    throw TactError(status: answer.head.status, body: try await answer.collect(max: 1 << 20))
                }
                var index = 0
                while let line = try await answer.nextLine() {
                    guard let json = try? JSON(parsing: line) else { throw TactError.unintelligible("it is not JSON") }
                    try await each(index, BulkAnswer(Members(json)))
                    index += 1
                }
            }
        } catch let error as ClientError {
            throw TactError(error)
        }
    }

    /// Submits many messages, and answers what became of each, in their order.
    public func submit(contentsOf messages: [NewMessage]) async throws(TactError) -> [BulkAnswer] {
        if messages.isEmpty { return [] }
        var answers: [BulkAnswer] = []
        do {
            try await submit(contentsOf: messages) { answers.append($1) }
        } catch let error as TactError {
            throw error
        } catch {
            throw .cancelled
        }
        guard answers.count == messages.count else { throw .interrupted("answers are missing") }
        return answers
    }
}

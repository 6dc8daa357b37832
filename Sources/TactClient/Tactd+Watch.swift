internal import TactAPI

extension Tactd {
    /// Every change of state, as it happens.
    ///
    /// ```swift
    /// for try await change in tactd.watch() where change.state == .failed { alert(change.id) }
    /// ```
    ///
    /// A watch ends when its task is cancelled. A connection that breaks, as it does when the daemon restarts, is made
    /// again, and nothing is missed: should it have to be, `TactError.missed` is thrown. Keep a change's `event` to go on
    /// after it in another process.
    ///
    /// - Parameter event: begin after the change of this number; now, if left out.
    public func watch(after event: Int64? = nil) -> Watch { Watch(tactd: self, event: event) }
}

/// Changes of state without an end.
public struct Watch: AsyncSequence, Sendable {
    let tactd: Tactd
    let event: Int64?

    /// Begins to watch when the first change is asked for.
    public func makeAsyncIterator() -> Iterator { Iterator(watcher: Watcher(tactd, after: event)) }

    /// Where somebody is who watches.
    public struct Iterator: AsyncIteratorProtocol {
        let watcher: Watcher

        /// The next change; `nil`: the task was cancelled.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws(TactError)
            -> Change?
        {
            try await watcher.next()
        }

        /// As above.
        public mutating func next() async throws(TactError) -> Change? { try await watcher.next() }
    }
}

/// Reads events from one connection after the other.
actor Watcher {
    private let tactd: Tactd
    private var answer: ClientAnswer?
    private var events = ServerSentEvents()
    /// Where to go on: the last event told, or where the daemon says that the watch began.
    private var position: Int64?

    /// Between a break and the next connection.
    private static let pause = Duration.seconds(1)

    init(_ tactd: Tactd, after event: Int64?) {
        self.tactd = tactd
        position = event
    }

    func next() async throws(TactError) -> Change? {
        while !Task.isCancelled {
            do throws(TactError) {
                if let change = try await read() { return change }
            } catch {
                if error == .cancelled { return nil }
                guard error.mayPass else { throw error }
            }
            answer = nil
            guard (try? await Task.sleep(for: Watcher.pause)) != nil else { return nil }
        }
        return nil
    }

    /// The next change of the connection at hand; nil: it has ended.
    private func read() async throws(TactError) -> Change? {
        let answer = try await connect()
        while let line = try await naming({ () throws(ClientError) in try await answer.nextLine() }) {
            let data = events.take(line)
            if let id = events.lastID.flatMap({ Int64($0) }) { position = id }
            guard let data else { continue }
            guard let position, let json = try? JSON(parsing: data) else { throw .unintelligible("an event") }
            if let event = json["resumes_after"]?.integerValue { throw .missed(resumesAfter: event) }
            return try Change(Members(json), event: position)
        }
        return nil
    }

    private func connect() async throws(TactError) -> ClientAnswer {
        if let answer { return answer }
        let query = position.map { [("since", String($0))] } ?? []
        let client = tactd.client
        let new = try await naming { () throws(ClientError) in
            try await client.open(ClientRequest(.GET, v1: ["watch"], query: query))
        }
        guard new.head.isSuccess else {
            let body = try await naming { () throws(ClientError) in try await new.collect(max: 1 << 20) }
            throw TactError(status: new.head.status, body: body)
        }
        events = ServerSentEvents()
        answer = new
        return new
    }

    private func naming<Value>(_ body: () async throws(ClientError) -> Value) async throws(TactError) -> Value {
        do throws(ClientError) {
            return try await body()
        } catch {
            throw TactError(error)
        }
    }
}

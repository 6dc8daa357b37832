internal import TactAPI

extension Tactd {
    /// Takes messages that are due, for as long as `lease`: report each within that time, or extend it. What is not
    /// reported goes to another worker.
    ///
    /// - Parameters:
    ///   - max: 1 to 1000.
    ///   - lease: a second to an hour.
    ///   - wait: how long to wait for the first message, at most ten minutes.
    public func lease(
        _ channels: [String], max: Int = 1, for lease: Duration = .seconds(60), wait: Duration = .zero
    ) async throws(TactError) -> [Leased] {
        let body: JSON = [
            "channels": .array(channels.map(JSON.string)), "max": .integer(Int64(max)),
            "lease": .string(lease.wireText), "wait": .string(wait.wireText),
        ]
        return try Members(await send(ClientRequest(.POST, v1: ["leases"], json: body), longer: wait))
            .list("messages", Leased.init)
    }

    /// Says what became of leased messages, at most 1000. Answers in their order; repeating a report is allowed.
    @discardableResult
    public func report(_ outcomes: [(Leased, Outcome)]) async throws(TactError) -> [LeaseResult] {
        let body: JSON = ["outcomes": .array(outcomes.map { leased, outcome in outcome.json(for: leased) })]
        return try Members(await send(ClientRequest(.POST, v1: ["leases", "outcomes"], json: body)))
            .list("results", LeaseResult.init)
    }

    /// Says what became of a leased message.
    @discardableResult
    public func report(_ leased: Leased, _ outcome: Outcome) async throws(TactError) -> LeaseResult {
        guard let result = try await report([(leased, outcome)]).first else { throw .unintelligible("no result") }
        return result
    }

    /// Keeps leases for so long from now on.
    @discardableResult
    public func extend(_ leased: [Leased], for lease: Duration = .seconds(60)) async throws(TactError) -> [LeaseResult]
    {
        let items = leased.map { JSON.object(["id": .string($0.id), "lease": .string($0.lease)]) }
        let body: JSON = ["leases": .array(items), "lease": .string(lease.wireText)]
        return try Members(await send(ClientRequest(.POST, v1: ["leases", "extend"], json: body)))
            .list("results", LeaseResult.init)
    }

    /// Works until the task is cancelled: takes messages as they are due, hands each to `deliver`, and reports what
    /// that answers. A lease is kept for as long as its delivery takes.
    ///
    /// ```swift
    /// try await tactd.work(["sms"], concurrency: 8) { message in
    ///     guard let number = message.address else { return .failed(detail: "no number") }
    ///     return await gateway.send(message.content["title"]?.string ?? "", to: number, id: message.id)
    ///         ? .delivered : .retry(detail: "the gateway is busy", after: .seconds(30))
    /// }
    /// ```
    ///
    /// A daemon that cannot be reached, or has too much to do, is asked again, at first after a second and at last every
    /// half minute. Other refusals end the work and are thrown. When the task is cancelled, deliveries under way are
    /// cancelled, too; what they answer is still reported, if the daemon is there.
    ///
    /// - Parameter concurrency: how many deliveries at once.
    public func work(
        _ channels: [String], concurrency: Int = 1, lease: Duration = .seconds(60),
        deliver: @escaping @Sendable (Leased) async -> Outcome
    ) async throws(TactError) {
        let worker = Worker(tactd: self, channels: channels, length: lease, deliver: deliver)
        let failure = await withTaskGroup(of: TactError?.self) { group in
            for _ in 0..<max(1, concurrency) { group.addTask { await worker.run() } }
            // The first that fails ends the others.
            let failure = await group.next() ?? nil
            group.cancelAll()
            return failure
        }
        if let failure { throw failure }
    }
}

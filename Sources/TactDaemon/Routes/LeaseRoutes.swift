import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactStore

/// Workers: leases, outcomes, extensions.
extension Router {
    static let leaseRoutes: [Route] = [
        Route(.POST, "/v1/leases", roles: [.work], .direct(lease)),
        Route(.POST, "/v1/leases/outcomes", roles: [.work], .direct(outcomes)),
        Route(.POST, "/v1/leases/extend", roles: [.work], .direct(extend)),
    ]

    /// A long poll: answers at the first message, or with none when the wait is over.
    private static func lease(_ call: Route.Call, _ responder: Responder) throws {
        let request = try LeaseRequest(call.body.readableBytesView)
        let services = call.services
        let known = services.loaded.withLock { $0.configuration.policy.channels.map(\.name) }
        for (index, name) in request.channels.enumerated() where !known.contains(name) {
            throw Problem.bad(
                "/channels/\(index)",
                "there is no channel “\(name)”; expected one of \(known.joined(separator: ", "))", kind: .unknownChannel
            )
        }
        let order = Engine.Order(channels: request.channels, max: request.max, length: request.lease)
        let number = services.scheduler.serve(order, wait: request.wait) { result in
            services.respond(responder, result.map { .json(LeaseAnswer(messages: $0)) })
        }
        responder.onClosed { services.scheduler.withdraw(number) }
    }

    private static func outcomes(_ call: Route.Call, _ responder: Responder) throws {
        let outcomes = try OutcomesRequest(call.body.readableBytesView).outcomes
        let (engine, clock, services) = (call.services.engine, call.services.clock, call.services)
        // Where somebody submits meanwhile, many outcomes are stored a few at a time.
        let size = min(outcomes.count, services.commits.patientSlice)
        let slices = stride(from: 0, to: outcomes.count, by: size).map { outcomes[$0..<min($0 + size, outcomes.count)] }
        let results = Gathering<[LeaseResults.Item]>(slices.count) { result in
            services.respond(responder, result.map { .json(LeaseResults(results: $0.flatMap(\.self))) })
            // What was put back, or moved up, may be due before the scheduler wakes.
            services.scheduler.expect(clock.now)
        }
        for (place, slice) in slices.enumerated() {
            services.commits.perform(needing: .certainty, pace: .patient) { session in
                try slice.map {
                    try engine.report(
                        $0.outcome, id: $0.id, lease: $0.lease, detail: $0.detail, retryAfter: $0.retryAfter, session,
                        clock.moment)
                }
            } done: {
                results.put($0, at: place)
            }
        }
    }

    private static func extend(_ call: Route.Call, _ responder: Responder) throws {
        let request = try ExtendRequest(call.body.readableBytesView)
        let (engine, clock, services) = (call.services.engine, call.services.clock, call.services)
        services.commits.perform(needing: .certainty, pace: .patient) { session in
            LeaseResults(
                results: try request.leases.map {
                    try engine.extend(id: $0.id, lease: $0.lease, length: request.lease, session, clock.moment)
                })
        } done: {
            services.respond(responder, $0.map { .json($0) })
        }
    }
}

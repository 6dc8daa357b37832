import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactStore

/// What holds for more than one message: subjects, and what changes.
extension Router {
    static let worldRoutes: [Route] = [
        Route(.POST, "/v1/subjects/{subject}/complete", roles: [.operate], .task(complete)),
        Route(.GET, "/v1/watch", roles: [.operate], .direct(watch)),
    ]

    private static func complete(_ call: Route.Call) async throws -> Response {
        let request = try CompleteRequest(call.body.readableBytesView)
        let (engine, clock, commits) = (call.services.engine, call.services.clock, call.services.commits)
        let subject = try call.parameter(0, .subject)
        let cancelled = try await commits.perform { session in
            var number: Int64?
            if let id = request.recipient { number = try engine.recipient(id, session).number }
            return try engine.complete(
                subject, recipient: number, blockFor: request.blockFor, session, now: clock.now)
        }
        call.services.scheduler.expect(clock.now)
        return .json(CancelledAnswer(cancelled: cancelled))
    }

    private static func watch(_ call: Route.Call, _ responder: Responder) throws {
        let query = try WatchQuery(call.query(), lastEventID: call.head.headers.first(name: "last-event-id"))
        guard let stream = responder.stream(.ok, "text/event-stream", headers: [("Cache-Control", "no-store")]) else {
            return
        }
        call.services.watchers.add(stream, since: query.since)
    }
}

import NIOCore
import NIOHTTP1
import TactAPI
import TactCore
import TactEngine
import TactStore

/// Calendars in, busy intervals out.
extension Router {
    static let calendarRoutes: [Route] = [
        Route(
            .PUT, "/v1/recipients/{id}/calendars/{name}", roles: [.preferences, .operate],
            largestBody: CalendarLimits.standard.bytes, mediaTypes: ["text/calendar"], .task(putCalendar)),
        Route(.GET, "/v1/recipients/{id}/calendars/{name}", roles: [.preferences, .operate], .task(showCalendar)),
        Route(.DELETE, "/v1/recipients/{id}/calendars/{name}", roles: [.preferences, .operate], .task(deleteCalendar)),
    ]

    private static func putCalendar(_ call: Route.Call) async throws -> Response {
        let services = call.services
        let (engine, clock) = (services.engine, services.clock)
        let (id, name) = (try call.recipient(), try call.parameter(1, .key))
        // Read outside the transaction: a large file keeps nobody waiting.
        let zones = services.zones.withLock { $0 }
        let imported = try Engine.read(
            [UInt8](call.body.readableBytesView), zones: zones, outOfTime: SystemClock.stopwatch(Engine.calendarTime))
        let answer = try await services.commits.perform { session in
            try call.confirm(session)
            return try engine.answer(
                engine.put(imported.calendar, name: name, of: id, session, now: clock.now), imported: imported)
        }
        services.scheduler.expect(clock.now)
        return .json(answer)
    }

    private static func showCalendar(_ call: Route.Call) async throws -> Response {
        let (id, name) = (try call.recipient(), try call.parameter(1, .key))
        return .json(
            try await call.services.store.read { [engine = call.services.engine] session in
                let recipient = try engine.recipient(id, session)
                guard let stored = try session.calendar(name, of: recipient.number) else {
                    throw Problem(.notFound, "The recipient has no calendar “\(name)”.")
                }
                return try engine.answer(stored)
            })
    }

    private static func deleteCalendar(_ call: Route.Call) async throws -> Response {
        let (engine, clock) = (call.services.engine, call.services.clock)
        let (id, name) = (try call.recipient(), try call.parameter(1, .key))
        try await call.services.commits.perform { session in
            try call.confirm(session)
            try engine.deleteCalendar(name, of: id, session, now: clock.now)
        }
        call.services.scheduler.expect(clock.now)
        return Response(.noContent)
    }
}

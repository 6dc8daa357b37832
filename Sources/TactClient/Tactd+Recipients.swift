internal import TactAPI

extension Tactd {
    /// Declares a recipient: replaces what was declared before. Calendars stay.
    @discardableResult
    public func declare(_ id: String, _ recipient: Recipient) async throws(TactError) -> Recipient {
        try Recipient(Members(await send(ClientRequest(.PUT, v1: ["recipients", id], json: recipient.json))))
    }

    /// What is declared of a recipient.
    public func recipient(_ id: String) async throws(TactError) -> Recipient {
        try Recipient(Members(await send(ClientRequest(.GET, v1: ["recipients", id]))))
    }

    /// Changes what is named, by a merge patch (RFC 7396): `["country": "FR", "locale": nil]`. Null takes away.
    @discardableResult
    public func change(_ id: String, _ patch: [String: JSONValue]) async throws(TactError) -> Recipient {
        let request = ClientRequest(
            .PATCH, ["v1", "recipients", id], contentType: "application/merge-patch+json",
            body: JSON.object(JSONObject(patch)).encoded())
        return try Recipient(Members(await send(request)))
    }

    /// Delivers nothing to a recipient before an instant, but what does not respect pauses.
    @discardableResult
    public func pause(_ id: String, until instant: Instant) async throws(TactError) -> Recipient {
        try await change(id, ["paused_until": .string(instant.description)])
    }

    /// Ends a pause.
    @discardableResult
    public func resume(_ id: String) async throws(TactError) -> Recipient {
        try await change(id, ["paused_until": nil])
    }

    /// Imports a calendar (RFC 5545, at most 2 MiB) in the place of the one of that name. Only when it says busy is
    /// kept; what could not be read is told.
    @discardableResult
    public func importCalendar(
        _ name: String, of recipient: String, _ iCalendar: some Collection<UInt8>
    ) async throws(TactError) -> BusyCalendar {
        let request = ClientRequest(
            .PUT, ["v1", "recipients", recipient, "calendars", name], contentType: "text/calendar",
            body: Array(iCalendar))
        return try BusyCalendar(Members(await send(request)))
    }

    /// A calendar as kept.
    public func calendar(_ name: String, of recipient: String) async throws(TactError) -> BusyCalendar {
        try BusyCalendar(Members(await send(ClientRequest(.GET, v1: ["recipients", recipient, "calendars", name]))))
    }

    /// Forgets a calendar.
    public func removeCalendar(_ name: String, of recipient: String) async throws(TactError) {
        try await send(ClientRequest(.DELETE, v1: ["recipients", recipient, "calendars", name]))
    }

    /// When a recipient is busy, all calendars taken together.
    ///
    /// - Parameters:
    ///   - from: now, if left out.
    ///   - to: a week later, if left out; at most 366 days later.
    public func busy(
        _ id: String, from: Instant? = nil, to: Instant? = nil
    ) async throws(TactError) -> [BusyCalendar.Busy] {
        let query = [("from", from), ("to", to)].compactMap { name, at in at.map { (name, $0.description) } }
        let answer = try await send(ClientRequest(.GET, v1: ["recipients", id, "busy"], query: query))
        guard let intervals = answer.arrayValue else { throw .unintelligible("expected an array") }
        return try Members.list(intervals, BusyCalendar.Busy.init)
    }
}

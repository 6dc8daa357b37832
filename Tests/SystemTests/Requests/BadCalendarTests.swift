import TactAPI
import TactCore
import Testing

/// A calendar that is refused leaves the one before it in force.
@Suite struct BadCalendarTests {
    private static func calendar(_ lines: String...) -> [UInt8] {
        Array((["BEGIN:VCALENDAR", "VERSION:2.0"] + lines + ["END:VCALENDAR", ""]).joined(separator: "\r\n").utf8)
    }

    private static func event(_ lines: String...) -> String {
        (["BEGIN:VEVENT", "UID:1", "DTSTART:20261201T100000Z", "DTEND:20261201T110000Z"] + lines + ["END:VEVENT"])
            .joined(separator: "\r\n")
    }

    @Test func theOldCalendarStaysInForce() async throws {
        try await Daemon.run { daemon in
            let place = "/v1/recipients/ann/calendars/work"
            func put(_ ics: [UInt8]) async throws -> Reply {
                try await daemon.call(.put, place, body: ics, type: "text/calendar")
            }
            let good = try await put(BadCalendarTests.calendar(BadCalendarTests.event()))
            #expect(good.status == 200, "\(good)")
            let before = try await daemon.get(place).json
            let busy = try await daemon.get("/v1/recipients/ann/busy?from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z")
                .json

            let whole = BadCalendarTests.calendar(BadCalendarTests.event())
            let secondly = BadCalendarTests.event("RRULE:FREQ=SECONDLY")
            let many = (0..<5001).map { _ in BadCalendarTests.event() }.joined(separator: "\r\n")
            let deep = String(repeating: "BEGIN:X\r\n", count: 10_000)
            for (what, ics, status, code) in [
                ("too large", whole + [UInt8](repeating: 0x20, count: 2 << 20), 413, nil),
                ("cut off", Array(whole.dropLast(30)), 400, "calendar-unfinished"),
                ("no calendar", Array("hello".utf8), 400, "not-a-calendar"), ("empty", [], 400, "not-a-calendar"),
                ("JSON", Array("{}".utf8), 400, "not-a-calendar"),
                ("too many events", BadCalendarTests.calendar(many), 400, "calendar-too-many-events"),
                ("every second for ever", BadCalendarTests.calendar(secondly), 400, "calendar-too-many-steps"),
                ("nested", BadCalendarTests.calendar(deep), 400, nil),
                ("binary", (0...255).map { UInt8($0) }, 400, nil),
            ] as [(String, [UInt8], Int, String?)] {
                let reply = try await put(ics)
                #expect(reply.status == status, "\(what): \(reply)")
                if let code { #expect(reply.text.contains(code), "\(what): \(reply)") }
                #expect(try await daemon.get(place).json == before, "\(what): the old one is in force")
            }
            #expect(try await daemon.call(.put, place, body: whole, type: "application/json").status == 415)
            #expect(
                try await daemon.get("/v1/recipients/ann/busy?from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z").json
                    == busy)
            // A stranger's bad calendar does not make a recipient.
            let stranger = try await daemon.call(
                .put, "/v1/recipients/new/calendars/work", body: Array("hello".utf8), type: "text/calendar")
            #expect(stranger.status == 400)
            #expect(try await daemon.get("/v1/recipients/new").status == 404)
        }
    }

    @Test func oneCalendarMoreThanAllowedIsRefused() async throws {
        try await Daemon.run { daemon in
            let ics = BadCalendarTests.calendar(BadCalendarTests.event())
            for n in 0..<32 {
                let reply = try await daemon.call(
                    .put, "/v1/recipients/ann/calendars/c\(n)", body: ics, type: "text/calendar")
                #expect(reply.status == 200)
            }
            let reply = try await daemon.call(
                .put, "/v1/recipients/ann/calendars/one-more", body: ics, type: "text/calendar")
            #expect(reply.problem == .tooManyCalendars, "\(reply)")
            let again = try await daemon.call(.put, "/v1/recipients/ann/calendars/c7", body: ics, type: "text/calendar")
            #expect(again.status == 200, "replacing one is no more")
            #expect(try await daemon.delete("/v1/recipients/ann/calendars/c7").status == 204)
            #expect(try await daemon.delete("/v1/recipients/ann/calendars/c7").status == 404)
        }
    }
}

import TactCore
import Testing

/// VAVAILABILITY (RFC 7953): outside AVAILABLE it is busy.
@Suite struct AvailabilityTests {
    private func busy(_ body: String) throws -> [String] {
        try CalendarText.busy(CalendarText.calendar(body))
    }

    private func frame(_ lines: String, _ available: String = "") -> String {
        let hours = available.isEmpty ? "" : "BEGIN:AVAILABLE\n\(available)\nEND:AVAILABLE\n"
        return "BEGIN:VAVAILABILITY\n\(lines)\n\(hours)END:VAVAILABILITY\n"
    }

    private static let day = "DTSTART:20260401T000000Z\nDTEND:20260402T000000Z"

    @Test func withoutHoursAllOfItIsBusy() throws {
        #expect(try busy(frame(Self.day)) == ["2026-04-01T00:00:00Z 2026-04-02T00:00:00Z BUSY-UNAVAILABLE"])
        #expect(
            try busy(frame(Self.day + "\nBUSYTYPE:BUSY-TENTATIVE")) == [
                "2026-04-01T00:00:00Z 2026-04-02T00:00:00Z BUSY-TENTATIVE"
            ])
        #expect(
            try busy(frame("DTSTART:20260401T000000Z\nDURATION:P1D")) == [
                "2026-04-01T00:00:00Z 2026-04-02T00:00:00Z BUSY-UNAVAILABLE"
            ])
    }

    @Test func withoutEdgesItHoldsForEver() throws {
        #expect(try busy(frame("")) == ["2026-01-01T00:00:00Z 2027-01-01T00:00:00Z BUSY-UNAVAILABLE"])
        #expect(
            try busy(frame("DTSTART:20260401T000000Z")) == [
                "2026-04-01T00:00:00Z 2027-01-01T00:00:00Z BUSY-UNAVAILABLE"
            ])
    }

    @Test func hoursAreTakenOutOfIt() throws {
        #expect(
            try busy(frame(Self.day, "DTSTART:20260330T090000Z\nDURATION:PT8H\nRRULE:FREQ=DAILY")) == [
                "2026-04-01T00:00:00Z 2026-04-01T09:00:00Z BUSY-UNAVAILABLE",
                "2026-04-01T17:00:00Z 2026-04-02T00:00:00Z BUSY-UNAVAILABLE",
            ])
    }

    @Test func aHigherPriorityHasTheLastWord() throws {
        let closed = frame(Self.day + "\nPRIORITY:5")
        let open = frame(
            "DTSTART:20260401T080000Z\nDTEND:20260401T120000Z\nPRIORITY:1",
            "DTSTART:20260401T080000Z\nDTEND:20260401T100000Z")
        let expected = [
            "2026-04-01T00:00:00Z 2026-04-01T08:00:00Z BUSY-UNAVAILABLE",
            "2026-04-01T10:00:00Z 2026-04-02T00:00:00Z BUSY-UNAVAILABLE",
        ]
        #expect(try busy(closed + open) == expected)
        #expect(try busy(open + closed) == expected)
        let unranked = frame(Self.day + "\nPRIORITY:0")
        #expect(try busy(open + unranked) == expected)
    }

    @Test func equalPrioritiesBlockTogether() throws {
        let morning = frame(Self.day, "DTSTART:20260401T080000Z\nDTEND:20260401T120000Z")
        let noon = frame(Self.day, "DTSTART:20260401T110000Z\nDTEND:20260401T130000Z")
        #expect(
            try busy(morning + noon) == [
                "2026-04-01T00:00:00Z 2026-04-01T11:00:00Z BUSY-UNAVAILABLE",
                "2026-04-01T12:00:00Z 2026-04-02T00:00:00Z BUSY-UNAVAILABLE",
            ])
    }

    @Test func eventsBlockAvailableTime() throws {
        let event = "BEGIN:VEVENT\nDTSTART:20260401T100000Z\nDURATION:PT1H\nEND:VEVENT\n"
        #expect(
            try busy(event + frame(Self.day, "DTSTART:20260401T080000Z\nDTEND:20260401T120000Z")).contains(
                "2026-04-01T10:00:00Z 2026-04-01T11:00:00Z BUSY"))
    }

    @Test func brokenHoursAreReportedAndDoNotOpen() throws {
        let parsed = try CalendarText.parse(CalendarText.calendar(frame(Self.day, "DTSTART:never")))
        #expect(parsed.skipped.map(\.component) == ["AVAILABLE"])
        #expect(
            try CalendarCorpus.busy(parsed.calendar).map(\.line) == [
                "2026-04-01T00:00:00Z 2026-04-02T00:00:00Z BUSY-UNAVAILABLE"
            ])
        let broken = try CalendarText.parse(
            CalendarText.calendar(frame("DTSTART:20260402T000000Z\nDTEND:20260401T000000Z")))
        #expect(broken.skipped.map(\.reason) == ["DTEND is not after DTSTART"])
    }
}

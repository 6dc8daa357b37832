import TactCore
import Testing

/// The nights on which clocks change: blocked time gets the longer reading, available time the shorter.
@Suite struct ClockChangeTests {
    /// Paris: at 01:00Z on 29 March 02:00 becomes 03:00; at 01:00Z on 25 October 03:00 becomes 02:00.
    @Test(arguments: [
        ("0329T023000", "DTEND;TZID=Europe/Paris:20260329T040000", "2026-03-29T01:30:00Z 2026-03-29T03:00:00Z"),
        ("0329T023000", "DTEND;TZID=Europe/Paris:20260329T033000", "2026-03-29T01:30:00Z 2026-03-29T02:30:00Z"),
        ("0329T013000", "DTEND;TZID=Europe/Paris:20260329T023000", "2026-03-29T00:30:00Z 2026-03-29T01:30:00Z"),
        ("0329T013000", "DURATION:PT1H", "2026-03-29T00:30:00Z 2026-03-29T01:30:00Z"),
        ("0328T120000", "DURATION:P1D", "2026-03-28T11:00:00Z 2026-03-29T10:00:00Z"),
        ("0328T120000", "DURATION:PT24H", "2026-03-28T11:00:00Z 2026-03-29T11:00:00Z"),
        ("1025T023000", "DTEND;TZID=Europe/Paris:20261025T024500", "2026-10-25T00:30:00Z 2026-10-25T01:45:00Z"),
        ("1025T010000", "DTEND;TZID=Europe/Paris:20261025T023000", "2026-10-24T23:00:00Z 2026-10-25T01:30:00Z"),
        ("1025T023000", "DURATION:PT1H", "2026-10-25T00:30:00Z 2026-10-25T01:30:00Z"),
        ("1024T023000", "DURATION:P1D", "2026-10-24T00:30:00Z 2026-10-25T01:30:00Z"),
    ]) func oneEvent(_ start: String, _ end: String, _ expected: String) throws {
        #expect(try CalendarText.busy("DTSTART;TZID=Europe/Paris:2026\(start)\n\(end)") == [expected + " BUSY"])
    }

    @Test func aNightlyShiftIsNeverShortened() throws {
        let nights = try CalendarText.busy(
            "DTSTART;TZID=Europe/Paris:20260101T220000\nDTEND;TZID=Europe/Paris:20260102T060000\nRRULE:FREQ=DAILY")
        #expect(nights.contains("2026-03-27T21:00:00Z 2026-03-28T05:00:00Z BUSY"))
        #expect(nights.contains("2026-03-28T21:00:00Z 2026-03-29T05:00:00Z BUSY"))
        #expect(nights.contains("2026-10-24T20:00:00Z 2026-10-25T05:00:00Z BUSY"))
    }

    @Test func aDailyMeetingKeepsItsWallClock() throws {
        let meetings = try CalendarText.busy(
            "DTSTART;TZID=Europe/Paris:20260101T090000\nDTEND;TZID=Europe/Paris:20260101T100000\nRRULE:FREQ=DAILY")
        #expect(meetings.count == 365)
        #expect(meetings.contains("2026-03-28T08:00:00Z 2026-03-28T09:00:00Z BUSY"))
        #expect(meetings.contains("2026-03-29T07:00:00Z 2026-03-29T08:00:00Z BUSY"))
        #expect(meetings.contains("2026-10-25T08:00:00Z 2026-10-25T09:00:00Z BUSY"))
    }

    @Test func availableTimeGetsTheShorterReading() throws {
        let calendar = CalendarText.calendar(
            """
            BEGIN:VAVAILABILITY
            DTSTART:20261025T000000Z
            DTEND:20261025T030000Z
            BEGIN:AVAILABLE
            DTSTART;TZID=Europe/Paris:20261025T020000
            DTEND;TZID=Europe/Paris:20261025T023000
            END:AVAILABLE
            END:VAVAILABILITY
            """)
        // From the second 02:00 to the first 02:30 is no time at all.
        #expect(try CalendarText.busy(calendar) == ["2026-10-25T00:00:00Z 2026-10-25T03:00:00Z BUSY-UNAVAILABLE"])
    }

    /// In Brazil clocks used to change at midnight.
    @Test func aDayWithoutMidnightBeginsAtItsFirstInstant() throws {
        guard let saoPaulo = TestZones.rules("America/Sao_Paulo") else { return }
        let busy = try CalendarText.busy("DTSTART;VALUE=DATE:20181104", year: 2018, home: [saoPaulo])
        #expect(busy == ["2018-11-04T03:00:00Z 2018-11-05T02:00:00Z BUSY"])
    }
}

import TactCore
import Testing

/// What of an event blocks, and when.
@Suite struct CalendarEventTests {
    private static let hour = "DTSTART:20260401T100000Z\nDTEND:20260401T110000Z\n"
    private static let blocked = "2026-04-01T10:00:00Z 2026-04-01T11:00:00Z "

    @Test(arguments: [
        ("", "BUSY"), ("TRANSP:OPAQUE", "BUSY"), ("STATUS:CONFIRMED", "BUSY"), ("STATUS:TENTATIVE", "BUSY-TENTATIVE"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "BUSY-TENTATIVE"), ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "BUSY"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "BUSY-UNAVAILABLE"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:oof\nTRANSP:TRANSPARENT", "BUSY-UNAVAILABLE"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", "BUSY"),
    ]) func whatBlocks(_ property: String, _ type: String) throws {
        #expect(try CalendarText.busy(Self.hour + property) == [Self.blocked + type])
    }

    @Test(arguments: [
        "TRANSP:TRANSPARENT", "transp:transparent", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\nTRANSP:TRANSPARENT",
        "STATUS:CANCELLED\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY",
    ]) func whatDoesNotBlock(_ property: String) throws {
        #expect(try CalendarText.busy(Self.hour + property).isEmpty)
    }

    @Test func aCancellingCalendarFreesEverything() throws {
        let calendar = CalendarText.calendar(
            "BEGIN:VEVENT\n\(Self.hour)END:VEVENT", header: "METHOD:CANCEL\n")
        #expect(try CalendarText.busy(calendar).isEmpty)
    }

    @Test func overridesTakeThePlaceOfTheirOccurrence() throws {
        let calendar = CalendarText.calendar(
            """
            BEGIN:VEVENT
            UID:a
            DTSTART:20260401T100000Z
            DTEND:20260401T110000Z
            RRULE:FREQ=DAILY;COUNT=4
            END:VEVENT
            BEGIN:VEVENT
            UID:a
            RECURRENCE-ID:20260402T100000Z
            DTSTART:20260410T100000Z
            DTEND:20260410T110000Z
            END:VEVENT
            BEGIN:VEVENT
            UID:a
            RECURRENCE-ID:20260403T100000Z
            DTSTART:20260403T100000Z
            DTEND:20260403T110000Z
            STATUS:CANCELLED
            END:VEVENT
            BEGIN:VEVENT
            UID:b
            RECURRENCE-ID:20260404T100000Z
            DTSTART:20260404T100000Z
            DTEND:20260404T110000Z
            STATUS:CANCELLED
            END:VEVENT
            """)
        #expect(
            try CalendarText.busy(calendar)
                == ["2026-04-01T10", "2026-04-04T10", "2026-04-10T10"].map {
                    "\($0):00:00Z \($0.dropLast(2))11:00:00Z BUSY"
                })
    }

    @Test func aBrokenOverrideLeavesItsOccurrenceBlocked() throws {
        let parsed = try CalendarText.parse(
            CalendarText.calendar(
                """
                BEGIN:VEVENT
                UID:a
                DTSTART:20260401T100000Z
                DTEND:20260401T110000Z
                END:VEVENT
                BEGIN:VEVENT
                UID:a
                RECURRENCE-ID:20260401T100000Z
                DTSTART:nonsense
                END:VEVENT
                """))
        #expect(parsed.skipped.map(\.line) == [8])
        #expect(try CalendarCorpus.busy(parsed.calendar).map(\.line) == [Self.blocked + "BUSY"])
    }

    @Test func thisAndFutureEndsASeriesWhenItIsCancelled() throws {
        let calendar = CalendarText.calendar(
            """
            BEGIN:VEVENT
            UID:a
            DTSTART:20260401T100000Z
            DTEND:20260401T110000Z
            RRULE:FREQ=DAILY
            END:VEVENT
            BEGIN:VEVENT
            UID:a
            RECURRENCE-ID;RANGE=THISANDFUTURE:20260402T100000Z
            DTSTART:20260402T100000Z
            STATUS:CANCELLED
            END:VEVENT
            """)
        #expect(try CalendarText.busy(calendar) == [Self.blocked + "BUSY"])
    }

    @Test func aDateExcludesTheOccurrencesOfItsDay() throws {
        let busy = try CalendarText.busy(
            "DTSTART:20260401T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260402,20260403")
        #expect(busy == [Self.blocked + "BUSY"])
    }

    @Test(arguments: [
        "EXDATE:20260402T080000Z", "EXDATE:20260402T100000", "EXDATE;TZID=Europe/Paris:20260402T100000",
        "EXDATE;TZID=America/New_York:20260402T100000",
    ]) func anOccurrenceInTheRecipientsZoneIsExcludedInAnyZone(_ exclusion: String) throws {
        let busy = try CalendarText.busy("DTSTART:20260402T100000\nDURATION:PT1H\n\(exclusion)")
        #expect(busy.isEmpty)
    }

    @Test func aWholeDayIsThatOfTheRecipient() throws {
        let day = "DTSTART;VALUE=DATE:20260401"
        #expect(try CalendarText.busy(day) == ["2026-03-31T22:00:00Z 2026-04-01T22:00:00Z BUSY"])
        #expect(
            try CalendarText.busy(day, home: [TestZones.newYork]) == [
                "2026-04-01T04:00:00Z 2026-04-02T04:00:00Z BUSY"
            ])
        #expect(
            try CalendarText.busy(day, home: [TestZones.newYork, TestZones.paris]) == [
                "2026-03-31T22:00:00Z 2026-04-02T04:00:00Z BUSY"
            ])
        #expect(try CalendarText.busy(day, home: []) == ["2026-03-31T10:00:00Z 2026-04-02T12:00:00Z BUSY"])
    }

    @Test(arguments: [
        ("", "DTSTART is missing"), ("DTSTART:20260401T100000Z\nDTSTART:20260401T100000Z", "DTSTART is given 2 times"),
        ("DTSTART:20260230T100000Z", "DTSTART: found \"20260230T100000Z\""),
        ("DTSTART:20260401T250000Z", "DTSTART: found"), ("DTSTART:2026-04-01", "DTSTART: found"),
        ("DTSTART:20260401T100000Z\nDTEND:20260401T090000Z", "DTEND is before DTSTART"),
        ("DTSTART:20260401T100000Z\nDURATION:-PT1H", "DURATION: found \"-PT1H\""),
        ("DTSTART:20260401T100000Z\nDURATION:PT", "DURATION: found"),
        ("DTSTART:20260401T100000Z\nDURATION:P999999999W", "DURATION: found"),
        ("DTSTART:00010101T000000Z\nDTEND:99991231T000000Z", "longer than 100 years"),
        ("DTSTART:20260401T100000Z\nRDATE:soon", "RDATE: found \"soon\""),
        ("DTSTART:20260401T100000Z\nEXDATE:20260431", "EXDATE: found \"20260431\""),
        ("DTSTART;VALUE=DATE:20260401\nRRULE:FREQ=HOURLY", "FREQ=HOURLY does not go with a DTSTART that is a date"),
    ]) func aBrokenEventIsReportedWithItsReason(_ lines: String, _ reason: String) throws {
        let refusal = try CalendarText.refusal(lines)
        #expect(refusal?.contains(reason) == true, "\(refusal ?? "accepted")")
    }

    @Test func anEventThatNeverEndsInTheFileIsReportedAndTheNextIsKept() throws {
        let parsed = try CalendarText.parse(
            CalendarText.calendar("BEGIN:VEVENT\n\(Self.hour)BEGIN:VEVENT\n\(Self.hour)END:VEVENT\nEND:VTODO"))
        #expect(parsed.skipped.map(\.reason) == ["has no END:VEVENT"])
        #expect(parsed.skipped.map(\.line) == [3])
        #expect(try CalendarCorpus.busy(parsed.calendar).count == 1)
        #expect(parsed.warnings.map(\.text) == ["END:VTODO without its BEGIN, ignored"])
    }
}

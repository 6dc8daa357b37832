import TactCore
import Testing

/// What TZIDs mean.
@Suite struct CalendarZoneTests {
    private func noon(_ tzid: String, zones: String = "") throws -> [String] {
        try CalendarText.busy(
            CalendarText.calendar(
                "\(zones)BEGIN:VEVENT\nDTSTART;TZID=\(tzid):20260701T120000\nDURATION:PT1H\nEND:VEVENT"))
    }

    @Test(arguments: [
        ("Europe/Paris", "10"), ("\"Europe/Paris\"", "10"), ("Romance Standard Time", "10"),
        ("\"romance standard time\"", "10"), ("/freeassociation.sourceforge.net/Tzfile/Europe/Paris", "10"),
        ("/mozilla.org/20070129_1/America/New_York", "16"), ("America/New York", "16"),
        ("Eastern Standard Time", "16"), ("UTC", "12"), ("Etc/UTC", "12"), ("tzone://Microsoft/Utc", "12"),
        ("AUS Eastern Standard Time", "02"),
    ]) func namesThatAreUnderstood(_ tzid: String, _ hour: String) throws {
        #expect(try noon(tzid).first?.hasPrefix("2026-07-01T\(hour):00:00Z") == true)
    }

    @Test func anUnknownZoneBlocksWhereverItIs() throws {
        let parsed = try CalendarText.parse(
            CalendarText.event("DTSTART;TZID=Nowhere:20260701T120000\nDURATION:PT1H"))
        #expect(parsed.warnings.count == 1)
        #expect(parsed.warnings.first?.text.hasPrefix("TZID \"Nowhere\" is neither") == true)
        #expect(try noon("Nowhere") == ["2026-06-30T22:00:00Z 2026-07-02T01:00:00Z BUSY"])
    }

    @Test func aZoneThatTheDatabaseHasLostIsUnknown() throws {
        let parsed = try CalendarText.parse(
            CalendarText.event("DTSTART;TZID=Europe/Paris:20260701T120000\nDURATION:PT1H"))
        #expect(parsed.calendar.zoneNames == ["Europe/Paris"])
        var budget = ExpansionBudget()
        let busy = try parsed.calendar.busy(
            within: CalendarCorpus.year2026, zones: { _ in nil }, floatingZones: [TestZones.paris], budget: &budget)
        #expect(busy.map(\.line) == ["2026-06-30T22:00:00Z 2026-07-02T01:00:00Z BUSY"])
    }

    @Test func theFilesOwnDefinitionFollowsItsRules() throws {
        let zone = """
            BEGIN:VTIMEZONE
            TZID:Own
            BEGIN:STANDARD
            DTSTART:16010101T030000
            TZOFFSETFROM:+0200
            TZOFFSETTO:+0100
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
            END:STANDARD
            BEGIN:DAYLIGHT
            DTSTART:16010101T020000
            TZOFFSETFROM:+0100
            TZOFFSETTO:+0200
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
            END:DAYLIGHT
            END:VTIMEZONE

            """
        for year in stride(from: Int64(1997), through: 2090, by: 3) {
            func daily(_ tzid: String) throws -> [String] {
                try CalendarText.busy(
                    CalendarText.calendar(
                        "\(zone)BEGIN:VEVENT\nDTSTART;TZID=\(tzid):19900101T023000\nDURATION:PT15M\n"
                            + "RRULE:FREQ=DAILY\nEND:VEVENT"), year: year)
            }
            #expect(try daily("Own") == (try daily("Europe/Paris")), "year \(year)")
        }
    }

    @Test(arguments: [
        ("TZOFFSETFROM:+01\nTZOFFSETTO:+0100\nDTSTART:19700101T000000", "TZOFFSETFROM: found \"+01\""),
        ("TZOFFSETFROM:+0100\nDTSTART:19700101T000000", "TZOFFSETTO is missing"),
        ("TZOFFSETFROM:+0100\nTZOFFSETTO:+0100", "DTSTART is missing"),
        (
            "TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nDTSTART:19700101T000000\nRRULE:FREQ=SECONDLY",
            "FREQ=SECONDLY, expected YEARLY"
        ),
    ]) func aBrokenDefinitionIsReportedAndItsZoneUnknown(_ lines: String, _ reason: String) throws {
        let parsed = try CalendarText.parse(
            CalendarText.calendar(
                """
                BEGIN:VTIMEZONE
                TZID:Own
                BEGIN:STANDARD
                \(lines)
                END:STANDARD
                END:VTIMEZONE
                BEGIN:VEVENT
                DTSTART;TZID=Own:20260701T120000
                DURATION:PT1H
                END:VEVENT
                """))
        #expect(parsed.skipped.first?.component == "VTIMEZONE")
        #expect(parsed.skipped.first?.reason.contains(reason) == true)
        #expect(try CalendarCorpus.busy(parsed.calendar).first?.line.hasPrefix("2026-06-30T22:00:00Z") == true)
    }

    @Test func aFixedOwnZoneNeedsNoRules() throws {
        let zone =
            "BEGIN:VTIMEZONE\nTZID:+3\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\n"
            + "TZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\n"
        #expect(try noon("+3", zones: zone) == ["2026-07-01T09:00:00Z 2026-07-01T10:00:00Z BUSY"])
    }
}

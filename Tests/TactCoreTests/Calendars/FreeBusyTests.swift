import TactCore
import Testing

/// VFREEBUSY (RFC 5545, section 3.6.4).
@Suite struct FreeBusyTests {
    private func parsed(_ lines: String) throws -> ParsedCalendar {
        try CalendarText.parse(CalendarText.calendar("BEGIN:VFREEBUSY\n\(lines)\nEND:VFREEBUSY"))
    }

    private func busy(_ lines: String) throws -> [String] {
        try CalendarCorpus.busy(try parsed(lines).calendar).map(\.line)
    }

    @Test(arguments: [
        ("", "BUSY"), (";FBTYPE=BUSY", "BUSY"), (";FBTYPE=busy-tentative", "BUSY-TENTATIVE"),
        (";FBTYPE=BUSY-UNAVAILABLE", "BUSY-UNAVAILABLE"), (";FBTYPE=X-SIESTA", "BUSY"),
    ]) func types(_ parameter: String, _ type: String) throws {
        #expect(
            try busy("FREEBUSY\(parameter):20260401T100000Z/PT1H") == [
                "2026-04-01T10:00:00Z 2026-04-01T11:00:00Z \(type)"
            ])
        #expect(try busy("FREEBUSY;FBTYPE=FREE:20260401T100000Z/PT1H").isEmpty)
    }

    @Test func aBrokenPeriodIsReportedAndTheOthersAreKept() throws {
        let lines =
            "FREEBUSY:20260401T100000Z/PT1H,20260401T120000Z,20260401T140000Z/20260401T130000Z,"
            + "20260401T160000Z/20260401T170000Z"
        #expect(try busy(lines).count == 2)
        let skipped = try parsed(lines).skipped
        #expect(skipped.map(\.component) == ["VFREEBUSY", "VFREEBUSY"])
        #expect(skipped.first?.reason.hasPrefix("FREEBUSY: found \"20260401T120000Z\", expected a period") == true)
    }

    @Test func aMillionBrokenPeriodsAreNotReportedOneByOne() throws {
        let many = try parsed("FREEBUSY:" + String(repeating: "x,", count: 100_000) + "20260401T100000Z/PT1H")
        #expect(many.skipped.count == 10)
        #expect(try CalendarCorpus.busy(many.calendar).count == 1)
    }

    @Test func aPeriodWithoutZoneIsInTheRecipients() throws {
        #expect(
            try busy("FREEBUSY:20260401T100000/20260401T110000") == [
                "2026-04-01T08:00:00Z 2026-04-01T09:00:00Z BUSY"
            ])
    }
}

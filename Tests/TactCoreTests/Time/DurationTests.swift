import TactCore
import Testing

@Suite struct DurationTests {
    @Test(arguments: [
        ("90s", 90, "1m30s"), ("15m", 900, "15m"), ("24h", 86_400, "1d"), ("7d", 604_800, "7d"),
        ("1h30m", 5400, "1h30m"),
        ("0s", 0, "0s"), ("1d1h1m1s", 90_061, "1d1h1m1s"), ("36h", 129_600, "1d12h"), ("05m", 300, "5m"),
        ("0d", 0, "0s"),
        ("106751991167d", 106_751_991_167 * 86_400, "106751991167d"),
    ])
    func isReadAndWritten(_ text: String, _ seconds: Int64, _ written: String) throws {
        let duration = try TactCore.Duration(text)
        #expect(duration == .seconds(seconds))
        #expect(duration.text == written)
        #expect(try TactCore.Duration(written) == duration)
    }

    @Test(arguments: [
        "", "s", "10", "-1s", "+1s", "1 h", "1h ", "1.5h", "1ms", "1w", "1H", "1h30", "h1", "PT1H", "١s", "1hm",
    ])
    func whatIsNotADurationIsRefused(_ text: String) {
        #expect(throws: TactCore.Duration.Unreadable.notADuration(found: text)) { try TactCore.Duration(text) }
    }

    @Test(arguments: ["30m1h", "1h1h", "1s1d", "1m1m"])
    func unitsThatDoNotDescendAreRefused(_ text: String) {
        #expect(throws: TactCore.Duration.Unreadable.unitsOutOfOrder(found: text)) { try TactCore.Duration(text) }
    }

    @Test(arguments: ["106751991168d", "9223372036854776s", "99999999999999999999999999s", "106751991167d24h"])
    func moreThanCanBeCountedIsRefused(_ text: String) {
        #expect(throws: TactCore.Duration.Unreadable.tooLong(found: text)) { try TactCore.Duration(text) }
    }

    @Test func lessThanASecondIsWrittenAsOne() {
        #expect(TactCore.Duration(milliseconds: 1).text == "1s")
        #expect(TactCore.Duration(milliseconds: 59_001).text == "1m")
        #expect(TactCore.Duration(milliseconds: -90_000).text == "-1m30s")
        #expect(TactCore.Duration(milliseconds: .min).text.hasPrefix("-106751991167d"))
    }
}

@Suite struct CivilTimeTests {
    @Test(arguments: [
        ("00:00", 0, "00:00"), ("22:00", 79_200, "22:00"), ("07:30:15", 27_015, "07:30:15"),
        ("08:00:00", 28_800, "08:00"),
        ("24:00", 86_400, "24:00"), ("24:00:00", 86_400, "24:00"), ("23:59:59", 86_399, "23:59:59"),
    ])
    func isReadAndWritten(_ text: String, _ seconds: Int, _ written: String) throws {
        let time = try CivilTime(text)
        #expect(time.seconds == seconds)
        #expect(time.description == written)
    }

    @Test(arguments: [
        "", "8:00", "08", "0800", "24:01", "24:00:01", "25:00", "12:60", "12:00:60", "12:00 ", "12-00", "12:00:0",
        "-1:00",
        "12:00:00.5", "1２:00", "ab:cd",
    ])
    func whatIsNotATimeOfDayIsRefused(_ text: String) {
        #expect(throws: CivilTime.Unreadable(found: text)) { try CivilTime(text) }
    }
}

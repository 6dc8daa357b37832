import TactCore
import Testing

@Suite struct CalendarPeriodTests {
    private func t(_ text: String) throws -> Timestamp { try Timestamp(rfc3339: text) }

    private func day(_ instant: String, _ zone: String) throws -> Interval {
        CalendarPeriod.day.period(containing: try t(instant), in: try SystemZones.rules(zone))
    }

    @Test func daysWeeksAndMonthsAreLocal() throws {
        let paris = try SystemZones.rules("Europe/Paris")
        let now = try t("2026-10-25T12:00:00Z")
        #expect(
            CalendarPeriod.day.period(containing: now, in: paris)
                == Interval(start: try t("2026-10-24T22:00:00Z"), end: try t("2026-10-25T23:00:00Z")))
        #expect(
            CalendarPeriod.isoWeek.period(containing: now, in: paris)
                == Interval(start: try t("2026-10-18T22:00:00Z"), end: try t("2026-10-25T23:00:00Z")))
        #expect(
            CalendarPeriod.month.period(containing: now, in: paris)
                == Interval(start: try t("2026-09-30T22:00:00Z"), end: try t("2026-10-31T23:00:00Z")))
        #expect(
            CalendarPeriod.month.period(containing: try t("2026-12-31T23:30:00Z"), in: paris).start
                == (try t("2026-12-31T23:00:00Z")))
    }

    @Test func whereMidnightIsSkippedTheDayStartsAtTheChange() throws {
        // Beirut skips 00:00–01:00 on 2026-03-29.
        #expect(
            try day("2026-03-29T12:00:00Z", "Asia/Beirut")
                == Interval(start: try t("2026-03-28T22:00:00Z"), end: try t("2026-03-29T21:00:00Z")))
    }

    @Test func whereMidnightComesTwiceTheDayStartsAtTheFirst() throws {
        // Havana turns 01:00 back to 00:00 on 2024-11-03.
        #expect(
            try day("2024-11-03T12:00:00Z", "America/Havana")
                == Interval(start: try t("2024-11-03T04:00:00Z"), end: try t("2024-11-04T05:00:00Z")))
        // Beirut turns 00:00 back to 23:00: the date is shown once only, an hour later.
        #expect(try day("2026-10-25T12:00:00Z", "Asia/Beirut").start == (try t("2026-10-24T22:00:00Z")))
    }

    @Test func theOldDateShownAgainBelongsToTheDayThatHasBegun() throws {
        // St. John's turned 00:01 back to 23:01 on 2010-11-07.
        let midnight = try t("2010-11-07T02:30:00Z")
        for instant in ["2010-11-07T02:30:00Z", "2010-11-07T02:45:00Z", "2010-11-07T12:00:00Z"] {
            let period = try day(instant, "America/St_Johns")
            #expect(period.start == midnight)
            #expect(period.end == (try t("2010-11-08T03:30:00Z")))
        }
        #expect(try day("2010-11-07T02:29:59.999Z", "America/St_Johns").end == midnight)
    }

    @Test func aDateThatIsSkippedWholeIsNoDay() throws {
        // Apia went from 2011-12-29 straight to 2011-12-31.
        let apia = try SystemZones.rules("Pacific/Apia")
        let change = try t("2011-12-30T10:00:00Z")
        #expect(apia.startOfDay(CivilDate(year: 2011, month: 12, day: 30)) == change)
        #expect(apia.startOfDay(CivilDate(year: 2011, month: 12, day: 31)) == change)
        #expect(try day("2011-12-30T09:59:59Z", "Pacific/Apia").end == change)
        #expect(
            try day("2011-12-30T10:00:00Z", "Pacific/Apia")
                == Interval(start: change, end: try t("2011-12-31T10:00:00Z")))
    }

    @Test func periodsTileTheTimeOfEveryZone() throws {
        for name in SystemZones.names where name != "localtime" && name != "posixrules" {
            let zone = try SystemZones.rules(name)
            for period in CalendarPeriod.allCases {
                var t = try t("2026-02-20T00:00:00Z")
                let end = t + .days(period == .day ? 40 : 400)
                var last: Interval?
                while t < end {
                    let next = period.period(containing: t, in: zone)
                    #expect(next.contains(t) && last.map { $0.end == next.start } ?? true, "\(name) \(period) \(t)")
                    #expect(period.period(containing: next.end - Duration(milliseconds: 1), in: zone) == next)
                    last = next
                    t = next.end
                }
            }
        }
    }
}

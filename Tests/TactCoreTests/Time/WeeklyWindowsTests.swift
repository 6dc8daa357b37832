import TactCore
import Testing

@Suite struct WeeklyWindowsTests {
    private let paris = Result { try SystemZones.rules("Europe/Paris") }

    private func windows(_ texts: (Weekdays, String, String)...) throws -> WeeklyWindows {
        WeeklyWindows(try texts.map { try LocalWindow(days: $0.0, start: CivilTime($0.1), end: CivilTime($0.2)) })
    }

    private func t(_ text: String) throws -> Timestamp { try Timestamp(rfc3339: text) }

    @Test func quietHoursEndAtEightLocalTime() throws {
        let quiet = try windows((.all, "22:00", "08:00"))
        let zone = try paris.get()
        #expect(quiet.firstOutside(from: try t("2026-11-22T23:30:00Z"), in: zone) == (try t("2026-11-23T07:00:00Z")))
        #expect(quiet.firstOutside(from: try t("2026-07-22T23:30:00Z"), in: zone) == (try t("2026-07-23T06:00:00Z")))
        let noon = try t("2026-11-22T12:00:00.001Z")
        #expect(quiet.firstOutside(from: noon, in: zone) == noon)
    }

    @Test func edgesAreExactToTheMillisecond() throws {
        let quiet = try windows((.all, "22:00:30", "08:00:15"))
        let zone = try paris.get()
        let last = try t("2026-11-22T21:00:29.999Z")
        #expect(quiet.firstOutside(from: last, in: zone) == last)
        #expect(quiet.firstInside(from: last, in: zone) == (try t("2026-11-22T21:00:30Z")))
        #expect(quiet.firstOutside(from: try t("2026-11-22T21:00:30Z"), in: zone) == (try t("2026-11-23T07:00:15Z")))
        let free = try t("2026-11-23T07:00:15Z")
        #expect(quiet.firstOutside(from: free, in: zone) == free)
    }

    @Test func windowsThatTouchOrOverlapAreOne() throws {
        let quiet = try windows(
            (Weekdays([.sun]), "20:00", "24:00"), (Weekdays([.mon]), "00:00", "06:00"),
            (Weekdays([.mon]), "05:00", "09:00"))
        let interval = quiet.interval(containing: try t("2026-11-22T23:00:00Z"), in: .utc, as: .blocked)
        #expect(interval?.start == (try t("2026-11-22T20:00:00Z")))
        #expect(interval?.end == (try t("2026-11-23T09:00:00Z")))
        #expect(
            quiet.next(at: try t("2026-11-23T09:00:00Z"), in: .utc, as: .blocked)?.start
                == (try t("2026-11-29T20:00:00Z")))
    }

    @Test func aWholeWeekHasNoOutside() throws {
        for always in [
            try windows((.all, "00:00", "24:00")),
            try windows((.all, "06:00", "18:00"), (.all, "17:00", "06:00")),
            try windows((.all, "12:00", "11:00"), (.all, "11:00", "12:00")),
        ] {
            #expect(always.isAlways)
            let now = try t("2026-03-29T00:30:00Z")
            #expect(always.firstOutside(from: now, in: try paris.get()) == nil)
            #expect(always.firstInside(from: now, in: try paris.get()) == now)
            #expect(
                always.next(at: now, in: .utc, as: .permitted) == Interval(start: .distantPast, end: .distantFuture))
        }
    }

    @Test func anEmptyListBlocksNothingAndPermitsNothing() throws {
        let none = WeeklyWindows([])
        let now = try t("2026-11-22T12:00:00Z")
        #expect(none.firstOutside(from: now, in: .utc) == now)
        #expect(none.firstInside(from: now, in: .utc) == nil)
        #expect(none.intervals(in: .utc, as: .blocked, overlapping: Interval(start: now, end: now + .days(9))).isEmpty)
    }

    /// 2026-10-25 03:00 CEST becomes 02:00 CET: every reading from 02:00 to 03:00 comes twice.
    @Test func inAFoldBlockedTimeIsLongAndPermittedTimeShort() throws {
        let zone = try paris.get()
        let around = Interval(start: try t("2026-10-24T12:00:00Z"), end: try t("2026-10-25T12:00:00Z"))
        func both(_ start: String, _ end: String) throws -> ([Interval], [Interval]) {
            let list = try windows((Weekdays([.sun]), start, end))
            return (
                list.intervals(in: zone, as: .blocked, overlapping: around),
                list.intervals(in: zone, as: .permitted, overlapping: around)
            )
        }
        let morning = try both("02:30", "05:00")
        #expect(morning.0 == [Interval(start: try t("2026-10-25T00:30:00Z"), end: try t("2026-10-25T04:00:00Z"))])
        #expect(morning.1 == [Interval(start: try t("2026-10-25T01:30:00Z"), end: try t("2026-10-25T04:00:00Z"))])
        let night = try both("01:00", "02:30")
        #expect(night.0 == [Interval(start: try t("2026-10-24T23:00:00Z"), end: try t("2026-10-25T01:30:00Z"))])
        #expect(night.1 == [Interval(start: try t("2026-10-24T23:00:00Z"), end: try t("2026-10-25T00:30:00Z"))])
        let inside = try both("02:15", "02:45")
        #expect(inside.0 == [Interval(start: try t("2026-10-25T00:15:00Z"), end: try t("2026-10-25T01:45:00Z"))])
        #expect(inside.1.isEmpty)
    }

    /// Apart on the clock, they overlap in time: who waits for the first to end is still in the second.
    @Test func blockedWindowsThatOverlapInAFoldAreChained() throws {
        let quiet = try windows((Weekdays([.sun]), "02:00", "02:20"), (Weekdays([.sun]), "02:30", "02:50"))
        let from = try t("2026-10-25T00:10:00Z")
        #expect(quiet.firstOutside(from: from, in: try paris.get()) == (try t("2026-10-25T01:50:00Z")))
        let range = Interval(start: from, end: from + .hours(4))
        #expect(quiet.intervals(in: try paris.get(), as: .blocked, overlapping: range).count == 1)
    }

    /// 2026-03-29 02:00 CET becomes 03:00 CEST.
    @Test func inAGapBothEdgesAreTheChange() throws {
        let zone = try paris.get()
        let change = try t("2026-03-29T01:00:00Z")
        let early = try t("2026-03-29T00:00:00Z")
        #expect(try windows((Weekdays([.sun]), "02:30", "05:00")).firstInside(from: early, in: zone) == change)
        #expect(
            try windows((Weekdays([.sun]), "01:30", "02:30")).firstOutside(from: change - .minutes(5), in: zone)
                == change)
        // Skipped whole, it is empty that day.
        let skipped = try windows((Weekdays([.sun]), "02:10", "02:50"))
        #expect(skipped.firstInside(from: early, in: zone) == (try t("2026-04-05T00:10:00Z")))
        #expect(skipped.firstOutside(from: change, in: zone) == change)
    }

    @Test func aZoneThatSwallowsAWindowEveryWeekEndsTheSearch() throws {
        let monday = try t("2026-01-05T00:00:00Z")
        var changes: [(at: Timestamp, offset: Int)] = []
        for week in 0..<600 {
            let start = monday + .days(Int64(week) * 7)
            changes += [(start + .hours(2), 3600), (start + .hours(50), 0)]
        }
        let zone = ZoneRules(transitions: changes, initialOffset: 0, footer: nil)
        let swallowed = try windows((Weekdays([.mon]), "02:10", "02:50"))
        #expect(swallowed.firstInside(from: monday, in: zone) == nil)
        #expect(swallowed.firstOutside(from: monday, in: zone) == monday)
    }

    @Test func ofSeveralZonesTheStrictestHolds() throws {
        let zones = [try SystemZones.rules("America/New_York"), try SystemZones.rules("America/Los_Angeles")]
        let quiet = try windows((.all, "22:00", "08:00"))
        let evening = try t("2026-11-23T03:30:00Z")
        #expect(quiet.firstOutside(from: evening, anyOf: zones) == (try t("2026-11-23T16:00:00Z")))
        let office = try windows((.all, "08:00", "21:00"))
        #expect(office.firstInside(from: evening, allOf: zones) == (try t("2026-11-23T16:00:00Z")))
        // Where one zone's night is another's day there is no hour for both.
        let apart = [ZoneRules(fixedOffset: 0), ZoneRules(fixedOffset: 12 * 3600)]
        #expect(try windows((.all, "08:00", "20:00")).firstInside(from: evening, allOf: apart) == nil)
        #expect(quiet.firstOutside(from: evening, anyOf: []) == evening)
    }

    @Test func farEndsOfTimeAreHarmless() throws {
        let quiet = try windows((Weekdays([.sun]), "22:00", "08:00"))
        for zone in [ZoneRules.utc, try paris.get()] {
            for ms in [Int64.min, Int64.min / 4, -1, Int64.max / 4, .max] {
                let t = Timestamp(milliseconds: ms)
                _ = quiet.firstOutside(from: t, in: zone)
                _ = quiet.firstInside(from: t, in: zone)
                _ = quiet.firstOutside(from: t, anyOf: [zone, zone])
                _ = CalendarPeriod.allCases.map { $0.period(containing: t, in: zone) }
                _ = zone.reading(CivilDateTime(seconds: ms))
                _ = zone.nextTransition(after: t)
                _ = zone.startOfDay(CivilDate(days: ms))
            }
        }
    }

    @Test func whatIsNotAWindowIsRefused() throws {
        #expect(throws: LocalWindow.Malformed.startIsEnd(.midnight)) { try windows((.all, "00:00", "00:00")) }
        #expect(throws: LocalWindow.Malformed.startsAtEndOfDay) { try windows((.all, "24:00", "08:00")) }
        #expect(throws: LocalWindow.Malformed.noDays) { try windows((Weekdays([]), "22:00", "08:00")) }
    }

    @Test func windowsReadAsTextsForPeople() throws {
        #expect(try windows((.all, "22:00", "08:00")).description == "22:00–08:00")
        let week = Weekdays([.mon, .tue, .wed, .thu, .fri])
        #expect(
            try windows((week, "20:00", "24:00"), (Weekdays([.sat, .sun]), "00:00", "09:30")).description
                == "Mon–Fri 20:00–24:00 and Sat, Sun 00:00–09:30")
    }
}

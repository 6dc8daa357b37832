import Foundation
import TactCore
import Testing

/// Measures, and only prints: how much of the processor's time calendars take.
@Suite(.serialized) struct CalendarSpeedTests {
    private static let twoYears = Interval(
        start: Timestamp(seconds: 1_795_305_600), end: Timestamp(seconds: 1_795_305_600 + 728 * 86_400))

    @Test func twoYearsOfAWeeklyMeeting() throws {
        let calendar = try CalendarText.parse(
            CalendarText.event(
                "DTSTART;TZID=Europe/Paris:20200106T090000\nDTEND;TZID=Europe/Paris:20200106T100000\nRRULE:FREQ=WEEKLY")
        ).calendar
        let rounds = 1000
        var found = 0
        let nanoseconds = try Self.processorTime {
            for _ in 0..<rounds {
                var budget = ExpansionBudget()
                found += try calendar.busy(
                    within: Self.twoYears, zones: { _ in TestZones.paris }, floatingZones: [TestZones.paris],
                    budget: &budget
                ).count
            }
        }
        print("speed: 104 occurrences of a weekly rule: \(nanoseconds / rounds / 1000) µs")
        #expect(found == 104 * rounds)
    }

    @Test func theFirstFreeInstantAmongTenThousandIntervals() {
        let busy = BusyIntervals(
            merging: (0..<10_000).map {
                BusyInterval(
                    start: Timestamp(seconds: $0 * 3600), end: Timestamp(seconds: $0 * 3600 + 1800), type: .busy)
            })
        let rounds = 100_000
        var sum: Int64 = 0
        let nanoseconds = Self.processorTime {
            for round in 0..<Int64(rounds) {
                let t = Timestamp(seconds: round &* 2_654_435_761 % 36_000_000)
                sum &+= busy.firstFree(from: t).milliseconds
            }
        }
        print("speed: first free instant among 10,000 intervals: \(nanoseconds / rounds) ns")
        #expect(sum > 0)
    }

    @Test func aFileOfFiveThousandEvents() throws {
        let events = (0..<5000).map {
            "BEGIN:VEVENT\nUID:\($0)@example.org\nDTSTART;TZID=Europe/Paris:20260101T090000\nDURATION:PT1H\n"
                + "SUMMARY:\(String(repeating: "A title of some length ", count: 10))\nSTATUS:CONFIRMED\nEND:VEVENT\n"
        }
        let bytes = CalendarText.calendar(events.joined())
        var count = 0
        let nanoseconds = try Self.processorTime { count = try CalendarText.parse(bytes).calendar.series.count }
        print("speed: a file of 5,000 events, \(bytes.count / 1024) KiB: \(nanoseconds / 1_000_000) ms")
        #expect(count == 5000)
    }

    /// Of this process, in nanoseconds.
    private static func processorTime(_ body: () throws -> Void) rethrows -> Int {
        var before = timespec()
        var after = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before)
        try body()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after)
        return (after.tv_sec - before.tv_sec) * 1_000_000_000 + after.tv_nsec - before.tv_nsec
    }
}

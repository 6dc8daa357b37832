import TactCore
import Testing

/// Hostile files: every budget ends them with its own problem.
@Suite struct CalendarBudgetTests {
    private static func problem(_ bytes: [UInt8], limits: CalendarLimits = .standard) -> CalendarProblem? {
        do {
            let parsed = try BusyCalendar.parse(bytes, limits: limits, knownZone: { _ in true })
            var budget = ExpansionBudget(limits)
            _ = try parsed.calendar.busy(
                within: CalendarCorpus.year2026, zones: { _ in .utc }, floatingZones: [.utc], budget: &budget)
            return nil
        } catch {
            return error
        }
    }

    private static func event(_ lines: String, times: Int = 1) -> [UInt8] {
        let event = "BEGIN:VEVENT\n\(lines)\nEND:VEVENT\n"
        return CalendarText.calendar(String(repeating: event, count: times))
    }

    @Test func aFileThatIsTooLarge() {
        let long = "X-LONG:" + String(repeating: "x", count: 2 << 20)
        let bytes = Self.event(long)
        #expect(Self.problem(bytes) == .tooLarge(bytes: bytes.count, limit: 2 << 20))
    }

    @Test func tooManyEvents() {
        let few = "DTSTART:20260101T000000Z"
        #expect(Self.problem(Self.event(few, times: 5000)) == nil)
        #expect(Self.problem(Self.event(few, times: 5001)) == .tooManyEvents(limit: 5000))
    }

    @Test(arguments: [
        "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=5", "FREQ=DAILY;COUNT=1000000000", "FREQ=SECONDLY;COUNT=100000",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "FREQ=DAILY;BYSETPOS=366;BYHOUR=1;COUNT=1",
        "FREQ=HOURLY;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10",
        "FREQ=YEARLY;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;"
            + "BYMINUTE=0,10,20,30,40,50;BYSECOND=0,1,2,3,4,5,6,7",
    ]) func rulesThatNeedTooManySteps(_ rule: String) {
        let bytes = Self.event("DTSTART:20260101T000000Z\nDURATION:PT1S\nRRULE:\(rule)")
        #expect(Self.problem(bytes) == .tooManySteps(limit: 50_000))
    }

    @Test func aRuleThatNeverMeetsItsTimesCostsNothing() {
        #expect(
            Self.problem(
                Self.event(
                    "DTSTART:20260101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;INTERVAL=30;BYSECOND=7;COUNT=9")
            ) == nil)
    }

    @Test func manyRulesTogether() {
        let bytes = Self.event("DTSTART:20200101T000000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY", times: 200)
        #expect(Self.problem(bytes) == .tooManySteps(limit: 50_000))
    }

    @Test func tooMuchMemory() {
        var limits = CalendarLimits.standard
        limits.memory = 100_000
        let bytes = Self.event("DTSTART:20260101T000000Z\nDURATION:PT1S", times: 1000)
        #expect(Self.problem(bytes, limits: limits) == .tooMuchMemory(limit: 100_000))
    }

    @Test func theLargestFileOfTheSmallestLinesStaysWithinMemory() {
        for line in ["EXDATE:20260101\n", "DTSTART:\n", "RRULE:FREQ=DAILY\n", "X\n", "BEGIN:V\nEND:V\n"] {
            let lines = String(repeating: line, count: (2 << 20) / line.utf8.count - 100)
            #expect(Self.problem(Self.event("DTSTART:20260101T000000Z\n\(lines)")) == nil, "\(line)")
        }
    }

    @Test func tooDeeplyNested() {
        let deep = String(repeating: "BEGIN:X\n", count: 1000)
        #expect(Self.problem(Self.event(deep)) == .nestedTooDeeply(line: 18, limit: 16))
    }

    @Test func noTimeLeft() throws {
        var asked = 0
        let bytes = Self.event("DTSTART:20260101T000000Z\nDURATION:PT1S", times: 2000)
        #expect(throws: CalendarProblem.outOfTime) {
            _ = try BusyCalendar.parse(
                bytes, knownZone: { _ in true },
                outOfTime: {
                    asked += 1
                    return asked > 3
                })
        }
        #expect(asked == 4)
        let parsed = try CalendarText.parse(
            CalendarText.event("DTSTART:20200101T000000Z\nDURATION:PT1S\nRRULE:FREQ=HOURLY"))
        var budget = ExpansionBudget(outOfTime: { true })
        #expect(throws: CalendarProblem.outOfTime) {
            _ = try parsed.calendar.busy(
                within: CalendarCorpus.year2026, zones: { _ in nil }, floatingZones: [], budget: &budget)
        }
    }

    @Test func whatIsNoCalendar() {
        #expect(Self.problem([]) == .notACalendar)
        #expect(Self.problem(Array("<html><body>Sign in</body></html>".utf8)) == .notACalendar)
        #expect(Self.problem(Array("BEGIN:VCARD\nEND:VCARD\n".utf8)) == .notACalendar)
        #expect(
            Self.problem(Array("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026".utf8))
                == .unfinished(component: "VEVENT", line: 2))
    }

    @Test func everyProblemSaysWhatToDo() {
        let problems: [CalendarProblem] = [
            .tooLarge(bytes: 3, limit: 2), .tooManyEvents(limit: 5), .tooManySteps(limit: 5), .tooMuchMemory(limit: 5),
            .outOfTime, .notACalendar, .nestedTooDeeply(line: 1, limit: 2), .unfinished(component: "VEVENT", line: 7),
        ]
        #expect(Set(problems.map(\.code)).count == problems.count)
        #expect(problems.allSatisfy { $0.description.hasSuffix(".") && $0.description.count > 40 })
    }
}

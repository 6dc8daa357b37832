import TactCore
import Testing

/// RRULE: the examples of RFC 5545 (section 3.8.5.3) and what the RFC forbids.
@Suite struct RecurrenceRuleTests {
    /// DTSTART is 2 September 1997, 9:00 in New York, unless the rule says otherwise; what is expected are the first
    /// starts, in local time.
    struct Example: Sendable, CustomTestStringConvertible {
        var rule: String
        var start = "19970902T090000"
        var expected: [String]
        var testDescription: String { rule }
    }

    static let examples = [
        Example(rule: "FREQ=DAILY;COUNT=3", expected: ["0902T09", "0903T09", "0904T09"]),
        Example(rule: "FREQ=DAILY;INTERVAL=10;COUNT=3", expected: ["0902T09", "0912T09", "0922T09"]),
        Example(rule: "FREQ=WEEKLY;INTERVAL=2;WKST=SU", expected: ["0902T09", "0916T09", "0930T09", "1014T09"]),
        Example(
            rule: "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
            expected: ["0902T09", "0904T09", "0909T09", "0911T09", "0916T09", "0918T09", "0923T09", "0925T09"]),
        Example(
            rule: "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", start: "19970901T090000",
            expected: ["0901T09", "0903T09", "0905T09", "0915T09", "0917T09", "0919T09", "0929T09"]),
        Example(
            rule: "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", start: "19970905T090000",
            expected: ["0905T09", "1003T09", "1107T09", "1205T09"]),
        Example(
            rule: "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", start: "19970907T090000",
            expected: ["0907T09", "0928T09", "1102T09", "1130T09"]),
        Example(rule: "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", start: "19970922T090000", expected: ["0922T09", "1020T09"]),
        Example(
            rule: "FREQ=MONTHLY;BYMONTHDAY=-3", start: "19970928T090000", expected: ["0928T09", "1029T09", "1128T09"]),
        Example(
            rule: "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", start: "19970930T090000",
            expected: ["0930T09", "1001T09", "1031T09", "1101T09", "1130T09", "1201T09", "1231T09"]),
        Example(
            rule: "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
            expected: ["0902T09", "0909T09", "0916T09", "0923T09", "0930T09", "1104T09"]),
        Example(
            rule: "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", start: "19970904T090000",
            expected: ["0904T09", "1007T09", "1106T09"]),
        Example(
            rule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", start: "19970929T090000",
            expected: ["0929T09", "1030T09", "1127T09", "1230T09"]),
        Example(rule: "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", expected: ["0902T09", "0902T12"]),
        Example(rule: "FREQ=DAILY;BYHOUR=9,12,15;COUNT=4", expected: ["0902T09", "0902T12", "0902T15", "0903T09"]),
        Example(
            rule: "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", start: "19970805T090000",
            expected: ["0805T09", "0810T09", "0819T09", "0824T09"]),
        Example(
            rule: "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", start: "19970805T090000",
            expected: ["0805T09", "0817T09", "0819T09", "0831T09"]),
        Example(rule: "FREQ=YEARLY;BYDAY=20MO", start: "19970519T090000", expected: ["0519T09"]),
        Example(rule: "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", start: "19970512T090000", expected: ["0512T09"]),
        Example(
            rule: "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", start: "19970101T090000",
            expected: ["0101T09", "0410T09", "0719T09"]),
        Example(
            rule: "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", start: "19970913T090000",
            expected: ["0913T09", "1011T09", "1108T09", "1213T09"]),
    ]

    @Test(arguments: examples) func examplesOfTheRFC(_ example: Example) throws {
        let parsed = try CalendarText.parse(
            CalendarText.event(
                "DTSTART;TZID=America/New_York:\(example.start)\nDURATION:PT1M\nRRULE:\(example.rule)"))
        #expect(parsed.skipped.isEmpty)
        var budget = ExpansionBudget()
        let year = Interval(start: Timestamp(seconds: 852_094_800), end: Timestamp(seconds: 883_630_800))
        let starts = try parsed.calendar.busy(
            within: year, zones: TestZones.rules, floatingZones: [], budget: &budget
        ).map(\.start).sorted().map { start in
            let iso = Timestamp(seconds: TestZones.newYork.local(start).seconds).iso
            return String(iso.dropFirst(5).prefix(8)).replacing("-", with: "")
        }
        #expect(Array(starts.prefix(example.expected.count)) == example.expected)
    }

    @Test(arguments: [
        ("FREQ=FORTNIGHTLY", "RRULE FREQ: found \"FORTNIGHTLY\""),
        ("INTERVAL=2", "RRULE FREQ: found \"\""),
        ("FREQ=DAILY;INTERVAL=0", "RRULE INTERVAL: found \"0\", expected 1 to 1000000000"),
        ("FREQ=DAILY;COUNT=0", "RRULE COUNT: found \"0\""),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT and UNTIL exclude each other"),
        ("FREQ=DAILY;UNTIL=tomorrow", "RRULE UNTIL: found \"tomorrow\""),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
        ("FREQ=DAILY;BYSECOND=61", "RRULE BYSECOND: found \"61\", expected 0 to 60"),
        ("FREQ=DAILY;BYMINUTE=60", "RRULE BYMINUTE"),
        ("FREQ=DAILY;BYHOUR=24", "RRULE BYHOUR"),
        ("FREQ=DAILY;BYMONTH=13", "RRULE BYMONTH"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "RRULE BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "RRULE BYMONTHDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY does not go with FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYYEARDAY=367", "RRULE BYYEARDAY"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO goes with FREQ=YEARLY only"),
        ("FREQ=YEARLY;BYWEEKNO=54", "RRULE BYWEEKNO"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "a numbered BYDAY does not go with BYWEEKNO"),
        ("FREQ=DAILY;BYDAY=1MO", "a numbered BYDAY goes with MONTHLY and YEARLY only"),
        ("FREQ=MONTHLY;BYDAY=MOO", "RRULE BYDAY: found \"MOO\""),
        ("FREQ=MONTHLY;BYDAY=0MO", "RRULE BYDAY: found \"0MO\""),
        ("FREQ=MONTHLY;BYDAY=MO,,TU", "RRULE BYDAY: found \"\""),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs another BY part"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "RRULE BYSETPOS"),
        ("FREQ=MONTHLY;WKST=XX", "RRULE WKST"),
        ("FREQ=MONTHLY;RSCALE=HEBREW", "RSCALE is not a part that"),
        ("FREQ=MONTHLY;BYEASTER=1", "BYEASTER is not a part that"),
        ("FREQ", "expected NAME=VALUE parts"),
    ]) func whatTheRFCForbidsIsRefusedWithItsReason(_ rule: String, _ reason: String) throws {
        let refusal = try CalendarText.refusal("DTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE:\(rule)")
        #expect(refusal?.contains(reason) == true, "\(refusal ?? "accepted")")
    }

    @Test func lettersAndBlanksAreReadKindly() throws {
        let busy = try CalendarText.busy(
            "DTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE: freq=Weekly; byday=mo , we;Count=2;X-OWN=1;")
        #expect(busy.count == 3)
    }

    @Test func aRuleIsTheSameHowFarAwayTheWindowIs() throws {
        let parsed = try CalendarText.parse(
            CalendarText.event("DTSTART;TZID=Europe/Paris:19000101T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=3"))
        for year in stride(from: Int64(1950), through: 9990, by: 670) {
            let start = CivilDate(year: year, month: 1, day: 1)
            let window = Interval(
                start: Timestamp(seconds: start.days * 86_400), end: Timestamp(seconds: (start.days + 30) * 86_400))
            var budget = ExpansionBudget()
            let busy = try parsed.calendar.busy(
                within: window, zones: TestZones.rules, floatingZones: [], budget: &budget)
            let first = CivilDate(year: 1900, month: 1, day: 1).days
            #expect(busy.count == 10)
            #expect(
                busy.allSatisfy { (TestZones.paris.local($0.start).date.days - first) % 3 == 0 }, "year \(year)")
            #expect(budget.stepsUsed < 30, "no walk from 1900 to \(year)")
        }
    }

    @Test func countsAreCountedOnceAndForAll() throws {
        let parsed = try CalendarText.parse(
            CalendarText.event("DTSTART:20000101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=10000"))
        let last = Timestamp(seconds: CivilDate(year: 2027, month: 5, day: 18).days * 86_400)
        var budget = ExpansionBudget()
        let busy = try parsed.calendar.busy(
            within: Interval(start: last - .days(10), end: last + .days(10)), zones: { _ in nil }, floatingZones: [],
            budget: &budget)
        #expect(busy.map(\.start).max()?.iso == "2027-05-18T09:00:00Z")
        #expect(budget.stepsUsed < 30)
    }
}

import TactCore
import Testing

@Suite struct TZifTests {
    private func t(_ text: String) throws -> Timestamp { try Timestamp(rfc3339: text) }

    /// A zone whose only rule is its footer.
    private func zone(_ footer: String) throws -> ZoneRules {
        let rule: PosixTZ = try #require(PosixTZ(footer.utf8))
        return ZoneRules(transitions: [], initialOffset: 0, footer: rule)
    }

    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-01T00:00:00Z", 7200),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2426-12-01T00:00:00Z", 3600),
        ("<+0545>-5:45", "2026-07-01T00:00:00Z", 20_700),
        ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2026-03-28T23:59:59.999Z", -10_800),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-01T00:00:00Z", 0),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z", 3600),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", 39_600),
        ("EST5EDT,0/0,J365/25", "2026-01-01T04:59:59.999Z", -14_400),
        ("EST5EDT,0/0,J365/25", "2026-01-01T05:00:00Z", -14_400),
        ("EST5EDT,0/0,J365/25", "2028-12-31T23:00:00Z", -14_400),
        ("XXX3EDT4,0/0,J365/23", "2026-06-01T00:00:00Z", -14_400),
        ("AAA0BBB,J60/0,J61/0", "2028-03-01T12:00:00Z", 3600),
        ("AAA0BBB,J60/0,J61/0", "2028-02-29T12:00:00Z", 0),
        ("AAA0BBB,59/0,60/0", "2028-02-29T12:00:00Z", 3600),
        ("AAA0BBB,59/0,60/0", "2027-03-01T12:00:00Z", 3600),
        // A time of a week before midnight on January 1 lies in the year before.
        ("AAA0BBB,J1/-167,J32/0", "2026-12-25T00:59:59.999Z", 0),
        ("AAA0BBB,J1/-167,J32/0", "2026-12-25T01:00:00Z", 3600),
        ("AAA0BBB,J300/0,J365/167", "2027-01-06T21:59:59.999Z", 3600),
        ("AAA0BBB,J300/0,J365/167", "2027-01-06T22:00:00Z", 0),
        ("AAA0BBB,J364/160,J365/167", "2027-01-01T00:00:00Z", 0),
        ("AAA0BBB,J365/167,J364/160", "2027-01-01T00:00:00Z", 3600),
    ])
    func footersOfEveryForm(_ footer: String, _ instant: String, _ offset: Int) throws {
        #expect(try zone(footer).offset(at: try t(instant)) == offset)
    }

    @Test(arguments: [
        "", "CET", "CE-1", "CET-1CEST", "CET-25", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,J0,J5", "CET-1CEST,366,5",
        "CET-1CEST,M3.5.0/168,J5",
        "CET-1CEST,M3.5.0/,J5", "<CET-1", "<>-1", "<C!T>-1", "CET-1CEST,M3.5.0,M10.5.0/3,", "CET-1:60", "CET--1",
        ":Europe/Paris",
    ])
    func whatIsNoRuleIsRefused(_ text: String) {
        #expect(PosixTZ(text.utf8) == nil)
    }

    @Test func aRuleWhoseChangesCoincideHasNoTransitions() throws {
        #expect(try zone("EST5EDT,0/0,J365/25").nextTransition(after: t("2026-01-01T00:00:00Z")) == nil)
        #expect(try zone("AAA3BBB3,M3.5.0,M10.5.0").nextTransition(after: t("2026-01-01T00:00:00Z")) == nil)
        #expect(
            try zone("CET-1CEST,M3.5.0,M10.5.0/3").nextTransition(after: t("2525-01-01T00:00:00Z"))
                == (try t("2525-03-25T01:00:00Z")))
    }

    @Test func transitionsThatChangeNothingAreNone() throws {
        let one = Timestamp(seconds: 1000)
        let two = Timestamp(seconds: 2000)
        let rules = ZoneRules(transitions: [(two, 3600), (one, 0)], initialOffset: 0, footer: nil)
        #expect(rules.nextTransition(after: .distantPast) == two)
        #expect(rules.nextTransition(after: two) == nil)
        #expect(rules == ZoneRules(transitions: [(two, 3600)], initialOffset: 0, footer: nil))
    }

    @Test func whatIsNoZoneSaysWhy() throws {
        let paris = try #require(SystemZones.bytes("Europe/Paris"))
        func refusal(_ bytes: [UInt8]) -> ZoneRules.Malformed? {
            do throws(ZoneRules.Malformed) {
                _ = try ZoneRules(tzif: bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal([]) == .notTZif)
        #expect(refusal(Array("TZi2".utf8)) == .notTZif)
        #expect(refusal(Array("TZif".utf8)) == .truncated(at: 4))
        #expect(refusal(Array("TZif9".utf8)) == .unknownVersion(UInt8(ascii: "9")))
        #expect(refusal(Array(paris.dropLast())) == .truncated(at: paris.count - 1))
        #expect(refusal(Array(repeating: 0, count: 1 << 20)) == .tooLong(bytes: 1 << 20, limit: 256 * 1024))
        var huge = Array(paris.prefix(44))
        for index in 20..<44 { huge[index] = 0xFF }
        #expect(refusal(huge) == .truncated(at: 44))
        if let right = SystemZones.bytes("right/Europe/Paris") { #expect(refusal(right) == .leapSeconds) }
    }

    @Test func theOldestVersionIsReadFromItsOnlyBlock() throws {
        let paris = try #require(SystemZones.bytes("Europe/Paris"))
        var old = paris
        old[4] = 0
        let zone = try ZoneRules(tzif: old)
        // The first block of a thin file is empty; that of a fat one goes on to 2037.
        if zone.nextTransition(after: .distantPast) != nil {
            #expect(zone.offset(at: try t("2026-07-01T00:00:00Z")) == 7200)
        }
    }

    /// Bytes changed, cut and grown at random: refused or read, and what is read answers every question.
    @Test(arguments: ["Europe/Paris", "Africa/Casablanca", "America/Scoresbysund", "Asia/Kathmandu"])
    func garbledZonesNeverTrap(_ name: String) throws {
        let good = try #require(SystemZones.bytes(name))
        var random = TimeTestGenerator(seed: UInt64(name.utf8.count))
        var read = 0
        let quiet = WeeklyWindows([try LocalWindow(days: .all, start: CivilTime("22:00"), end: CivilTime("08:00"))])
        for _ in 0..<1500 {
            var bytes = good
            // The header, the footer and the last transitions are where it hurts.
            let places = [0..<bytes.count, 20..<44, (bytes.count - 40)..<bytes.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = places[Int.random(in: 0..<3, using: &random)]
                bytes[Int.random(in: place, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            guard let zone = try? ZoneRules(tzif: bytes) else { continue }
            read += 1
            for _ in 0..<3 {
                let t = Timestamp(
                    milliseconds: Int64.random(in: -5_000_000_000_000...9_000_000_000_000, using: &random))
                #expect(abs(zone.offset(at: t)) <= ZoneRules.greatestOffset)
                let local = zone.local(t)
                #expect(zone.earliest(local) <= zone.latest(local))
                #expect(zone.nextTransition(after: t).map { $0 > t } ?? true)
                _ = quiet.firstOutside(from: t, in: zone)
                _ = quiet.firstInside(from: t, in: zone)
                _ = CalendarPeriod.month.period(containing: t, in: zone)
            }
        }
        #expect(read > 20, "only \(read) of the garbled files were read")
    }
}

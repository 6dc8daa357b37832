import TactCore
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2026-11-22T09:00:00Z", "2026-11-22T09:00:00.000Z"),
        ("2026-11-22t09:00:00.5z", "2026-11-22T09:00:00.500Z"),
        ("2026-11-22T09:00:00.05Z", "2026-11-22T09:00:00.050Z"),
        ("2026-11-22T09:00:00.005Z", "2026-11-22T09:00:00.005Z"),
        ("2026-11-22T09:00:00+01:30", "2026-11-22T07:30:00.000Z"),
        ("2026-12-31T23:00:00-05:00", "2027-01-01T04:00:00.000Z"),
        ("2026-11-22T09:00:00-00:00", "2026-11-22T09:00:00.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
    ])
    func isReadAndWritten(_ text: String, _ written: String) throws {
        let t = try Timestamp(rfc3339: text)
        #expect(t.rfc3339 == written)
        #expect(try Timestamp(rfc3339: Array(text.utf8)) == t)
        var bytes = Array("x".utf8)
        t.appendRFC3339(to: &bytes)
        #expect(bytes == Array("x\(written)".utf8))
    }

    @Test(arguments: [
        "", "Z", "2026-11-22", "2026-11-22T09:00Z", "2026-11-22T09:00:00", "2026-11-22 09:00:00Z",
        " 2026-11-22T09:00:00Z",
        "2026-11-22T09:00:00Z ", "2026-11-22T09:00:00.Z", "2026-11-22T09:00:00,5Z", "2026-11-22T09:00:00+0100",
        "2026-11-22T09:00:00+01", "2026-11-22T09:00:00+01:0", "2026-11-22T09:00:00+01:000", "2026-11-22T09:00:00ZZ",
        "+2026-11-22T09:00:00Z", "12026-11-22T09:00:00Z", "2026-1-22T09:00:00Z", "2026-W47-7T09:00:00Z",
        "2026-11-22T9:00:00Z", "２026-11-22T09:00:00Z", "1795338000", "2026-11-22T09:00:00.123",
        "2026-11-22T09:00:00+1a:00", "2026-11-22T09:00:00.1234", "20261122T090000Z\0\0\0\0",
    ])
    func whatIsNotOfTheFormIsRefused(_ text: String) {
        #expect(throws: Timestamp.Unreadable.notRFC3339(found: text)) { try Timestamp(rfc3339: text) }
    }

    @Test(arguments: [
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-04-00T00:00:00Z", "2026-04-01T24:00:00Z", "2026-04-01T00:60:00Z", "2026-04-01T00:00:61Z",
        "2026-04-01T00:00:00+24:00", "2026-04-01T00:00:00+01:60", "1900-02-29T00:00:00Z",
    ])
    func whatTheCalendarDoesNotHaveIsRefused(_ text: String) {
        #expect(throws: Timestamp.Unreadable.noSuchTime(found: text)) { try Timestamp(rfc3339: text) }
    }

    @Test func everyOtherRefusalHasItsOwnReason() {
        func refusal(_ text: String) -> Timestamp.Unreadable? {
            do throws(Timestamp.Unreadable) {
                _ = try Timestamp(rfc3339: text)
                return nil
            } catch {
                return error
            }
        }
        let leap = "2016-12-31T23:59:60Z"
        #expect(refusal(leap) == .leapSecond(found: leap))
        let fine = "2026-11-22T09:00:00.1234Z"
        #expect(refusal(fine) == .finerThanMillisecond(found: fine))
        for far in ["0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"] {
            #expect(refusal(far) == .outOfRange(found: far))
        }
        #expect(refusal(fine)?.description.contains("“\(fine)”") == true)
        // What is quoted stays short.
        let long = String(repeating: "9", count: 100_000)
        #expect((refusal(long)?.description.utf8.count ?? .max) < 300)
    }

    @Test func daysOfEveryKindComeBackAsTheyWent() throws {
        var t = Timestamp.earliestWritable
        while t < .latestWritable {
            #expect(try Timestamp(rfc3339: t.rfc3339) == t)
            t = t + .days(97) + Duration(milliseconds: 12_345_678)
        }
        #expect(Timestamp.distantPast.rfc3339 == "0001-01-01T00:00:00.000Z")
        #expect(Timestamp.distantFuture.rfc3339 == "9999-12-31T23:59:59.999Z")
    }

    @Test func garbledInstantsNeverTrap() {
        var random = TimeTestGenerator(seed: 3339)
        let good = Array("2026-11-22T09:00:00.123+01:30".utf8)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            if let t = try? Timestamp(rfc3339: bytes) { #expect(t >= .earliestWritable && t <= .latestWritable) }
        }
    }

    @Test func sumsSaturate() {
        #expect(Timestamp(milliseconds: .max) + .days(1) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: .min) - .days(1) == Timestamp(milliseconds: .min))
        #expect(Timestamp(milliseconds: 0) - Duration(milliseconds: .min) == Timestamp(milliseconds: .max))
        #expect(Timestamp(seconds: .max) == Timestamp(milliseconds: .max))
        #expect(Duration.days(.max).milliseconds == .max)
    }
}

/// SplitMix64: the same numbers for the same seed, for ever.
struct TimeTestGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

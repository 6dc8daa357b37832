import TactCore
import Testing

/// Bytes that nobody meant. `TACT_FUZZ_SEED` and `TACT_FUZZ_ROUNDS` (default 40 a calendar) say which and how many.
@Suite struct CalendarFuzzTests {
    private static let limits = CalendarLimits(bytes: 1 << 20, events: 200, steps: 3000, memory: 1 << 22)

    @Test func mutatedCalendarsNeverTrap() throws {
        var dice = SplitMix(seed: CalendarOracle.number("TACT_FUZZ_SEED", default: 7))
        let rounds = CalendarOracle.number("TACT_FUZZ_ROUNDS", default: 40)
        print("calendar fuzz: TACT_FUZZ_SEED=\(dice.state) TACT_FUZZ_ROUNDS=\(rounds)")
        var outcomes = (read: 0, refused: 0)
        let corpus = try CalendarCorpus.names.map(CalendarCorpus.bytes)
        for bytes in corpus {
            for _ in 0..<rounds {
                let mutated = Self.mutate(bytes, with: corpus, &dice)
                do {
                    let parsed = try BusyCalendar.parse(
                        mutated, limits: Self.limits, knownZone: { TestZones.rules($0) != nil })
                    try Self.expand(parsed.calendar)
                    let again = try BusyCalendar(decoding: parsed.calendar.encoded())
                    #expect(again == parsed.calendar)
                    outcomes.read += 1
                } catch is CalendarProblem {
                    outcomes.refused += 1
                }
            }
        }
        print("calendar fuzz: \(outcomes.read) read, \(outcomes.refused) refused")
        #expect(outcomes.read > 0 && outcomes.refused > 0)
    }

    @Test func mutatedStoredBytesNeverTrap() throws {
        var dice = SplitMix(seed: CalendarOracle.number("TACT_FUZZ_SEED", default: 11))
        let rounds = CalendarOracle.number("TACT_FUZZ_ROUNDS", default: 40)
        var outcomes = (read: 0, refused: 0)
        let stored = try CalendarCorpus.names.map { try CalendarCorpus.parsed($0).calendar.encoded() }
        for bytes in stored {
            for _ in 0..<rounds {
                let mutated = [1] + Self.mutate(Array(bytes.dropFirst()), with: stored, &dice)
                do {
                    try Self.expand(try BusyCalendar(decoding: mutated))
                    outcomes.read += 1
                } catch is DecodingProblem {
                    outcomes.refused += 1
                } catch is CalendarProblem {
                    outcomes.refused += 1
                }
                _ = try? BusyIntervals(decoding: mutated)
                _ = try? TypedBusyIntervals(decoding: mutated)
            }
        }
        #expect(outcomes.read > 0 && outcomes.refused > 0)
    }

    private static func expand(_ calendar: BusyCalendar) throws(CalendarProblem) {
        for home in [[TestZones.paris], []] {
            for year in [Int64(1), 1970, 2026, 9999] {
                let start = CivilDate(year: year, month: 1, day: 1).days * 86_400
                var budget = ExpansionBudget(limits)
                let window = Interval(
                    start: Timestamp(seconds: start), end: Timestamp(seconds: start + 40 * 86_400))
                let busy = try calendar.busy(
                    within: window, zones: TestZones.rules, floatingZones: home, budget: &budget)
                _ = BusyIntervals(merging: busy).firstFree(from: window.start)
            }
        }
    }

    private static func mutate(_ bytes: [UInt8], with others: [[UInt8]], _ dice: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(1 + dice.below(6)) where !bytes.isEmpty {
            let at = dice.below(bytes.count)
            switch dice.below(7) {
            case 0: bytes[at] = UInt8(dice.below(256))
            case 1: bytes[at] ^= 1 << UInt8(dice.below(8))
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(UInt8(ascii: dice.below(2) == 0 ? "9" : ","), at: at)
            case 4: bytes.removeSubrange(at..<min(bytes.count, at + dice.below(60)))
            case 5: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + dice.below(200))], at: dice.below(at + 1))
            default:
                let other = others[dice.below(others.count)]
                let from = dice.below(other.count)
                bytes.insert(contentsOf: other[from..<min(other.count, from + dice.below(300))], at: at)
            }
        }
        return bytes
    }
}

/// Steele, Lea and Flood's SplitMix64.
private struct SplitMix {
    private(set) var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(max(1, bound)))
    }
}

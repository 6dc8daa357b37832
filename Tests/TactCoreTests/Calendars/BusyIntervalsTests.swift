import TactCore
import Testing

/// Merged busy time: what the planner asks.
@Suite struct BusyIntervalsTests {
    private func busy(_ spans: (Int64, Int64)..., type: BusyType = .busy) -> [BusyInterval] {
        spans.map { BusyInterval(start: Timestamp(seconds: $0.0), end: Timestamp(seconds: $0.1), type: type) }
    }

    private func seconds(_ intervals: [Interval]) -> [[Int64]] { intervals.map { [$0.start.seconds, $0.end.seconds] } }

    @Test func overlappingAndTouchingTimeIsOne() {
        let merged = BusyIntervals(merging: busy((50, 60), (10, 20), (15, 30), (30, 40), (5, 5), (9, 3), (52, 55)))
        #expect(seconds(merged.all) == [[10, 40], [50, 60]])
        #expect(BusyIntervals(merging: busy((1, 2), type: .free)).isEmpty)
        let union = BusyIntervals(merging: [merged, BusyIntervals(merging: busy((40, 50), (70, 80)))])
        #expect(seconds(union.all) == [[10, 60], [70, 80]])
    }

    @Test func theFirstFreeInstant() {
        let merged = BusyIntervals(merging: busy((10, 20), (30, 40)))
        let answers = [0, 9, 10, 15, 19, 20, 25, 30, 39, 40, 99].map {
            merged.firstFree(from: Timestamp(seconds: $0)).seconds
        }
        #expect(answers == [0, 9, 20, 20, 20, 20, 25, 40, 40, 40, 99])
        #expect(BusyIntervals().firstFree(from: Timestamp(seconds: 7)).seconds == 7)
    }

    @Test func whatIsAroundAndWhatOverlaps() {
        let merged = BusyIntervals(merging: busy((10, 20), (30, 40), (50, 60)))
        func around(_ t: Int64) -> Int64? { merged.interval(containing: Timestamp(seconds: t))?.start.seconds }
        #expect([9, 10, 19, 20, 35, 60].map(around) == [nil, 10, 10, nil, 30, nil])
        func overlapping(_ a: Int64, _ b: Int64) -> [[Int64]] {
            seconds(merged.overlapping(Interval(start: Timestamp(seconds: a), end: Timestamp(seconds: b))))
        }
        #expect(overlapping(0, 100) == [[10, 20], [30, 40], [50, 60]])
        #expect(overlapping(20, 30) == [])
        #expect(overlapping(19, 31) == [[10, 20], [30, 40]])
        #expect(overlapping(30, 31) == [[30, 40]])
        #expect(overlapping(60, 99) == [])
        #expect(overlapping(35, 35) == [])
    }

    @Test func typesAreKeptApartForTheList() {
        let typed = TypedBusyIntervals(
            merging: busy((10, 20), (20, 30)) + busy((15, 25), type: .tentative) + busy((0, 9), type: .free))
        #expect(typed.all.map(\.type) == [.busy, .tentative])
        #expect(typed.all.map(\.end.seconds) == [30, 25])
        #expect(seconds(typed.merged.all) == [[10, 30]])
        let window = Interval(start: Timestamp(seconds: 26), end: Timestamp(seconds: 27))
        #expect(typed.overlapping(window).map(\.type) == [.busy])
    }

    @Test func manyIntervalsAreStoredCompactly() throws {
        let many = BusyIntervals(
            merging: (0..<10_000).map {
                BusyInterval(
                    start: Timestamp(seconds: 1_795_000_000 + $0 * 5400),
                    end: Timestamp(seconds: 1_795_003_600 + $0 * 5400),
                    type: .busy)
            })
        #expect(many.count == 10_000)
        let bytes = many.encoded()
        #expect(bytes.count < 90_000)
        #expect(try BusyIntervals(decoding: bytes) == many)
    }
}

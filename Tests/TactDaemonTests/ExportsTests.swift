import TactAPI
import TactCore
import Testing

@testable import TactDaemon

/// How many copies a person takes at once, and which of them are written down.
@Suite struct ExportsTests {
    private let noon = Timestamp(milliseconds: 1_800_000_000_000)

    @Test func twoAtATimeForEachPerson() throws {
        let exports = Exports()
        for _ in 0..<2 { _ = try exports.begin(1, now: noon) }
        #expect { try exports.begin(1, now: noon) } throws: {
            ($0 as? Problem)?.kind == .tooManyExports && ($0 as? Problem)?.retryAfter != nil
        }
        _ = try exports.begin(2, now: noon)
        exports.end(1)
        _ = try exports.begin(1, now: noon)
        for _ in 0..<5 { exports.end(1) }
        for _ in 0..<2 { _ = try exports.begin(1, now: noon) }
    }

    @Test func askedForAgainWithinAMinuteItIsTheSameCopy() throws {
        let exports = Exports()
        func isNew(_ person: Int64, at t: Timestamp) throws -> Bool {
            defer { exports.end(person) }
            guard try exports.begin(person, now: t) else { return false }
            exports.note(person, now: t)
            return true
        }
        #expect(try isNew(1, at: noon))
        #expect(try !isNew(1, at: noon + .seconds(59)))
        #expect(try isNew(2, at: noon + .seconds(59)))
        #expect(try isNew(1, at: noon + .minutes(1)))
        #expect(try isNew(1, at: noon), "a clock that is set back hides nothing")
    }

    @Test func aCopyThatCouldNotBeWrittenDownHidesNoOther() throws {
        let exports = Exports()
        for _ in 0..<2 {
            #expect(try exports.begin(1, now: noon))
            exports.end(1)
        }
    }
}

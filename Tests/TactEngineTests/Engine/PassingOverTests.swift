import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// Many messages that are due and go out no more.
@Suite struct PassingOverTests {
    @Test func whatIsBehindManyOfADoneSubjectIsReleasedWithTheNextSlice() throws {
        let office = try Office(Office.basic)
        // Some of them end with the completion itself.
        for number in 0..<Engine.passedOverAtOnce + 60 {
            try office.submit(#"{"recipient":"r\#(number)","topic":"offers","subject":"order:1"}"#)
        }
        office.pass(.minutes(1))
        let wanted = try office.offer()
        try office.store.write {
            _ = try office.engine.complete("order:1", recipient: nil, blockFor: nil, $0, now: office.now)
        }
        let order = Engine.Order(channels: ["push"], max: 10, length: .minutes(1))
        let first = try office.store.write { try office.engine.releaseSlice(order, $0, office.moment) }
        #expect(first.leased.isEmpty && first.isUnfinished)
        let next = try office.store.write { try office.engine.releaseSlice(order, $0, office.moment) }
        #expect(next.leased.count == 1 && !next.isUnfinished)
        #expect(try office.state(wanted) == .leased)
        #expect(try office.verify().isEmpty)
    }

    @Test func aSubjectIsDoneForOneRecipientAlone() throws {
        let office = try Office(Office.basic)
        let ann = try office.offer(#""subject":"order:1""#)
        let ben = try office.submit(#"{"recipient":"ben","topic":"offers","subject":"order:1"}"#)
        let count = try office.store.write {
            try office.engine.complete(
                "order:1", recipient: ann.stored.recipient, blockFor: nil, $0, now: office.now)
        }
        #expect(count == 1)
        #expect(try office.state(ann) == .cancelled)
        #expect(try office.state(ben) == .pending)
    }
}

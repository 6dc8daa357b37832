import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// What is known of people and has become stale goes on time, and the rest stays.
@Suite struct AttributeAgeTests {
    private func attributes(_ office: Office) throws -> Set<String> {
        let recipient = try #require(try office.store.read { try $0.recipient("ann") })
        return Set(try recipient.document().attributes.keys)
    }

    private func sweep(_ office: Office) throws {
        while try office.store.write({ try office.engine.forgetOld($0, now: office.now) }) {}
    }

    private func declare(_ json: JSON, _ office: Office) throws {
        _ = try office.store.write {
            try office.engine.patch(["attributes": json], of: "ann", $0, now: office.now)
        }
    }

    private func office(_ retention: String) throws -> Office {
        let office = try Office(Office.basic + "\n[retention]\nattributes = \"\(retention)\"\n")
        try declare(
            [
                "mood": ["value": "hungry", "source": "observed", "good_for": "1h"],
                "size": ["value": 42, "source": "declared", "good_for": "10d"],
                "name": ["value": "Ann", "source": "declared"],
            ], office)
        return office
    }

    @Test func eachGoesWhenItsTimeIsOver() throws {
        let office = try office("1d")
        try sweep(office)
        #expect(try attributes(office) == ["mood", "size", "name"])
        office.pass(.hours(25) - Duration(milliseconds: 1))
        try sweep(office)
        #expect(try attributes(office) == ["mood", "size", "name"], "stale, and kept as the policy says")
        office.pass(Duration(milliseconds: 1))
        try sweep(office)
        #expect(try attributes(office) == ["size", "name"])
        office.pass(.days(30))
        try sweep(office)
        #expect(try attributes(office) == ["name"])
        #expect(try office.verify() == [])
    }

    @Test func oneThatIsSaidAgainStays() throws {
        let office = try office("0s")
        office.pass(.minutes(59))
        try declare(
            ["mood": ["value": "full", "source": "observed", "good_for": "1h", "updated_at": .null]], office)
        office.pass(.minutes(59))
        try sweep(office)
        #expect(try attributes(office) == ["mood", "size", "name"])
        office.pass(.minutes(1))
        try sweep(office)
        #expect(try attributes(office) == ["size", "name"])
    }

    @Test func whatWasCorrectedAndIsForgottenMayBeDeclaredAgain() throws {
        let office = try office("1d")
        try office.correct(#"{"attributes":{"mood":{"value":"full"},"name":{"value":"Anna"}}}"#)
        office.pass(.days(2))
        try sweep(office)
        #expect(try attributes(office) == ["size", "name"])
        for mood in ["hungry", "thirsty"] {
            let declared = try office.patch(#"{"attributes":{"mood":{"value":"\#(mood)"}}}"#)
            #expect(declared.ignored.isEmpty, "the person has said nothing of it that is still kept")
        }
        #expect(try office.ann().ownWords().corrected == ["name"])
    }

    @Test func whoeverHasNothingStaleIsLookedAtAndNotChanged() throws {
        let office = try office("1d")
        let before = try office.ann()
        office.pass(.minutes(1))
        // As for those who were there before it was kept.
        try office.store.write { try $0.setStale(before.number, at: Timestamp(milliseconds: 0)) }
        try sweep(office)
        #expect(try office.ann() == before)
    }

    @Test func whoeverHasNoneOrWasErasedIsNotLookedAt() throws {
        let office = try office("0s")
        _ = try office.submit(#"{"recipient":"ben","topic":"offers"}"#)
        _ = try office.store.write {
            try office.engine.beginErasure(
                of: "ann", by: .init(name: "root", role: "administer"), $0, now: office.now)
        }
        office.pass(.days(30))
        #expect(try office.store.read { try $0.recipients(staleBy: office.now, limit: 9) } == [])
        try sweep(office)
        #expect(try office.store.finishErasures(at: office.now) == 1)
        #expect(try office.verify() == [])
    }
}

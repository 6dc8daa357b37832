import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// What people say of what is declared about them comes first, and stays.
@Suite struct OwnWordsTests {
    private static func office() throws -> Office {
        let office = try Office(Office.consenting)
        try office.declare(declared)
        return office
    }

    private static let declared = """
        {"locale":"en","addresses":{"push":"device-1"},"attributes":{
            "name":{"value":"Ane","source":"observed"},"age":{"value":41,"source":"inferred","confidence":0.8}}}
        """

    private func isIgnored(_ declared: Engine.Declared) -> [String] {
        declared.ignored.map { "\($0.pointer) \($0.reason.rawValue)" }
    }

    @Test func aCorrectionStaysWhateverAppsDeclare() throws {
        let office = try Self.office()
        try office.correct(#"{"attributes":{"name":{"value":"Ann"}}}"#)
        let said = office.now
        office.pass(.hours(1))
        for again in [Self.declared, #"{"attributes":{}}"#] {
            #expect(isIgnored(try office.declare(again)) == ["/attributes/name corrected"])
            let name = try #require(try office.ann().document().attributes["name"])
            #expect(name.value == "Ann" && name.fact.source == .declared && name.fact.updatedAt == said)
        }
        #expect(isIgnored(try office.patch(#"{"attributes":{"name":null}}"#)) == ["/attributes/name corrected"])
        #expect(isIgnored(try office.patch(#"{"attributes":{"name":{"value":"Ann"}},"locale":"fr"}"#)) == [])
        #expect(try office.ann().document().locale == "fr", "the rest is taken")
        // They may think again.
        try office.correct(#"{"attributes":{"name":{"value":"Anna"}}}"#)
        #expect(try office.ann().document().attributes["name"]?.value == "Anna")
    }

    @Test func whatTheyCorrectedCountsAmongWhatIsKept() throws {
        let office = try Self.office()
        try office.correct(#"{"attributes":{"name":{"value":"Ann"}}}"#)
        func others(_ count: Int) -> String {
            let fields = (0..<count).map { #""a\#($0)":{"value":1}"# }
            return #"{"attributes":{\#(fields.joined(separator: ","))}}"#
        }
        let refused = #expect(throws: Problem.self) { try office.declare(others(128)) }
        #expect(refused?.faults.first?.pointer == "/attributes")
        #expect(try office.ann().document().attributes.count == 2, "a refusal changes nothing")
        try office.declare(others(127))
        #expect(isIgnored(try office.patch(#"{"locale":"fr"}"#)) == [])
    }

    @Test func aCorrectedConclusionIsNoneAnyMore() throws {
        let office = try Self.office()
        try office.correct(#"{"attributes":{"age":{"value":29}}}"#)
        let age = try #require(try office.ann().document().attributes["age"])
        #expect(age.value == 29 && age.fact == AttributeFact(source: .declared, updatedAt: office.now))
    }

    @Test func whatWasRemovedStaysAwayUntilItIsAllowedAgain() throws {
        let office = try Self.office()
        try office.correct(#"{"attributes":{"age":null},"addresses":{"push":null}}"#)
        #expect(try office.send("orders").stored.state == .pending, "an address is optional here")
        for _ in 0..<2 {
            #expect(
                isIgnored(try office.declare(Self.declared)) == ["/attributes/age removed", "/addresses/push removed"])
        }
        #expect(
            isIgnored(try office.patch(#"{"attributes":{"age":{"value":42}},"addresses":{"push":"device-2"}}"#))
                == ["/attributes/age removed", "/addresses/push removed"])
        let ann = try office.ann()
        #expect(try ann.document().attributes.keys.sorted() == ["name"] && ann.document().addresses == [:])
        #expect(try ann.ownWords().removedAttributes == ["age": office.now])
        #expect(ann.own?.contains("41") == false, "nothing is kept of what it was")
        try office.allow(.init(attributes: ["age"], addresses: ["push"]))
        #expect(isIgnored(try office.declare(Self.declared)) == [])
        #expect(try office.ann().document().addresses == ["push": "device-1"])
        #expect(try office.ann().own == nil)
    }

    @Test func whoRemovesWhatTheyCorrectedHasRemovedIt() throws {
        let office = try Self.office()
        try office.correct(#"{"attributes":{"name":{"value":"Ann"}}}"#)
        try office.correct(#"{"attributes":null}"#)
        #expect(
            isIgnored(try office.declare(Self.declared)) == ["/attributes/age removed", "/attributes/name removed"])
        // What they say themselves is allowed.
        try office.correct(#"{"attributes":{"name":{"value":"Ann"}}}"#)
        #expect(try office.ann().ownWords().json["corrected"] == ["name"])
    }

    @Test func whoeverIsErasedAndComesAgainHasSaidNothing() throws {
        let office = try Self.office()
        try office.correct(#"{"attributes":{"age":null,"name":{"value":"Ann"}}}"#)
        try office.store.write {
            _ = try office.engine.beginErasure(of: "ann", by: .daemon, $0, now: office.now)
        }
        _ = try office.store.finishErasures(at: office.now)
        #expect(isIgnored(try office.declare(Self.declared)) == [])
        #expect(try office.ann().document().attributes["name"]?.value == "Ane")
    }

    @Test func itStandsInTheCopyThatTheyTake() throws {
        let office = try Self.office()
        try office.correct(#"{"attributes":{"age":null,"name":{"value":"Ann"}}}"#)
        let copy = try office.store.read {
            try office.engine.exportHead(of: "ann", $0, in: .english, now: office.now)
        }
        let json = try JSON(parsing: copy.bytes + Array("}".utf8))
        #expect(json["recipient"]?["corrected"] == ["name"])
        #expect(json["recipient"]?["removed"]?["attributes"]?["age"]?.stringValue == office.now.rfc3339)
    }

    // MARK: Dead addresses

    private func bounce(_ office: Office) throws {
        let news = try office.send("news")
        let leased = try #require(try office.leaseAll().first)
        try office.report(.failed, leased)
        let effect = try office.event(#"{"type":"bounced","hard":true,"message":"\#(news.id ?? "")"}"#)
        #expect(effect.closedAddress == "push")
    }

    @Test func aDeadAddressStaysClosedHoweverItIsSpeltAndWhateverCameBetween() throws {
        let office = try Office(Office.consenting)
        func declare(_ address: String) throws -> [String] {
            isIgnored(try office.declare(#"{"addresses":{"push":"\#(address)"}}"#))
        }
        #expect(try declare("Ann@Example.org") == [])
        try bounce(office)
        #expect(try declare("Ann@Example.org") == ["/addresses/push closed"])
        #expect(try declare(" ann@example.ORG") == ["/addresses/push closed"])
        #expect(try office.send("news").codes == ["no_address"])
        #expect(isIgnored(try office.declare("{}")) == [])
        #expect(try declare("ann@example.org") == ["/addresses/push closed"])
        #expect(try declare("ann@example.net") == [])
        #expect(try office.send("news").stored.state == .pending)
        #expect(try declare("ann@example.org") == ["/addresses/push closed"])
        #expect(try office.send("news").codes == ["no_address"])
        #expect(isIgnored(try office.patch(#"{"locale":"fr"}"#)) == [], "nothing was said of the address")
        // Only the person, or an operator, opens it.
        try office.store.write {
            _ = try office.engine.reopenAddress(on: "push", of: "ann", $0, now: office.now)
        }
        #expect(try office.send("news").stored.state == .pending)
        #expect(try declare("ann@example.org") == [])
    }

    @Test func aChannelWithoutAnAddressHereIsClosedUntilThereIsOne() throws {
        let office = try Office(Office.consenting)
        try bounce(office)
        #expect(try office.send("news").codes == ["no_address"])
        try office.declare(#"{"addresses":{"push":"device-2"}}"#)
        #expect(try office.send("news").stored.state == .pending)
    }
}

extension Office {
    @discardableResult
    func declare(_ document: String) throws -> Engine.Declared {
        try store.write { try engine.put(RecipientDocument(document.utf8), of: "ann", $0, now: now) }
    }

    func patch(_ patch: String) throws -> Engine.Declared {
        try store.write { try engine.patch(JSON(body: patch.utf8), of: "ann", $0, now: now) }
    }

    func correct(_ patch: String) throws {
        _ = try store.write { try engine.correct(JSON(body: patch.utf8), of: "ann", $0, now: now) }
    }

    func allow(_ request: AllowRequest) throws {
        _ = try store.write { try engine.allow(request, of: "ann", $0, now: now) }
    }

    func ann() throws -> StoredRecipient { try store.read { try engine.recipient("ann", $0) } }
}

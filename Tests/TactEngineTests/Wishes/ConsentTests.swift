import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// What people agreed to, and took back.
@Suite struct ConsentTests {
    @Test func withoutAWordNoOffers() throws {
        let office = try Office(Office.consenting)
        let offer = try office.send("offers")
        #expect(offer.stored.state == .suppressed && offer.codes == ["consent_missing"])
        #expect(try office.send("news").stored.state == .pending)
        #expect(try office.send("orders").stored.state == .pending)
    }

    @Test func withTheirWordTheyCome() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        let offer = try office.send("offers")
        #expect(offer.stored.state == .pending && offer.decision.permitting.contains(.consent))
        #expect(try office.leaseAll().map(\.topic) == ["offers"])
    }

    @Test func aWithdrawalEndsWhatIsPendingBeforeItIsAnswered() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        let offers = try (0..<3).map { _ in try office.send("offers", #""not_before":"2026-03-02T12:00:00Z""#) }
        try office.consent(.withdrawn, "offers")
        for offer in offers {
            #expect(try office.state(offer) == .suppressed)
            #expect(try office.codes(offer) == ["consent_withdrawn", "not_before"])
        }
        #expect(try office.verify().isEmpty)
    }

    @Test func itBindsAlsoWhatNeedsNoConsent() throws {
        let office = try Office(Office.consenting)
        try office.consent(.withdrawn, "orders")
        #expect(try office.send("orders").codes == ["consent_withdrawn"])
    }

    @Test func aWithdrawalWhileItIsLeasedStopsTheRetry() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        let offer = try office.send("offers")
        let leased = try #require(try office.leaseAll().first)
        try office.consent(.withdrawn, "offers")
        #expect(try office.state(offer) == .leased)
        try office.report(.retry, leased)
        #expect(try office.state(offer) == .suppressed)
        #expect(try office.codes(offer).first == "consent_withdrawn")
    }

    @Test func aLapsedLeaseIsNotReleasedAgainWithoutConsent() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        let offer = try office.send("offers")
        _ = try office.leaseAll()
        try office.consent(.withdrawn, "*")
        office.pass(.minutes(2))
        _ = try office.tick()
        #expect(try office.state(offer) == .suppressed)
    }

    @Test func theOrderOfReceiptDecides() throws {
        let office = try Office(Office.consenting)
        try office.consent(.withdrawn, "offers", at: office.now - .hours(1))
        // Said long before, but heard of now.
        try office.consent(.granted, "offers", at: office.now - .days(30))
        #expect(try office.send("offers").stored.state == .pending)
    }

    @Test func whatWasSaidCannotLieInTheFuture() throws {
        let office = try Office(Office.consenting)
        #expect(throws: Problem.self) {
            try office.consent(.granted, "offers", at: office.now + .seconds(1))
        }
        #expect(try office.send("offers").codes == ["consent_missing"])
    }

    @Test func oneChannelCanBeLeftAlone() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        try office.consent(.withdrawn, "offers", channel: "push")
        let byBoth = try office.send("offers", #""channels":["push","email"]"#)
        #expect(byBoth.stored.message.plan?.channel == "email")
        #expect(byBoth.codes == ["consent_withdrawn"])
        let byPush = try office.send("offers", #""channels":["push"]"#)
        #expect(byPush.stored.state == .suppressed)
    }

    @Test func allMarketingEndsAndOneTopicCanComeBack() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        try office.consent(.withdrawn, "*")
        #expect(try office.send("offers").codes == ["consent_withdrawn"])
        #expect(try office.send("news").codes == ["consent_withdrawn"])
        #expect(try office.send("orders").stored.state == .pending)
        try office.consent(.granted, "news")
        #expect(try office.send("news").stored.state == .pending)
        #expect(try office.send("offers").codes == ["consent_withdrawn"])
    }

    @Test func nobodyAgreesToAllMarketing() throws {
        #expect(throws: Problem.self) { try ConsentRequest(#"{"topic":"*","state":"granted"}"#.utf8) }
    }

    @Test func anAppMayTakeItBackButNotGiveIt() throws {
        let office = try Office(Office.consenting)
        let app = Engine.Speaker(name: "app", mayGrant: false)
        let problem = #expect(throws: Problem.self) { try office.consent(.granted, "offers", by: app) }
        #expect(problem?.kind == .forbidden)
        try office.consent(.withdrawn, "news", by: app)
        #expect(try office.send("news").codes == ["consent_withdrawn"])
    }

    @Test func recordsAreOnlyEverAdded() throws {
        let office = try Office(Office.consenting)
        let first = try office.consent(.granted, "offers")
        let second = try office.consent(.withdrawn, "offers")
        try office.store.read { session in
            let recipient = try #require(try session.recipientNumber("ann"))
            #expect(try session.consentRecords(of: recipient, limit: 10) == [second, first])
            #expect(try session.consentRecords(of: recipient, before: second.number, limit: 10) == [first])
        }
    }

    @Test func aRestartForgetsNothing() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        try office.consent(.withdrawn, "offers")
        office.engine.forget()
        #expect(try office.send("offers").codes == ["consent_withdrawn"])
    }

    @Test func aPolicyThatAsksForConsentEndsWhatWasPendingWithout() throws {
        let office = try Office(Office.consenting.replacing("opt_out", with: "not_required"))
        let news = try office.send("news", #""not_before":"2026-03-02T12:00:00Z""#)
        let strict = try Configuration.load(
            text: Office.consenting.replacing("opt_out", with: "opt_in"), file: "t.toml", zones: office.engine.zones)
        try office.store.write { try office.engine.adopt(strict.policy, $0) }
        while office.engine.isReviewing { _ = try office.tick() }
        #expect(try office.state(news) == .suppressed)
    }

    @Test func aReceiptTellsWhatWhoAndWhen() throws {
        let office = try Office(Office.consenting)
        let record = office.engine.answer(try office.consent(.granted, "offers"), recipient: "ann")
        let policy = office.engine.policy
        var out = JSONWriter()
        ConsentReceipt(
            record: record, topic: policy.topic("offers"), controller: .init(name: "Shop"), policy: policy.version
        ).write(to: &out)
        let receipt = try JSON(parsing: out.bytes)
        #expect(receipt["pii_principal_id"] == "ann" && receipt["party_identification"]?["party_name"] == "Shop")
        #expect(
            receipt["pii_processing"]?["purposes"]?[0]?["purpose_description"] == "To tell you of what is cheap today.")
        #expect(receipt["event"]?["event_state"] == "consent given")
    }
}

/// What the policy must say of topics that take people's word.
@Suite struct ConsentPolicyTests {
    private func problems(_ topic: String) -> [String] {
        do {
            let zones = try ZoneDatabase()
            _ = try Configuration.load(text: "[[topic]]\nname = \"t\"\n" + topic, file: "t.toml", zones: zones)
            return []
        } catch { return String(describing: error).split(separator: "\n").map(String.init) }
    }

    @Test func marketingWithoutAWordIsOptIn() throws {
        let zones = try ZoneDatabase()
        let text = "[[topic]]\nname = \"a\"\n[[topic]]\nname = \"b\"\nkind = \"transactional\"\n"
        let topics = try Configuration.load(text: text, file: "t.toml", zones: zones).policy.topics
        #expect(topics.map(\.consent) == [.optIn, .notRequired])
    }

    @Test func whatIsSensitiveTakesAWordAndAPurpose() {
        #expect(problems("sensitive = true\npurpose = \"To remind you of your pills.\"").isEmpty)
        #expect(problems("sensitive = true").joined().contains("purpose"))
        #expect(problems("sensitive = true\nconsent = \"opt_out\"\npurpose = \"x\"").joined().contains("opt_in"))
    }

    @Test func noTopicIsCalledAsAllMarketingIs() {
        #expect(problems("").isEmpty)
        #expect(!problems("[[topic]]\nname = \"*\"").isEmpty)
    }

    @Test func aWithdrawalThatIsSaidAgainAddsNoRecordUntilSomethingWasGranted() throws {
        let office = try Office(Office.consenting)
        func records() throws -> Int {
            try office.store.read { session in
                guard let ann = try session.recipientNumber("ann") else { return 0 }
                return try session.consentRecords(of: ann, limit: 100).count
            }
        }
        let first = try office.consent(.withdrawn, "news")
        #expect(try office.consent(.withdrawn, "news") == first)
        #expect(try records() == 1)
        // What says more is kept.
        try office.consent(.withdrawn, "news", channel: "push")
        try office.consent(.withdrawn, "*")
        #expect(try records() == 3)
        for (word, topic, channel) in [
            (Consents.Word.granted, "news", "push" as String?), (.withdrawn, "news", nil), (.withdrawn, "*", nil),
        ] {
            let before = try records()
            try office.consent(word, topic, channel: channel)
            #expect(try records() == before + 1, "\(word) \(topic)")
        }
        #expect(try office.send("news").codes == ["consent_withdrawn"])
        try office.consent(.withdrawn, "*")
        try office.consent(.withdrawn, "news")
        #expect(try records() == 6)
    }

    @Test func evidenceThatIsNewIsKept() throws {
        let office = try Office(Office.consenting)
        for (evidence, number) in [(nil as String?, 1), ("form 1", 2), (nil, 2), ("form 1", 2), ("form 2", 3)] {
            let request = ConsentRequest(scope: .init(topic: "news"), word: .withdrawn, evidence: evidence)
            let recorded = try office.store.write {
                try office.engine.record(
                    request, of: "ann", by: .init(name: "desk", mayGrant: false), $0, now: office.now)
            }
            #expect(recorded.record.number == Int64(number))
        }
    }
}

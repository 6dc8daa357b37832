import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// Feedback that protects.
@Suite struct EventTests {
    private func delivered(_ office: Office, _ topic: String, _ more: String = "") throws -> Submission {
        let submission = try office.send(topic, more)
        for leased in try office.leaseAll() { try office.report(.delivered, leased) }
        return submission
    }

    @Test func unsubscribedIsAWithdrawalForTheTopic() throws {
        let office = try Office(Office.consenting)
        let news = try delivered(office, "news")
        let effect = try office.event(#"{"type":"unsubscribed","message":"\#(news.id ?? "")"}"#)
        #expect(effect.withdrawn.map(\.topic) == ["news"])
        #expect(try office.send("news").codes == ["consent_withdrawn"])
        #expect(try office.send("orders").stored.state == .pending)
    }

    @Test func whoeverComplainsWantsNoMarketing() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        let waiting = try office.send("offers", #""not_before":"2026-03-02T12:00:00Z""#)
        _ = try office.event(#"{"type":"complained","recipient":"ann","topic":"news"}"#)
        #expect(try office.state(waiting) == .suppressed)
        #expect(try office.send("orders").stored.state == .pending)
        // About an order: then no more of those either.
        let effect = try office.event(#"{"type":"complained","recipient":"ann","topic":"orders"}"#)
        #expect(effect.withdrawn.map(\.topic) == ["*", "orders"])
        #expect(try office.send("orders").stored.state == .suppressed)
    }

    @Test func aHardBounceClosesTheAddressUntilThereIsAnother() throws {
        let office = try Office(Office.consenting)
        func declare(_ address: String) throws {
            try office.store.write {
                _ = try office.engine.put(
                    RecipientDocument(#"{"addresses":{"push":"\#(address)"}}"#.utf8), of: "ann", $0, now: office.now)
            }
        }
        try declare("one")
        let news = try delivered(office, "news")
        let waiting = try office.send("news", #""not_before":"2026-03-02T12:00:00Z""#)
        #expect(try office.event(#"{"type":"bounced","message":"\#(news.id ?? "")"}"#).closedAddress == nil)
        #expect(
            try office.event(#"{"type":"bounced","hard":true,"message":"\#(news.id ?? "")"}"#).closedAddress == "push")
        #expect(try office.state(waiting) == .suppressed)
        try declare("one")
        #expect(try office.send("news").codes == ["no_address"])
        try declare("two")
        #expect(try office.send("news").stored.state == .pending)
    }

    @Test func aLateBounceClosesTheAddressThatTheMessageWentTo() throws {
        let office = try Office(Office.consenting)
        try office.declare(#"{"addresses":{"push":"former"}}"#)
        let news = try delivered(office, "news")
        try office.declare(#"{"addresses":{"push":"new"}}"#)
        let bounce = #"{"type":"bounced","hard":true,"message":"\#(news.id ?? "")"}"#
        #expect(try office.event(bounce).closedAddress == nil)
        #expect(try office.send("news").stored.state == .pending, "nothing has come back from the new one")
        try office.declare(#"{"addresses":{"push":"former"}}"#)
        #expect(try office.send("news").codes == ["no_address"])
        #expect(try office.verify() == [])
    }

    @Test func theFridgeIsBoughtAcrossTopics() throws {
        let office = try Office(Office.consenting)
        let fridge = #""subject":"fridge:7","not_before":"2026-03-02T12:00:00Z""#
        let waiting = [try office.send("news", fridge), try office.send("orders", fridge)]
        let effect = try office.event(
            #"{"type":"converted","recipient":"ann","subject":"fridge:7","block_for":"30d"}"#)
        #expect(effect.cancelled == 2)
        for message in waiting { #expect(try office.stored(message)?.reason == .subjectCompleted) }
        #expect(try office.send("news", fridge).codes == ["subject_completed", "not_before"])
        // Others may still want one.
        #expect(try office.submit(#"{"recipient":"ben","topic":"news","subject":"fridge:7"}"#).stored.state == .pending)
    }

    /// More than one slice ends: none of them goes out from the first moment on, also if the daemon is killed in between.
    @Test func whatManyAreAboutEndsBitByBitAndNothingOfItGoesOut() throws {
        let office = try Office(
            Office.consenting + "\n[limits]\npending_per_recipient = 2000\n"
                + "[[cap]]\nname = \"few\"\nlimit = 3\nper = \"24h\"\n")
        for number in 0..<900 {
            let subject = number % 3 == 0 ? "cart:1" : "fridge:7"
            _ = try office.send(number % 2 == 0 ? "news" : "orders", "\"subject\":\"\(subject)\"")
        }
        let leased = try office.leaseAll()
        let ofFridges = leased.filter { $0.topic != "" }.count
        #expect(ofFridges == 3, "the cap")
        for message in leased { try office.report(.returned, message) }
        let effect = try office.event(#"{"type":"converted","recipient":"ann","subject":"fridge:7"}"#)
        #expect(effect.cancelled == 600)
        #expect(try office.store.read { try $0.counts().byState[.cancelled] } == 50, "the first slice")
        // As if it had been killed: nothing is known but what is stored.
        office.engine.forget()
        for message in try office.leaseAll() {
            let stored = try office.store.read { try $0.message(office.store.ids.number(message.id) ?? 0) }
            #expect(stored?.message.subject == "cart:1")
        }
        // One that comes afterwards is another matter.
        let later = try office.send("orders", #""subject":"fridge:7""#)
        while try office.tick() <= office.now {}
        let counts = try office.store.read { try $0.counts().byState }
        #expect(counts[.cancelled] == 600)
        #expect(try office.state(later) == .pending)
        #expect(try office.store.read { try $0.completing() } == [])
        #expect(try office.verify() == [])
    }

    @Test func eachKindSaysWhatItNeeds() throws {
        let office = try Office(Office.consenting)
        for (body, pointer) in [
            (#"{"type":"unsubscribed","recipient":"ann"}"#, "/topic"), (#"{"type":"opened"}"#, "/message"),
            (#"{"type":"converted","recipient":"ann"}"#, "/subject"),
            (#"{"type":"bounced","recipient":"ann","hard":true}"#, "/channel"),
            (#"{"type":"opened","recipient":"ann","hard":true}"#, "/hard"),
            (#"{"type":"opened","recipient":"ann","at":"2027-01-01T00:00:00Z"}"#, "/at"),
            (#"{"type":"unsubscribed","recipient":"ann","topic":"nws"}"#, "/topic"),
        ] {
            let problem = #expect(throws: Problem.self) { try office.event(body) }
            #expect(problem?.faults.first?.pointer == pointer, "\(body)")
        }
    }

    @Test func othersMessagesAreNotThereForAnApp() throws {
        let office = try Office(Office.consenting)
        let news = try delivered(office, "news")
        let body = #"{"type":"opened","message":"\#(news.id ?? "")"}"#
        _ = try office.event(body, owner: "app")
        let problem = #expect(throws: Problem.self) { try office.event(body, owner: "other") }
        #expect(problem?.kind == .notFound)
    }

    // MARK: The breaker

    private static let touchy = Office.consenting + "\n[complaints]\nrate = 0.02\nper = \"24h\"\ndeliveries = 100\n"

    private func deliver(_ count: Int, _ office: Office, from first: Int = 0) throws -> [Submission] {
        let sent = try (first..<first + count).map {
            try office.submit(#"{"recipient":"r\#($0)","topic":"news"}"#)
        }
        while true {
            let leased = try office.leaseAll()
            if leased.isEmpty { return sent }
            for one in leased { try office.report(.delivered, one) }
        }
    }

    private func complain(_ message: Submission, _ office: Office) throws -> EventAnswer {
        try office.event(#"{"type":"complained","message":"\#(message.id ?? "")"}"#)
    }

    @Test func tooManyComplaintsHoldTheTopic() throws {
        let office = try Office(EventTests.touchy)
        let sent = try deliver(150, office)
        for message in sent.prefix(3) { #expect(try complain(message, office).heldTopic == nil) }
        // The same person says it again: that is no more.
        #expect(try complain(sent[0], office).heldTopic == nil)
        _ = office.engine.takeHappenings()
        #expect(try complain(sent[3], office).heldTopic == "news")
        let told = office.engine.takeHappenings().heldTopics
        #expect(told.map(\.topic) == ["news"])
        #expect(told.map(\.comment) == ["complaints: 4 of 150 deliveries in 1d, more than 2 %"])
        let next = try office.submit(#"{"recipient":"zoe","topic":"news"}"#)
        #expect(next.stored.state == .pending && next.stored.message.plan == nil && next.codes == ["topic_held"])
        #expect(try office.submit(#"{"recipient":"zoe","topic":"orders"}"#).stored.message.plan != nil)
        try office.store.write { try office.engine.releaseHold(.topic, "news", $0) }
        while office.engine.isReviewing { _ = try office.tick() }
        #expect(try office.stored(next)?.message.plan?.at == office.now)
    }

    @Test func whatReachedNobodyCannotBeComplainedOf() throws {
        let office = try Office(EventTests.touchy)
        _ = try deliver(150, office)
        let waiting = try office.send("orders", #""not_before":"2026-03-03T12:00:00Z""#)
        for _ in 0..<10 {
            #expect(try office.event(#"{"type":"complained","recipient":"eve","topic":"news"}"#).heldTopic == nil)
        }
        // Nor is what one complains of a topic that the message was not of.
        #expect(
            try office.event(#"{"type":"complained","message":"\#(waiting.id ?? "")","topic":"news"}"#).heldTopic == nil
        )
    }

    @Test func anAppClosesNoAddressOfOthers() throws {
        let office = try Office(Office.consenting)
        let body = #"{"type":"bounced","hard":true,"recipient":"ann","channel":"push"}"#
        #expect(throws: Problem.self) { try office.event(body, owner: "app") }
        #expect(try office.store.read { try $0.recipientNumber("ann") } == nil, "a refusal leaves nothing behind")
        #expect(try office.event(body).closedAddress == "push")
    }

    @Test func aTopicThatIsUnknownIsRefusedAlsoWithAMessage() throws {
        let office = try Office(Office.consenting)
        let news = try delivered(office, "news")
        let body = #"{"type":"unsubscribed","message":"\#(news.id ?? "")","topic":"newss"}"#
        #expect(throws: Problem.self) { try office.event(body) }
    }

    @Test func fewDeliveriesProveNothing() throws {
        let office = try Office(EventTests.touchy)
        for message in try deliver(99, office) { #expect(try complain(message, office).heldTopic == nil) }
    }

    @Test func oldComplaintsAreNoLongerCounted() throws {
        let office = try Office(EventTests.touchy)
        for message in try deliver(200, office).prefix(4) { _ = try complain(message, office) }
        office.pass(.hours(30))
        let later = try deliver(150, office, from: 1000)
        #expect(try complain(later[0], office).heldTopic == nil)
    }
}

/// What is known already is not told again.
@Suite struct KnownContentTests {
    private static let policy = Office.consenting.replacing(
        "name = \"news\"", with: "name = \"news\"\nrepeat_after = \"7d\"\nfingerprint = \"content\"")

    private func deliver(_ office: Office, _ outcome: Outcome = .delivered) throws {
        for leased in try office.leaseAll() { try office.report(outcome, leased) }
    }

    @Test func theSameIsNotToldTwice() throws {
        let office = try Office(KnownContentTests.policy)
        let storm = #""fingerprint":"storm","content":{"title":"A storm"}"#
        _ = try office.send("news", storm)
        try deliver(office)
        let again = try office.send("news", storm)
        #expect(again.stored.state == .suppressed && again.codes == ["already_delivered"])
        #expect(try office.send("news", #""fingerprint":"sun""#).stored.state == .pending)
        // To somebody else it is news, and after a week also to her.
        #expect(try office.submit(#"{"recipient":"ben","topic":"news",\#(storm)}"#).stored.state == .pending)
        office.pass(.days(7))
        #expect(try office.send("news", storm).stored.state == .pending)
    }

    @Test func theContentSpeaksForItself() throws {
        let office = try Office(KnownContentTests.policy)
        _ = try office.send("news", #""content":{"title":"A storm"}"#)
        try deliver(office)
        #expect(try office.send("news", #""content":{"title":"A storm"}"#).codes == ["already_delivered"])
        #expect(try office.send("news", #""content":{"title":"Another storm"}"#).stored.state == .pending)
    }

    @Test func twoThatWaitAndSayTheSame() throws {
        let office = try Office(KnownContentTests.policy)
        let storm = #""fingerprint":"storm","expires_in":"2d""#
        let (first, second) = (try office.send("news", storm), try office.send("news", storm))
        let leased = try office.leaseAll()
        #expect(leased.map(\.id) == [first.id])
        // It is on its way: nobody knows yet whether the second is needed.
        #expect(try office.state(second) == .pending)
        #expect(try office.codes(second) == ["already_delivered"])
        try office.report(.failed, leased[0])
        let instead = try office.leaseAll()
        #expect(instead.map(\.id) == [second.id])
        try office.report(.delivered, instead[0])
        #expect(try office.send("news", storm).codes == ["already_delivered"])
    }

    @Test func whatArrivedEndsItsTwin() throws {
        let office = try Office(KnownContentTests.policy)
        let storm = #""fingerprint":"storm""#
        let second = (try office.send("news", storm), try office.send("news", storm)).1
        try deliver(office)
        #expect(try office.state(second) == .suppressed)
        #expect(try office.verify().isEmpty)
    }

    @Test func whatIsPlannedForLaterMayBeNewsAgainThen() throws {
        let office = try Office(KnownContentTests.policy)
        _ = try office.send("news", #""fingerprint":"storm""#)
        try deliver(office)
        let later = office.now + .days(8)
        let again = try office.send("news", #""fingerprint":"storm","not_before":"\#(later.rfc3339)""#)
        #expect(again.stored.message.plan?.at == later)
    }

    @Test func itSurvivesARestart() throws {
        let office = try Office(KnownContentTests.policy)
        let (first, second) = (
            try office.send("news", #""fingerprint":"storm""#), try office.send("news", #""fingerprint":"storm""#)
        )
        #expect(try office.leaseAll().map(\.id) == [first.id])
        office.engine.forget()
        #expect(try office.leaseAll().isEmpty)
        #expect(try office.state(second) == .pending)
    }
}

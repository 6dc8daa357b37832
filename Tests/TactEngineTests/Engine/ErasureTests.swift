import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// People who want to be forgotten.
@Suite struct ErasureTests {
    private static let root = AuditEntry.Actor(name: "root", role: "administer")

    private func erase(_ id: String, in office: Office) throws {
        _ = try office.store.write {
            try office.engine.beginErasure(of: id, by: Self.root, $0, now: office.now)
        }
        #expect(try office.store.finishErasures(at: office.now) == 1)
    }

    @Test func whatWaitsEndsAndIsCountedAndTheRestIsGone() throws {
        let office = try Office(Office.consenting)
        let waiting = try office.send("orders", #""not_before":"2026-03-05T09:00:00Z""#)
        let done = try office.send("orders")
        try office.report(.delivered, try #require(try office.leaseAll().first))
        try erase("ann", in: office)
        #expect(try office.stored(waiting) == nil && office.stored(done) == nil)
        try office.store.read { session in
            let counts = try session.counts()
            #expect(counts.byState[.cancelled] == 1 && counts.byState[.delivered] == 1 && counts.submitted == 2)
            #expect(try session.erasedCounts().byState == [.cancelled: 1, .delivered: 1])
            #expect(try session.recipient("ann") == nil)
        }
        #expect(try office.verify() == [])
    }

    @Test func whoeverIsSubmittedToAgainIsSomebodyNew() throws {
        let office = try Office(Office.consenting + "\n[[cap]]\nname = \"one\"\nlimit = 1\nper = \"24h\"\n")
        _ = try office.send("orders")
        try office.report(.delivered, try #require(try office.leaseAll().first))
        #expect(try office.send("orders").stored.message.plan?.at ?? office.now > office.now, "the cap is used up")
        try erase("ann", in: office)
        #expect(try office.send("orders").stored.message.plan?.at == office.now, "nobody was sent anything")
        #expect(try office.verify() == [])
    }

    @Test(arguments: [
        (Outcome.delivered, MessageState.delivered), (.failed, .failed), (.retry, .cancelled), (.returned, .cancelled),
    ])
    func whatAWorkerHasIsReportedAndNotTriedAgain(outcome: Outcome, state: MessageState) throws {
        let office = try Office(Office.consenting)
        _ = try office.send("orders")
        let leased = try #require(try office.leaseAll().first)
        try erase("ann", in: office)
        #expect(try office.verify() == [])
        let result = try office.report(outcome, leased)
        #expect(result.result == .ok && result.state == state)
        #expect(try office.report(outcome, leased).result == .ok, "to repeat it is no error")
        #expect(try office.store.read { try $0.counts().byState[state] } == 1)
        office.pass(.hours(2))
        while try office.store.write({ try office.engine.forgetOld($0, now: office.now) }) {}
        #expect(try office.store.read { try $0.erasedCounts().byState } == [state: 1])
        #expect(try office.verify() == [])
    }

    @Test func aLeaseOfSomebodyErasedLapsesLikeAnother() throws {
        let office = try Office(Office.consenting)
        _ = try office.send("orders")
        _ = try office.leaseAll()
        try erase("ann", in: office)
        office.pass(.minutes(2))
        _ = try office.tick()
        #expect(try office.store.read { try $0.counts().byState[.cancelled] } == 1)
        #expect(try office.verify() == [])
    }

    // MARK: What outlives it

    @Test func toBeImportedAgainUndoesNoOptOut() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        try office.consent(.withdrawn, "news")
        try erase("ann", in: office)
        let news = try office.send("news")
        #expect(news.stored.state == .suppressed && news.codes == ["consent_withdrawn"])
        let records = try office.store.read { session in
            try session.consentRecords(of: try session.recipient("ann")?.number ?? 0, limit: 9)
        }
        #expect(records.map(\.source) == ["suppression"])
        #expect(try office.send("offers").codes == ["consent_missing"], "what was granted is forgotten")
        try office.consent(.granted, "news")
        #expect(try office.send("news").stored.state == .pending, "they may agree again")
        try erase("ann", in: office)
        #expect(try office.send("news").stored.state == .pending, "and then nothing is left of the old word")
    }

    @Test func aPreferenceIsAnOptOutToo() throws {
        let office = try Office(Office.consenting)
        try office.choose(#"{"marketing":false}"#)
        try erase("ann", in: office)
        #expect(try office.send("news").stored.state == .suppressed)
        #expect(try office.send("orders").stored.state == .pending)
    }

    @Test func anAddressRemembersItToo() throws {
        let office = try Office(Office.consenting)
        func declare(_ id: String) throws {
            let document = try RecipientDocument(json: ["addresses": ["email": "ann@example.org"]])
            _ = try office.store.write { try office.engine.put(document, of: id, $0, now: office.now) }
        }
        try declare("ann")
        try office.consent(.withdrawn, "*")
        try erase("ann", in: office)
        try declare("customer-17")
        let news = try office.submit(#"{"recipient":"customer-17","topic":"news"}"#)
        #expect(news.stored.state == .suppressed && news.codes == ["consent_withdrawn"])
        let other = try office.submit(#"{"recipient":"ben","topic":"news"}"#)
        #expect(other.stored.state == .pending)
        try declare("ben")
        #expect(try office.state(other) == .suppressed, "from the moment on that the address is theirs")
    }

    @Test func anotherSpellingOfTheAddressUndoesNothing() throws {
        let office = try Office(Office.consenting)
        func declare(_ id: String, _ address: String) throws {
            let document = try RecipientDocument(json: ["addresses": ["email": .string(address)]])
            _ = try office.store.write { try office.engine.put(document, of: id, $0, now: office.now) }
        }
        try declare("ann", "ann@old.example")
        try declare("ann", "ann@example.org")
        try office.consent(.withdrawn, "*")
        try erase("ann", in: office)
        for (id, address) in [("b", "ANN@Example.Org"), ("c", "Ann@OLD.example"), ("d", " ann@example.org.")] {
            try declare(id, address)
            let news = try office.submit(#"{"recipient":"\#(id)","topic":"news"}"#)
            #expect(news.codes == ["consent_withdrawn"], "\(address)")
        }
        try declare("e", "anne@example.org")
        #expect(try office.submit(#"{"recipient":"e","topic":"news"}"#).stored.state == .pending)
    }

    /// What waits ends bit by bit after the answer's transaction, and nothing of it goes out meanwhile.
    @Test func fromTheFirstMomentOnNothingIsReleased() throws {
        let office = try Office(Office.consenting)
        let soon = try office.send("orders", #""idempotency_key":"k","expires_in":"1h""#)
        for _ in 0..<20 { _ = try office.send("orders", #""expires_in":"1h""#) }
        let leased = try #require(
            try office.store.write {
                try office.engine.release(
                    .init(channels: ["push"], max: 1, length: .minutes(1)), $0, office.moment)
            }.first)
        _ = try office.store.write {
            try office.engine.beginErasure(of: "ann", by: Self.root, $0, now: office.now)
        }
        #expect(try office.leaseAll().isEmpty)
        #expect(try office.report(.retry, leased).state == .cancelled)
        let again = try office.send("orders", #""idempotency_key":"k""#)
        #expect(!again.isReplay && again.id != soon.id, "whoever is submitted to now is somebody new")
        office.pass(.hours(2))
        _ = try office.tick()
        #expect(try office.leaseAll().map(\.id) == [again.id ?? ""])
        #expect(try office.store.finishErasures(at: office.now) == 1)
        #expect(try office.stored(soon) == nil)
        #expect(try office.verify() == [])
    }

    @Test func nobodyUnknownIsErased() throws {
        let office = try Office(Office.consenting)
        #expect(throws: Problem.self) { try erase("nobody", in: office) }
    }

    // MARK: Telling

    private func export(_ office: Office, in language: SentenceLanguage? = nil) throws -> JSON {
        try office.store.read { session -> JSON in
            let head = try office.engine.exportHead(of: "ann", session, in: language, now: office.now)
            var text = String(decoding: head.bytes, as: UTF8.self)
            for list in Engine.ExportList.allCases {
                var items: [String] = []
                var cursor: Int64?
                repeat {
                    let page = try office.engine.export(
                        list, of: head, from: cursor, limit: 3, session, zones: office.engine.zones)
                    items += page.items.map { String(decoding: $0, as: UTF8.self) }
                    cursor = page.next
                } while cursor != nil
                text += #","\#(list.rawValue)":[\#(items.joined(separator: ","))]"#
            }
            return try JSON(parsing: text + "}")
        }
    }

    @Test func theExportHasEverythingAndItsSentences() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        try office.choose(#"{"quiet_hours":[{"days":["mon"],"start":"08:00","end":"10:00"}],"time_zone":"Etc/UTC"}"#)
        for _ in 0..<7 { _ = try office.send("offers", #""content":{"title":"Half price"}"#) }
        try office.event(#"{"type":"opened","recipient":"ann","topic":"offers"}"#)
        let document = try export(office)
        #expect(document["recipient"]?["id"] == "ann")
        #expect(document["preferences"]?["time_zone"] == "Etc/UTC")
        #expect(document["consents"]?[0]?["topic"] == "offers")
        #expect(document["events"]?[0]?["type"] == "opened")
        let messages = document["messages"]?.arrayValue ?? []
        #expect(messages.count == 7)
        #expect(messages.allSatisfy { $0["message"]?["content"]?["title"] == "Half price" })
        let text = messages.first?["decisions"]?[0]?["findings"]?.arrayValue?.compactMap { $0["text"]?.stringValue }
        #expect(text?.contains { $0.contains("your quiet hours are") } == true, "\(text ?? [])")
        #expect(document["language"] == "en")
    }

    @Test func theExportSpeaksThePersonsLanguage() throws {
        let office = try Office(Office.basic)
        func declare(_ locale: String) throws {
            try office.store.write {
                _ = try office.engine.put(
                    RecipientDocument(#"{"locale":"\#(locale)"}"#.utf8), of: "ann", $0, now: office.now)
            }
        }
        try declare("de-AT")
        try office.offer()
        let german = try export(office)
        #expect(german["language"] == "de")
        let texts = german["messages"]?[0]?["decisions"]?[0]?["findings"]?.arrayValue ?? []
        #expect(texts.contains { $0["text"] == "Der Weg zu Ihnen ist frei." }, "\(texts)")
        #expect(try export(office, in: .french)["language"] == "fr")
        try declare("pt")
        #expect(try export(office)["language"] == "en")
    }

    @Test func theSimulationErases() throws {
        let trace = """
            {"at":"2026-03-01T08:00:00Z","op":"message.submit","ref":"m","body":{"recipient":"ann","topic":"orders","not_before":"2026-03-02T08:00:00Z"}}
            {"at":"2026-03-01T09:00:00Z","op":"recipient.erase","recipient":"ann"}
            """
        let zones = try ZoneDatabase()
        let policy = try Configuration.load(text: Office.consenting, file: "test.toml", zones: zones).policy
        nonisolated(unsafe) var events: [SimulationEvent] = []
        let simulation = try Simulation(policy: policy, zones: zones) { events.append($0) }
        try simulation.run(Trace(trace.utf8), until: nil)
        #expect(events.count == 2)
        guard case .state(.cancelled, _, _, _, .erased)? = events.last?.what else {
            Issue.record("\(events)")
            return
        }
    }
}

import TactAPI
import TactCore
import TactStore
import TactTemplates
import Testing

@testable import TactEngine

/// Messages that a template words, from submission to what was released.
@Suite struct PersonalTests {
    static let topics = """
        [[channel]]
        name = "push"
        [[topic]]
        name = "offers"
        kind = "marketing"
        consent = "not_required"
        channels = ["push"]
        [[topic]]
        name = "gentle"
        kind = "marketing"
        consent = "not_required"
        channels = ["push"]
        fallback = { title = "For you", body = "There is something new." }
        [[topic]]
        name = "reminders"
        kind = "transactional"
        channels = ["push"]
        because = "required"

        """

    private func office() throws -> Office {
        let office = try Office(Self.topics)
        try put(
            "offer",
            #"{"variables":["product"],"title":"Hello {{recipient.first_name}}","body":"{{product}} for you"}"#, office)
        return office
    }

    @discardableResult
    private func put(_ name: String, _ json: String, _ office: Office) throws -> TemplateAnswer {
        try office.store.write {
            try office.engine.put(TemplateDocument(json.utf8), named: name, $0, now: office.now)
        }
    }

    private func declare(_ attributes: String, _ office: Office) throws {
        try office.store.write {
            _ = try office.engine.put(
                RecipientDocument(#"{"attributes":\#(attributes)}"#.utf8), of: "ann", $0, now: office.now)
        }
    }

    private func submit(_ topic: String = "offers", _ more: String = "", _ office: Office) throws -> Submission {
        try office.submit(
            #"{"recipient":"ann","topic":"\#(topic)","template":"offer","variables":{"product":"Pizza"}\#(more)}"#)
    }

    private func content(_ office: Office) throws -> String {
        String(decoding: try #require(try office.lease().first).content, as: UTF8.self)
    }

    private func explain(_ submission: Submission, _ office: Office) throws -> JSON {
        try office.store.write { session in
            let stored = try #require(try session.message(submission.stored.message.number))
            return try JSON(parsing: office.engine.explain(stored, session, now: office.now).answer.encoded())
        }
    }

    private func problem(_ body: () throws -> Void) -> Problem? {
        do {
            try body()
            return nil
        } catch { return error as? Problem }
    }

    static let ann = #"{"first_name":{"value":"Ann","source":"declared","updated_at":"2026-03-01T00:00:00Z"}}"#

    @Test func aMessageIsPutIntoWordsWhenItGoesOut() throws {
        let office = try office()
        try declare(Self.ann, office)
        let submitted = try submit(
            "offers", #","not_before":"2026-03-02T10:00:00Z","content":{"data":{"x":1}}"#, office)
        #expect(submitted.template == TemplateReference(name: "offer", version: 1))
        try declare(#"{"first_name":{"value":"Anna","source":"declared"}}"#, office)
        office.pass(.hours(1))
        #expect(try content(office) == #"{"data":{"x":1},"title":"Hello Anna","body":"Pizza for you"}"#)
        #expect(try office.verify().isEmpty)
    }

    @Test func whatItUsedIsTold() throws {
        let office = try office()
        try declare(Self.ann, office)
        let submitted = try submit("offers", #","because":"You follow our offers""#, office)
        let leased = try #require(try office.lease().first)
        #expect(leased.because == "You follow our offers")
        try office.report(.delivered, leased)
        let told = try explain(submitted, office)
        #expect(told["message"]?["because"] == "You follow our offers")
        #expect(told["message"]?["template"] == ["name": "offer", "version": 1])
        let release = told["deliveries"]?.arrayValue?.first
        #expect(release?["template"] == ["name": "offer", "version": 1])
        #expect(
            release?["used"] == [
                [
                    "name": "first_name", "source": "declared", "updated_at": "2026-03-01T00:00:00.000Z",
                    "text": "It uses your first_name: you told it, as of 1 Mar 2026.",
                ]
            ])
        let text = String(decoding: told.encoded(), as: UTF8.self)
        #expect(!text.contains("Ann\""), "the value itself is not kept")
        #expect(text.contains("It uses nothing about you that it may not use."))
    }

    @Test func withoutAnAttributeItIsNotSentAndSaysWhy() throws {
        let office = try office()
        for attributes in [
            "{}", #"{"first_name":{"value":" ","source":"declared"}}"#,
            #"{"first_name":{"value":{"a":1},"source":"declared"}}"#,
        ] {
            try declare(attributes, office)
            let submitted = try submit("offers", "", office)
            #expect(try office.state(submitted) == .suppressed)
            #expect(submitted.decision.findings.map(\.code) == [.attributeMissing])
        }
        try declare(#"{"first_name":{"value":"Ann"}}"#, office)
        #expect(try submit("offers", "", office).decision.findings.map(\.code) == [.attributeNotPermitted])
        try declare(
            #"{"first_name":{"value":"Ann","source":"declared","updated_at":"2026-01-01T00:00:00Z","good_for":"30d"}}"#,
            office)
        #expect(try submit("offers", "", office).decision.findings.map(\.code) == [.attributeStale])
    }

    @Test func whatIsTakenBackBeforeTheReleaseIsNotUsed() throws {
        let office = try office()
        try declare(Self.ann, office)
        let submitted = try submit("offers", #","not_before":"2026-03-02T10:00:00Z""#, office)
        #expect(try office.state(submitted) == .pending)
        try declare("{}", office)
        office.pass(.hours(1))
        #expect(try office.lease().isEmpty)
        #expect(try office.state(submitted) == .suppressed)
    }

    @Test func whatGrowsOldWhileItWaitsIsNotUsed() throws {
        let office = try office()
        try declare(
            #"{"first_name":{"value":"Ann","source":"declared","updated_at":"2026-03-02T00:00:00Z","good_for":"12h"}}"#,
            office)
        let submitted = try submit("offers", #","not_before":"2026-03-02T12:00:00Z""#, office)
        #expect(try office.stored(submitted)?.message.plan?.at.rfc3339 == "2026-03-02T12:00:00.000Z")
        office.pass(.hours(3))
        #expect(try office.lease().isEmpty)
        #expect(try explain(submitted, office)["message"]?["codes"] == ["attribute_stale"])
    }

    @Test func aTopicsOtherWordsGoOutAndUseNothing() throws {
        let office = try office()
        let submitted = try submit("gentle", "", office)
        #expect(submitted.decision.findings.map(\.effect) == [.permit])
        #expect(try content(office) == #"{"title":"For you","body":"There is something new."}"#)
        let release = try explain(submitted, office)["deliveries"]?.arrayValue?.first
        #expect(release?["used"] == [] && release?["template"] == nil)
    }

    @Test func aMessageKeepsTheVersionItWasAcceptedWith() throws {
        let office = try office()
        try declare(Self.ann, office)
        _ = try submit("offers", #","not_before":"2026-03-02T10:00:00Z""#, office)
        let second = try put("offer", #"{"variables":["price"],"title":"x","body":"{{price}}"}"#, office)
        #expect(second.current.version == 2 && second.versions?.map(\.version) == [2, 1])
        #expect(
            try put("offer", #"{"variables":["price"],"title":"x","body":"{{price}}"}"#, office).current.version == 2)
        let refused = problem { _ = try submit("offers", "", office) }
        #expect(refused?.faults.map(\.pointer) == ["/variables/price", "/variables/product"])
        // Also when it was removed, and by an engine that has forgotten everything.
        try office.store.write { try office.engine.removeTemplate("offer", $0) }
        office.engine.forget()
        office.pass(.hours(1))
        #expect(try content(office) == #"{"title":"Hello Ann","body":"Pizza for you"}"#)
        let gone = problem { _ = try submit("offers", "", office) }
        #expect(gone?.kind == .unknownTemplate)
    }

    @Test func versionsThatNobodyNeedsAreLetGo() throws {
        let office = try office()
        for text in ["a", "b", "c"] { try put("offer", #"{"body":"\#(text)"}"#, office) }
        let answer = try office.store.read { try office.engine.answer(template: "offer", $0) }
        #expect(answer.versions?.map(\.version) == [4])
    }

    @Test func aTopicMayAskForTheReason() throws {
        let office = try office()
        let refused = problem { _ = try office.submit(#"{"recipient":"ann","topic":"reminders"}"#) }
        #expect(refused?.faults.first?.pointer == "/because")
        let said = try office.submit(#"{"recipient":"ann","topic":"reminders","because":"You asked us to remind you"}"#)
        #expect(said.because == "You asked us to remind you")
        #expect(try office.lease().first?.because == "You asked us to remind you")
    }

    @Test func aReasonIsASentenceThatShows() throws {
        let office = try office()
        for blank in ["\u{2800}", "\u{301}\u{301}", "\u{3164}"] {
            let refused = problem {
                _ = try office.submit(#"{"recipient":"ann","topic":"reminders","because":"\#(blank)"}"#)
            }
            #expect(refused?.faults.first?.pointer == "/because", "\(blank.unicodeScalars.map(\.value))")
        }
        for controlled in ["You\u{202E} asked", "You\u{2066} asked", "You\u{2028}asked", "You\u{200B}asked"] {
            let refused = problem {
                _ = try office.submit(#"{"recipient":"ann","topic":"reminders","because":"\#(controlled)"}"#)
            }
            #expect(refused?.faults.first?.pointer == "/because", "\(controlled.unicodeScalars.map(\.value))")
        }
        let persian = "شما می\u{200C}خواستید 👩\u{200D}🚀"
        #expect(
            try office.submit(#"{"recipient":"ann","topic":"reminders","because":"\#(persian)"}"#).because == persian)
    }

    @Test func aTextBesideTheTemplatesOwnIsRefused() throws {
        let office = try office()
        let refused = problem {
            _ = try submit("offers", #","content":{"title":"Mine","html":"<p>x</p>","data":1}"#, office)
        }
        #expect(refused?.faults.map(\.pointer) == ["/content/title"])
        #expect(refused?.faults.first?.detail.contains("leave one of them out") == true)
    }

    @Test func whatCannotBeWordedIsRefusedWhenItComes() throws {
        let office = try office()
        try put(
            "offer",
            #"{"variables":["product","url"],"html":"<a href=\"{{url}}\">{{product}}</a> {{#recipient.x}}a{{/recipient.x}}"}"#,
            office)
        for (product, url, pointer) in [
            (#"[{"name":"x"}]"#, #""https://a.example""#, "/variables/product"),
            (#"[" ",null]"#, #""https://a.example""#, "/variables/product"), (#""x""#, "5", "/variables/url"),
            (#""x""#, #"["https://a.example","x"]"#, "/variables/url"),
        ] {
            let refused = problem {
                _ = try office.submit(
                    #"{"recipient":"ann","topic":"offers","template":"offer","variables":{"product":\#(product),"url":\#(url)}}"#
                )
            }
            #expect(refused?.faults.map(\.pointer) == [pointer], "\(product) \(url)")
        }
    }

    @Test func whatComesOutTooLongEndsWithTheReason() throws {
        let office = try office()
        try put("offer", #"{"variables":["product"],"title":"{{recipient.first_name}}","body":"{{product}}"}"#, office)
        try declare(
            #"{"first_name":{"value":"\#(String(repeating: "x", count: 1000))","source":"declared"}}"#, office)
        let submitted = try submit("offers", "", office)
        #expect(try office.state(submitted) == .pending)
        #expect(try office.lease().isEmpty)
        let message = try explain(submitted, office)["message"]
        #expect(message?["state"] == "suppressed" && message?["codes"] == ["rendering_failed"])
        #expect(
            message?["findings"]?.arrayValue?.first?["text"]
                == "Not sent: it could not be put into words (title came out too long).")
        #expect(try office.verify().isEmpty)
    }

    @Test func aDryRunTellsWhatItWouldUse() throws {
        let office = try office()
        try declare(Self.ann, office)
        let tried = try office.store.write {
            try office.engine.tryOut(
                MessageRequest(
                    #"{"recipient":"ann","topic":"offers","template":"offer","variables":{"product":"x"}}"#.utf8),
                sender: "app", $0, now: office.now)
        }
        #expect(tried.used?.map(\.name) == ["first_name"])
    }

    @Test func aTemplateIsTriedOutWithoutStoringAnything() throws {
        let office = try office()
        try declare(Self.ann, office)
        func render(_ body: String) throws -> RenderAnswer {
            try office.store.write {
                try office.engine.tryOut(RenderRequest(body.utf8), template: "offer", $0, now: office.now)
            }
        }
        let ann = try render(#"{"topic":"offers","recipient":"ann","variables":{"product":"Pizza"}}"#)
        #expect(
            ann.content.map { String(decoding: $0, as: UTF8.self) } == #"{"title":"Hello Ann","body":"Pizza for you"}"#)
        let nobody = try render(#"{"topic":"offers","variables":{"product":"Pizza"}}"#)
        #expect(nobody.content == nil && nobody.findings.map(\.finding.code) == [.attributeMissing])
        let gentle = try render(#"{"topic":"gentle","variables":{"product":"Pizza"}}"#)
        #expect(gentle.isFallback && gentle.content != nil)
        let mixed = try render(
            #"{"topic":"offers","attributes":{"first_name":{"value":"Pаul","source":"declared"}},"variables":{"product":"x"}}"#
        )
        #expect(mixed.warnings.count == 1)
    }

    @Test func whatWasStoredWhenLessWasAskedIsNotUsedAndDoesNoHarm() throws {
        let office = try office()
        try declare(Self.ann, office)
        try office.store.write { session in
            var ann = try #require(try session.recipient("ann"))
            ann.attributes =
                #"{"first_name":{"value":"Ann","source":"crm"},"b":{"value":1,"source":"inferred"},"c":{}}"#
            try session.update(ann)
        }
        office.engine.forget()
        #expect(try submit("offers", "", office).decision.findings.map(\.code) == [.attributeNotPermitted])
        try office.store.write {
            _ = try office.engine.patch(["locale": "de"], of: "ann", $0, now: office.now)
        }
    }

    @Test func whatItUsedGoesWithTheMessage() throws {
        let office = try office()
        try declare(Self.ann, office)
        _ = try submit("offers", #","because":"why""#, office)
        try office.report(.delivered, #require(try office.lease().first))
        office.pass(.days(401))
        let dropped = try office.store.write {
            try $0.dropMessages(endedBefore: office.now - .days(400), limit: 10)
        }
        #expect(dropped == 1)
        try put("offer", #"{"body":"x"}"#, office)
        let answer = try office.store.read { try office.engine.answer(template: "offer", $0) }
        #expect(answer.versions?.map(\.version) == [2], "nothing refers to the first any more")
    }

    @Test func dates() throws {
        let office = try office()
        try declare(#"{"a":{"value":1,"source":"declared"},"b":{"value":1,"source":"declared"}}"#, office)
        let first = office.now
        office.pass(.hours(1))
        try declare(#"{"a":{"value":1,"source":"declared"},"b":{"value":2,"source":"declared"}}"#, office)
        let document = try office.store.read { try #require(try $0.recipient("ann")).document() }
        #expect(document.attributes["a"]?.fact.updatedAt == first, "to say the same again makes it no younger")
        #expect(document.attributes["b"]?.fact.updatedAt == office.now)
        let refused = problem { try declare(#"{"a":{"value":1,"updated_at":"2027-01-01T00:00:00Z"}}"#, office) }
        #expect(refused?.faults.first?.pointer == "/attributes/a/updated_at")
    }

    @Test func filesAreTakenInAtAReload() throws {
        let office = try office()
        func file(_ name: String, _ text: String) throws -> NamedTemplate {
            NamedTemplate(name: name, template: try Template(TemplateDocument(texts: .init(body: text))))
        }
        func adopt(_ files: [NamedTemplate]) throws {
            try office.store.write { try office.engine.adopt(files, $0, now: office.now) }
        }
        func current() throws -> [String] {
            try office.store.read { try $0.templates().map { "\($0.name) \($0.version) \($0.isFile)" } }
        }
        try adopt([file("a", "1"), file("b", "1")])
        #expect(try current() == ["a 1 true", "b 1 true", "offer 1 false"])
        try adopt([file("a", "2"), file("offer", "of the file")])
        #expect(try current() == ["a 2 true", "offer 2 true"])
        #expect(problem { try put("a", #"{"body":"x"}"#, office) }?.kind == .templateOfFile)
        try adopt([file("b", "1")])
        #expect(try current() == ["b 1 true"])
    }

    /// Whatever a person's attributes are, none that the topic may not use is in what goes out.
    @Test func noForbiddenAttributeIsEverInTheWords() throws {
        var delivered = 0
        for seed in 1...300 as ClosedRange<UInt64> {
            var state = seed
            func roll(_ range: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((state >> 33) % UInt64(range))
            }
            let office = try Office(Self.topics)
            let names = ["a", "b", "c", "d"]
            let parts = names.map { (name: String) -> String in
                switch roll(4) {
                case 0: "{{recipient.\(name)}}"
                case 1: "{{#recipient.\(name)}}{{recipient.\(name)}}{{/recipient.\(name)}}"
                case 2: "{{#recipient.\(name)}}{{.}}{{/recipient.\(name)}}"
                default: "{{^recipient.\(name)}}-{{/recipient.\(name)}}"
                }
            }
            let body = parts.joined(separator: " ")
            var document = JSONObject()
            document["body"] = .string("x " + body)
            document["title"] = "x {{#recipient.a}}{{recipient.b}}{{/recipient.a}}"
            try put("offer", String(decoding: JSON.object(document).encoded(), as: UTF8.self), office)
            var attributes = JSONObject()
            var forbidden: [String] = []
            for name in names where roll(5) > 0 {
                let value = "secret-\(name)-\(roll(1000))"
                var attribute: JSONObject = ["value": roll(3) == 0 ? [.string(value)] : .string(value)]
                let source = ["declared", "observed", "inferred", "third_party", nil][roll(6) % 5]
                attribute["source"] = source.map(JSON.string)
                if source == "inferred" { attribute["confidence"] = 1 }
                let isSensitive = roll(4) == 0
                attribute["sensitive"] = isSensitive ? true : nil
                let isOld = roll(4) == 0
                attribute["updated_at"] = "2026-02-01T00:00:00Z"
                if isOld { attribute["good_for"] = "1d" }
                if source != "declared" || isSensitive || isOld { forbidden.append(value) }
                attributes[name] = .object(attribute)
            }
            try declare(String(decoding: JSON.object(attributes).encoded(), as: UTF8.self), office)
            for topic in ["offers", "gentle"] {
                _ = try office.submit(#"{"recipient":"ann","topic":"\#(topic)","template":"offer"}"#)
            }
            for leased in try office.lease() {
                delivered += 1
                let words = String(decoding: leased.content, as: UTF8.self)
                for value in forbidden { #expect(!words.contains(value), "seed \(seed): \(words)") }
            }
        }
        #expect(delivered > 300)
    }
}

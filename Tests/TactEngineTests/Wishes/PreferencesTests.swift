import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// What people choose for themselves comes first.
@Suite struct PreferencesTests {
    @Test func aTopicThatIsOffDoesNotCome() throws {
        let office = try Office(Office.consenting)
        let pending = try office.send("news", #""not_before":"2026-03-02T12:00:00Z""#)
        try office.choose(#"{"topics":{"news":{"enabled":false}}}"#)
        #expect(try office.state(pending) == .suppressed)
        #expect(try office.send("news").codes == ["topic_opted_out"])
        try office.choose(#"{"topics":{"news":{"enabled":true}}}"#)
        #expect(try office.send("news").stored.state == .pending)
    }

    @Test func switchingOnIsNoConsent() throws {
        let office = try Office(Office.consenting)
        try office.choose(#"{"topics":{"offers":{"enabled":true}},"marketing":true}"#)
        #expect(try office.send("offers").codes == ["consent_missing"])
    }

    @Test func noMarketingMeansNone() throws {
        let office = try Office(Office.consenting)
        try office.consent(.granted, "offers")
        try office.choose(#"{"marketing":false}"#)
        #expect(try office.send("offers").codes == ["topic_opted_out"])
        #expect(try office.send("orders").stored.state == .pending)
    }

    @Test func channelsComeInTheirOrder() throws {
        let office = try Office(Office.consenting)
        try office.choose(#"{"topics":{"news":{"channels":["email","push"]}}}"#)
        #expect(try office.send("news", #""channels":["push","email"]"#).stored.message.plan?.channel == "email")
        try office.choose(#"{"topics":{"news":{"channels":["email"]}}}"#)
        #expect(try office.send("news", #""channels":["push"]"#).codes == ["channel_opted_out"])
        try office.choose(#"{"topics":null,"channels":{"email":{"enabled":false}}}"#)
        let both = try office.send("news", #""channels":["email","push"]"#)
        #expect(both.stored.message.plan?.channel == "push" && both.codes == ["channel_opted_out"])
    }

    @Test func onesOwnLimitBindsLikeACap() throws {
        let office = try Office(Office.consenting)
        try office.choose(#"{"topics":{"news":{"limit":{"count":2,"per":"24h"}}}}"#)
        let three = try (0..<3).map { _ in try office.send("news") }
        #expect(three.map { $0.stored.message.plan?.at } == [office.now, office.now, office.now + .hours(24)])
        #expect(three[2].codes == ["cap"])
        #expect(three[2].decision.findings.last?.name == "your own limit")
        #expect(try office.leaseAll().count == 2)
        // Others of the kind are not bound.
        #expect(try office.send("orders").stored.message.plan?.at == office.now)
    }

    @Test func aLimitSeesWhatWentOutBeforeIt() throws {
        let office = try Office(Office.consenting)
        _ = try office.send("news")
        for leased in try office.leaseAll() { try office.report(.delivered, leased) }
        try office.choose(#"{"topics":{"news":{"limit":{"count":1,"per":"5d"}}}}"#)
        #expect(try office.send("news").stored.message.plan?.at == office.now + .days(5))
        try office.choose(#"{"topics":{"news":{"limit":null}}}"#)
        #expect(try office.leaseAll().count == 1)
    }

    @Test func aLimitCannotLookFurtherBackThanTheHistory() throws {
        let office = try Office(Office.consenting + "\n[retention]\nhistory = \"2d\"\n")
        #expect(throws: Problem.self) {
            try office.choose(#"{"topics":{"news":{"limit":{"count":1,"per":"7d"}}}}"#)
        }
    }

    @Test func ownQuietHoursComeBeforeDeclaredOnes() throws {
        let office = try Office(Office.consenting, at: "2026-03-02T21:30:00Z")
        let window = #"[{"days":["mon","tue","wed","thu","fri","sat","sun"],"start":"21:00","end":"06:00"}]"#
        try office.store.write {
            _ = try office.engine.put(
                RecipientDocument(#"{"time_zone":"Europe/London","quiet_hours":[]}"#.utf8), of: "ann", $0,
                now: office.now)
        }
        let news = try office.send("news", #""not_before":"2026-03-02T22:00:00Z""#)
        #expect(news.stored.message.plan?.at == (try Timestamp(rfc3339: "2026-03-02T22:00:00Z")))
        try office.choose(#"{"quiet_hours":\#(window)}"#)
        #expect(try office.stored(news)?.message.plan?.at == (try Timestamp(rfc3339: "2026-03-03T06:00:00Z")))
        // What an app declares later changes nothing.
        try office.store.write {
            _ = try office.engine.put(
                RecipientDocument(#"{"time_zone":"Europe/London","quiet_hours":[]}"#.utf8), of: "ann", $0,
                now: office.now)
        }
        #expect(try office.stored(news)?.message.plan?.at ?? .distantPast > office.now + .hours(1))
    }

    @Test func aPauseUntilFurtherNoticeHasNoEnd() throws {
        let office = try Office(Office.consenting)
        try office.choose(#"{"paused_until":"further_notice"}"#)
        let news = try office.send("news")
        #expect(news.stored.message.plan == nil && news.codes == ["paused"])
        #expect(
            sentence(for: news.decision.findings[0], zone: nil, now: office.now)
                == "Held until you end the pause: you have paused notifications.")
        // Resumed: a pause that is over, whatever apps declared.
        try office.store.write {
            _ = try office.engine.patch(
                JSON(body: #"{"paused_until":"2026-03-05T00:00:00Z"}"#.utf8), of: "ann", $0, now: office.now)
        }
        try office.choose(#"{"paused_until":"\#(office.now.rfc3339)"}"#)
        #expect(try office.stored(news)?.message.plan?.at == office.now)
        try office.choose(#"{"paused_until":null}"#)
        #expect(try office.stored(news)?.message.plan?.at == (try Timestamp(rfc3339: "2026-03-05T00:00:00Z")))
    }

    @Test func theZoneTheyChoseIsTheirs() throws {
        let office = try Office(Office.consenting, at: "2026-03-02T21:30:00Z")
        try office.store.write {
            _ = try office.engine.put(
                RecipientDocument(
                    #"{"time_zone":"Europe/London","quiet_hours":[{"days":["mon","tue"],"start":"22:00","end":"08:00"}]}"#
                        .utf8), of: "ann", $0, now: office.now)
        }
        #expect(try office.send("news").stored.message.plan?.at == office.now)
        try office.choose(#"{"time_zone":"Europe/Paris"}"#)
        #expect(
            try office.send("news").stored.message.plan?.at == (try Timestamp(rfc3339: "2026-03-03T07:00:00Z")))
    }

    @Test func whatIsUnknownIsRefusedWithItsPlace() throws {
        let office = try Office(Office.consenting)
        for (patch, pointer) in [
            (#"{"topics":{"nws":{"enabled":false}}}"#, "/topics/nws"),
            (#"{"topics":{"news":{"channels":["fax"]}}}"#, "/topics/news/channels/0"),
            (#"{"channels":{"fax":{"enabled":false}}}"#, "/channels/fax"),
            (#"{"time_zone":"Europe/Pariss"}"#, "/time_zone"),
            (#"{"topics":{"news":{"limit":{"count":0,"per":"week"}}}}"#, "/topics/news/limit/count"),
            (#"{"topics":{"news":{"limit":{"count":1,"per":"year"}}}}"#, "/topics/news/limit/per"),
            (#"{"paused_until":"soon"}"#, "/paused_until"), (#"{"colour":"red"}"#, "/colour"),
        ] {
            let problem = #expect(throws: Problem.self) { try office.choose(patch) }
            #expect(problem?.faults.first?.pointer == pointer, "\(patch)")
        }
        #expect(try office.store.read { try office.engine.preferences(of: "ann", $0) }.updatedAt == nil)
    }

    @Test func theDocumentComesBackAsItWent() throws {
        let text = #"""
            {"topics":{"news":{"enabled":true,"channels":["email"],"limit":{"count":2,"per":"week"},"digest":"weekly"}},
            "channels":{"push":{"enabled":false}},"marketing":false,"quiet_hours":[],
            "paused_until":"2026-12-01T00:00:00.000Z","time_zone":"Europe/Paris","locale":"de"}
            """#
        let document = try PreferencesDocument(text.utf8)
        #expect(try PreferencesDocument(json: .object(document.json)) == document)
        let patched = try document.merging(JSON(body: #"{"topics":{"news":{"limit":null}},"locale":null}"#.utf8))
        #expect(patched.topics["news"]?.limit == nil && patched.topics["news"]?.digest == .weekly)
        #expect(patched.locale == nil && patched.timeZone == "Europe/Paris")
    }
}

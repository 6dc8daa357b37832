import TactCore
import Testing

@Suite struct SentenceTests {
    static let now = at("2026-11-22T21:30:00Z")

    static func at(_ text: String) -> Timestamp { (try? Timestamp(rfc3339: text)) ?? .distantPast }

    /// The system's zone of that name.
    static func zone(_ name: String) throws -> Situation.Zone {
        Situation.Zone(name: name, rules: try SystemZones.rules(name))
    }

    static func hold(
        _ rule: Rule, _ code: Finding.Code, until: String? = "2026-11-23T07:00:00Z", channel: String? = nil,
        name: String? = nil, detail: Finding.Detail? = nil
    ) -> Finding {
        Finding(
            rule: rule, effect: .hold, code: code, until: until.map(at), channel: channel, name: name, detail: detail)
    }

    static func suppress(
        _ rule: Rule, _ code: Finding.Code, channel: String? = nil, name: String? = nil, detail: Finding.Detail? = nil
    ) -> Finding {
        Finding(rule: rule, effect: .suppress, code: code, channel: channel, name: name, detail: detail)
    }

    static let night = Finding.Detail.window(start: 22 * 3600, end: 8 * 3600)

    @Test(arguments: [
        (hold(.quietHours, .quietHours, detail: night), "your quiet hours are 22:00–08:00"),
        (hold(.quietHours, .quietHours, detail: .window(start: 0, end: 0)), "these are your quiet hours"),
        (hold(.start, .notBefore), "its sender asked for no earlier time"),
        (hold(.start, .retryBackoff), "an attempt to deliver it failed, and this is when the next is due"),
        (hold(.pause, .paused), "you have paused notifications"),
        (hold(.busy, .busy), "your calendar says that you are busy"),
        (
            hold(.sendWindow, .sendWindow, name: "us-telephone"),
            "it is outside the hours permitted for such messages (us-telephone)"
        ),
        (
            hold(.cap, .cap, name: "daily", detail: .cap(limit: 3, per: .sliding(.hours(24)))),
            "at most 3 such messages reach you in any 24 hours (daily)"
        ),
        (
            hold(.cap, .cap, name: "gap", detail: .cap(limit: 1, per: .sliding(.minutes(90)))),
            "at most 1 such message reaches you in any 90 minutes (gap)"
        ),
        (
            hold(.cap, .cap, detail: .cap(limit: 2, per: .sliding(.hours(1)))),
            "at most 2 such messages reach you in any hour"
        ),
        (
            hold(.cap, .cap, detail: .cap(limit: 2, per: .sliding(.days(7)))),
            "at most 2 such messages reach you in any 7 days"
        ),
        (
            hold(.cap, .cap, detail: .cap(limit: 5, per: .calendar(.isoWeek))),
            "at most 5 such messages reach you in one week"
        ),
    ])
    func tellsHowLongAndWhy(_ finding: Finding, _ reason: String) throws {
        let text = sentence(for: finding, zone: try Self.zone("Europe/Paris"), now: Self.now)
        #expect(text == "Held until Mon 23 Nov 08:00 (Europe/Paris): \(reason).")
    }

    @Test(arguments: [
        (
            hold(.quietHours, .timeZoneUnknown, until: nil),
            "Held until your time zone is known: without it nobody can tell your quiet hours."
        ),
        (
            hold(.sendWindow, .timeZoneUnknown, until: nil, name: "law"),
            "Held until your time zone is known: without it nobody can tell the hours permitted for such messages (law)."
        ),
        (
            hold(.channel, .channelHeld, until: nil, channel: "sms"),
            "Held on sms until the operator opens the channel again: the channel is stopped at the moment."
        ),
        (
            hold(.quietHours, .quietHours, until: nil),
            "Held until your quiet hours change: these are your quiet hours."
        ),
        (
            hold(.sendWindow, .sendWindow, until: nil, channel: "sms", name: "law"),
            "Held on sms until the permitted hours change: it is outside the hours permitted for such messages (law)."
        ),
        (
            hold(.expiry, .noSlotBeforeExpiry, until: nil),
            "Held until something else changes: no time before it expires is permitted."
        ),
        (hold(.expiry, .expired, until: nil), "Not sent: its time was used up."),
    ])
    func tellsWhatMustChange(_ finding: Finding, _ expected: String) {
        #expect(sentence(for: finding, zone: nil, now: Self.now) == expected)
    }

    @Test(arguments: [
        (suppress(.consent, .consentMissing), "Not sent: you have not agreed to such messages."),
        (suppress(.consent, .consentWithdrawn), "Not sent: you have withdrawn your agreement to such messages."),
        (suppress(.consent, .topicOptedOut), "Not sent: you have turned this topic off."),
        (
            suppress(.consent, .channelOptedOut, channel: "email"),
            "Not sent on email: you have turned this channel off."
        ),
        (suppress(.dataUse, .attributeMissing), "Not sent: it needs something about you that is not known."),
        (
            suppress(.dataUse, .attributeNotPermitted),
            "Not sent: it needs something about you that may not be used for it."
        ),
        (
            suppress(.dataUse, .attributeStale),
            "Not sent: it needs something about you that is too old to be relied on."
        ),
        (suppress(.knownContent, .alreadyDelivered), "Not sent: it has reached you already."),
        (
            suppress(.completion, .subjectCompleted, detail: .subject("order:42")),
            "Not sent: what it is about is done (order:42)."
        ),
        (suppress(.address, .noAddress, channel: "push"), "Not sent on push: there is no address to reach you at."),
        (
            suppress(.cap, .cap, name: "daily", detail: .cap(limit: 1, per: .calendar(.day))),
            "Not sent: at most 1 such message reaches you on one day (daily)."
        ),
        (suppress(.expiry, .expired), "Not sent: its time was used up."),
    ])
    func tellsWhyNot(_ finding: Finding, _ expected: String) {
        #expect(sentence(for: finding, zone: nil, now: Self.now) == expected)
    }

    /// Every code with every effect, in any zone or none, is one sentence.
    @Test func neverLacksWords() throws {
        for zone in [nil, try Self.zone("America/St_Johns")] {
            for rule in Rule.allCases {
                for code in Finding.Code.allCases.map(Optional.some) + [nil] {
                    for effect in Finding.Effect.allCases {
                        for until in [nil, Self.now, .distantPast, .distantFuture] {
                            let finding = Finding(rule: rule, effect: effect, code: code, until: until)
                            let text = sentence(for: finding, zone: zone, now: Self.now)
                            #expect(text.hasSuffix(".") && text.first?.isUppercase == true, "\(text)")
                        }
                    }
                }
            }
        }
    }

    @Test func rulesThatLetItPassAreToldToo() {
        func text(_ rule: Rule, _ effect: Finding.Effect) -> String {
            sentence(for: Finding(rule: rule, effect: effect), zone: nil, now: Self.now)
        }
        #expect(text(.quietHours, .permit) == "Your quiet hours permit it.")
        #expect(text(.cap, .notApplicable) == "No cap applies.")
        #expect(Set(Rule.allCases.map { text($0, .permit) }).count == Rule.allCases.count)
        #expect(Set(Rule.allCases.map { text($0, .notApplicable) }).count == Rule.allCases.count)
    }

    @Test func endsOfMessagesHaveWords() {
        let codes = [
            "delivered", "digested", "cancelled", "cancelled_by_sender", "cancelled_by_operator", "collapsed",
            "subject_completed", "erased", "expired", "suppressed", "failed", "attempts_used_up", "failed_by_worker",
            "unreadable",
        ]
        #expect(Set(codes.map { sentence(forEnd: $0) }).count == codes.count)
        #expect(sentence(forEnd: "collapsed") == "A newer message took its place.")
        #expect(sentence(forEnd: "eaten") == "It ended: eaten.")
    }
}

@Suite struct LocalTimeTests {
    private let now = SentenceTests.at("2026-11-22T21:30:00Z")

    private func told(_ instant: String, _ zone: String?) throws -> String {
        localTime(SentenceTests.at(instant), zone: try zone.map(SentenceTests.zone), now: now)
    }

    @Test func isTheRecipientsOwn() throws {
        let t = "2026-11-23T07:00:00Z"
        #expect(try told(t, "Europe/Paris") == "Mon 23 Nov 08:00 (Europe/Paris)")
        #expect(try told(t, "Asia/Kathmandu") == "Mon 23 Nov 12:45 (Asia/Kathmandu)")
        #expect(try told(t, "Pacific/Honolulu") == "Sun 22 Nov 21:00 (Pacific/Honolulu)")
        #expect(try told(t, "Pacific/Kiritimati") == "Mon 23 Nov 21:00 (Pacific/Kiritimati)")
        #expect(try told(t, nil) == "Mon 23 Nov 07:00 (UTC)")
        #expect(try told("2026-12-03T23:00:15.999Z", "Europe/Paris") == "Fri 4 Dec 00:00:15 (Europe/Paris)")
    }

    @Test func tellsTheYearWhereItIsAnother() throws {
        #expect(try told("2026-12-31T23:00:00Z", "Europe/Paris") == "Fri 1 Jan 2027 00:00 (Europe/Paris)")
        #expect(try told("2026-12-31T22:59:00Z", "Europe/Paris") == "Thu 31 Dec 23:59 (Europe/Paris)")
        #expect(localTime(SentenceTests.at("2031-01-01T00:00:00Z"), zone: nil) == "Wed 1 Jan 00:00 (UTC)")
    }

    @Test func tellsTheTwoReadingsOfAFoldApart() throws {
        #expect(try told("2026-10-25T00:30:00Z", "Europe/Paris") == "Sun 25 Oct 02:30 (Europe/Paris, UTC+02:00)")
        #expect(try told("2026-10-25T01:30:00Z", "Europe/Paris") == "Sun 25 Oct 02:30 (Europe/Paris, UTC+01:00)")
        #expect(try told("2026-10-25T02:30:00Z", "Europe/Paris") == "Sun 25 Oct 03:30 (Europe/Paris)")
        #expect(try told("2026-11-01T05:30:00Z", "America/New_York") == "Sun 1 Nov 01:30 (America/New_York, UTC-04:00)")
    }

    @Test func isNotConfusedByAGap() throws {
        #expect(try told("2026-03-29T00:59:59Z", "Europe/Paris") == "Sun 29 Mar 01:59:59 (Europe/Paris)")
        #expect(try told("2026-03-29T01:00:00Z", "Europe/Paris") == "Sun 29 Mar 03:00 (Europe/Paris)")
    }

    @Test func saysThatTheZoneIsNotKnown() {
        let finding = SentenceTests.hold(.quietHours, .quietHours, detail: SentenceTests.night)
        #expect(
            sentence(for: finding, zone: nil, now: now)
                == "Held until Mon 23 Nov 07:00 (UTC; your time zone is not known): your quiet hours are 22:00–08:00.")
    }

    /// “Until” is never told too early.
    @Test func roundsUpWhatIsHeld() {
        let finding = SentenceTests.hold(.start, .retryBackoff, until: "2026-11-22T22:00:00.001Z")
        #expect(sentence(for: finding, zone: nil, now: now).hasPrefix("Held until Sun 22 Nov 22:00:01 (UTC;"))
    }
}

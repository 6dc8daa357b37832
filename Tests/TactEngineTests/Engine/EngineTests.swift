import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

@Suite struct LifeTests {
    @Test func aFailedMessageIsRequeuedWithFreshAttempts() throws {
        let office = try Office(Office.basic)
        let message = try office.offer()
        for _ in 0..<2 {
            let leased = try #require(try office.lease().first)
            try office.report(.retry, leased)
            office.pass(.minutes(2))
        }
        #expect(try office.stored(message)?.state == .failed)
        #expect(try office.stored(message)?.reason == .attemptsUsedUp)
        let failed = try #require(try office.stored(message))
        _ = try office.store.write { try office.engine.requeue(failed, $0, now: office.now) }
        #expect(try office.stored(message)?.attempts == 0)
        #expect(try office.lease().first?.attempt == 1)
        #expect(try office.verify() == [])
    }

    @Test func backOffKeepsWithinItsBounds() throws {
        let office = try Office(Office.basic)
        let message = try office.offer()
        try office.report(.retry, #require(try office.lease().first))
        let wait = try #require(try office.stored(message)?.message.retryAt) - office.now
        #expect(wait >= .seconds(30) && wait <= .minutes(1))
        #expect(try office.lease().isEmpty)
        office.pass(wait)
        #expect(try office.lease().first?.attempt == 2)
    }

    @Test func aLeaseLapsesAndItsCountStaysUntilTheNextRelease() throws {
        let office = try Office(Office.basic + "\n[[cap]]\nname = \"one\"\nlimit = 1\nper = \"24h\"\n")
        try office.offer()
        let other = try office.offer()
        let first = try #require(try office.lease().first)
        office.pass(.minutes(1))
        _ = try office.tick()
        #expect(try office.report(.delivered, first).result == .lapsed)
        let again = try #require(try office.lease().first, "its own count does not hold it")
        #expect(again.id == first.id && again.attempt == 2)
        #expect(try office.stored(other)?.message.plan?.at == office.now + .hours(24))
        try office.report(.failed, again)
        #expect(try office.stored(other)?.message.plan?.at == office.now, "a failed release gives its count back")
        #expect(try office.verify() == [])
    }

    @Test func whatWasReturnedCostsNoAttempt() throws {
        let office = try Office(Office.basic)
        try office.offer()
        for _ in 0..<5 {
            let leased = try #require(try office.lease().first)
            #expect(leased.attempt == 1)
            try office.report(.returned, leased)
        }
    }

    @Test func aLeasedMessageOfACompletedSubjectIsNotTriedAgain() throws {
        let office = try Office(Office.basic)
        let message = try office.offer(#""subject":"order:1""#)
        let leased = try #require(try office.lease().first)
        try office.store.write {
            _ = try office.engine.complete("order:1", recipient: nil, blockFor: nil, $0, now: office.now)
        }
        #expect(try office.state(message) == .leased)
        try office.report(.retry, leased)
        #expect(try office.stored(message)?.state == .cancelled)
        #expect(try office.stored(message)?.reason == .subjectCompleted)
    }
}

@Suite struct LimitTests {
    @Test func aRecipientHasSoManyPendingAtMost() throws {
        let office = try Office(Office.basic + "\n[limits]\npending_per_recipient = 2\n")
        for _ in 0..<2 { try office.offer(#""not_before":"2026-03-03T00:00:00Z""#) }
        #expect { try office.offer() } throws: { error in
            let problem = error as? Problem
            return problem?.kind == .tooManyPending && problem?.retryAfterSeconds ?? 0 > 0
        }
        #expect(try office.store.read { try $0.counts().submitted } == 2)
    }

    @Test func aSenderSubmitsSoFastAtMost() throws {
        let office = try Office(Office.basic + "\n[limits]\nsubmits_per_sender = \"3/s\"\n")
        for _ in 0..<3 { try office.offer(sender: "eager") }
        #expect { try office.offer(sender: "eager") } throws: { ($0 as? Problem)?.kind == .tooManySubmissions }
        try office.offer(sender: "other")
        office.pass(.seconds(1))
        try office.offer(sender: "eager")
    }
}

@Suite struct WorldTests {
    private let weekly = """
        BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260302T090000Z\r\nDTEND:20260302T100000Z\r
        RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n
        """

    @Test func aRecurringMeetingStillHoldsAfterYears() throws {
        let office = try Office(Office.basic)
        let imported = try Engine.read(Array(weekly.utf8), zones: office.engine.zones, outOfTime: { false })
        try office.store.write {
            _ = try office.engine.put(imported.calendar, name: "work", of: "ann", $0, now: office.now)
        }
        let later = office.now + .days(7 * 52 * 5)
        while office.now < later { office.now = min(later, try max(office.tick(), office.now + .hours(1))) }
        let message = try office.offer()
        #expect(message.stored.message.plan?.at == later + .hours(1))
        #expect(message.decision.findings.codes == [.busy])
    }

    @Test func anotherPolicyPlansEverythingAnewInSlices() throws {
        let office = try Office(Office.basic)
        var messages: [Submission] = []
        for index in 0..<50 {
            messages.append(
                try office.submit(#"{"recipient":"r\#(index)","topic":"offers","not_before":"2026-03-02T23:00:00Z"}"#))
        }
        let night =
            Office.basic + """

                [time_zone]
                unknown = "Europe/Paris"
                [quiet_hours]
                default = [{ days = ["mon", "tue"], start = 22:00:00, end = 08:00:00 }]
                """
        let policy = try Configuration.load(text: night, file: "night.toml", zones: office.engine.zones).policy
        try office.store.write { try office.engine.adopt(policy, $0) }
        #expect(office.engine.isReviewing)
        while office.engine.isReviewing { _ = try office.tick() }
        for message in messages {
            #expect(try office.stored(message)?.message.plan?.at.rfc3339 == "2026-03-03T07:00:00.000Z")
        }
        let entries = try office.store.read { try $0.lastJournalEntry() }
        try office.store.write { try office.engine.adopt(policy, $0) }
        _ = try office.tick()
        #expect(try office.store.read { try $0.lastJournalEntry() } == entries, "what changes nothing stores nothing")
    }

    @Test func aPolicyThatDropsWhatIsNeededIsRefusedWithTheNumber() throws {
        let office = try Office(Office.basic)
        try office.offer()
        #expect { try office.store.write { try office.engine.adopt(Policy(version: "x"), $0) } } throws: { error in
            (error as? Problem)?.kind == .policyInUse && (error as? Problem)?.detail.contains("1 messages") == true
        }
        #expect(office.engine.policy.topic("offers") != nil)
    }

    @Test func historyIsThrownAwayButStaysCounted() throws {
        let office = try Office(Office.basic)
        let message = try office.offer()
        try office.report(.delivered, #require(try office.lease().first))
        office.pass(.days(401))
        while try office.store.write({ try office.engine.forgetOld($0, now: office.now) }) {}
        #expect(try office.stored(message) == nil)
        #expect(try office.store.read { try $0.counts().byState[.delivered] } == 1)
        #expect(try office.verify() == [])
        #expect(try office.offer().stored.message.number == 2, "no id is given twice")
    }

    @Test func contentGoesWithItsDelivery() throws {
        let office = try Office(Office.basic)
        let message = try office.offer(#""content":{"title":"secret"}"#)
        let number = message.stored.message.number
        #expect(try office.store.read { try $0.content(of: number) } != nil)
        try office.report(.delivered, #require(try office.lease().first))
        #expect(try office.store.read { try $0.content(of: number) } == nil)
    }

    /// However much there is to throw away, others wait for a slice at the most.
    @Test func whatIsOldGoesInSmallSlices() throws {
        let office = try Office(Office.basic + "\n[retention]\nhistory = \"1d\"\ndecisions = \"1d\"\n")
        for n in 0..<60 {
            let message = try office.submit(#"{"recipient":"r\#(n)","topic":"offers"}"#)
            let number = message.stored.message.number
            try office.store.write {
                try office.engine.cancel(
                    try #require(try $0.message(number)), reason: .cancelledBySender, $0, now: office.now)
            }
        }
        office.pass(.days(2))
        var left = [60]
        while try office.store.write({ try office.engine.forgetOld($0, now: office.now) }) {
            left.append(try office.store.read { try $0.messages(MessageFilter(), before: nil, limit: 100).count })
        }
        for (before, after) in zip(left, left.dropFirst()) { #expect(before - after <= Engine.oldSlice) }
        #expect(left.count > 2)
        #expect(try office.store.read { try $0.messages(MessageFilter(), before: nil, limit: 100).isEmpty })
        #expect(try office.verify() == [])
    }

    /// Thousands may have been due for a minute at the same instant: whoever waits for a release waits for one of them.
    @Test func overduePlansAreLookedAtInShortTurns() throws {
        let office = try Office(Office.basic, isHurried: true)
        for n in 0..<6 { try office.submit(#"{"recipient":"r\#(n % 3)","topic":"offers"}"#) }
        office.pass(.minutes(2))
        var turns = 0
        while try office.tick() == office.now { turns += 1 }
        #expect(turns == 5, "a message a turn, and the last says that it was")
    }
}

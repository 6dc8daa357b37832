import TactAPI
import TactCore
import TactStore
import Testing

@testable import TactEngine

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
            _ = try office.engine.cancelCompleted("order:1", recipient: nil, after: 0, limit: 10, $0, now: office.now)
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
}

/// What was found by people who tried to break it.
@Suite struct HonestyTests {
    private static let oneADay = Office.basic + "\n[[cap]]\nname = \"one\"\nlimit = 1\nper = \"24h\"\n"

    private func tryOut(_ office: Office, at instant: String) throws -> Submission {
        let instant = try Timestamp(rfc3339: instant)
        return try office.store.write {
            try office.engine.tryOut(
                MessageRequest(#"{"recipient":"ann","topic":"offers"}"#.utf8), sender: "app", at: instant, $0,
                now: office.now)
        }
    }

    @Test func aDryRunAtAnotherTimeLeavesTheCapsAsTheyAre() throws {
        let office = try Office(Self.oneADay)
        try office.offer()
        try office.report(.delivered, #require(try office.lease().first))
        office.engine.forget()
        #expect(
            try tryOut(office, at: "2026-12-01T00:00:00Z").stored.message.plan?.at.rfc3339 == "2026-12-01T00:00:00.000Z"
        )
        let next = try office.offer()
        #expect(try office.stored(next)?.message.plan?.at == office.now + .hours(24))
        #expect(try office.lease().isEmpty)
    }

    @Test func aDryRunLooksAtTheDeliveriesOfItsOwnTime() throws {
        let office = try Office(Self.oneADay)
        try office.offer()
        try office.report(.delivered, #require(try office.lease().first))
        office.pass(.days(10))
        office.engine.forget()
        let then = try tryOut(office, at: "2026-03-02T12:00:00Z").stored.message.plan
        #expect(then?.at.rfc3339 == "2026-03-03T09:00:00.000Z", "at that time the delivery of 09:00 still counted")
    }

    @Test func aClockSetBackByDaysOvershootsNoCap() throws {
        let office = try Office(Self.oneADay)
        try office.offer()
        try office.report(.delivered, #require(try office.lease().first))
        let right = office.now
        // It starts with a clock that is days ahead.
        office.engine.forget()
        office.pass(.days(3))
        let early = try office.offer(#""not_before":"2026-03-20T00:00:00Z""#)
        #expect(try office.state(early) == .pending)
        office.now = right + .minutes(1)
        let next = try office.offer()
        #expect(try office.stored(next)?.message.plan?.at == right + .hours(24))
        #expect(try office.lease().isEmpty)
    }

    @Test func whatLiesBeyondTheHorizonComesIntoSight() throws {
        let office = try Office(Office.basic)
        let far = try office.offer(#""not_before":"2027-06-01T00:00:00Z","expires_in":"30d""#)
        #expect(far.stored.message.plan == nil)
        #expect(far.decision.findings.codes == [.notBefore])
        var days = 0
        while try office.stored(far)?.message.plan == nil, days < 400 {
            // Now and then the daemon is started anew.
            if days % 7 == 3 { office.engine.forget() }
            office.pass(.days(1))
            while try office.tick() <= office.now {}
            days += 1
        }
        #expect(try office.stored(far)?.message.plan?.at == (try Timestamp(rfc3339: "2027-06-01T00:00:00Z")))
        #expect(office.now >= (try Timestamp(rfc3339: "2026-05-30T00:00:00Z")))
        office.now = try Timestamp(rfc3339: "2027-06-01T00:00:00Z")
        #expect(try office.lease().count == 1)
        #expect(try office.verify() == [])
    }

    @Test func whatIsRequeuedIsDecidedLikeAnyOther() throws {
        let office = try Office(Office.basic)
        let message = try office.offer(#""subject":"order:1""#)
        try office.report(.failed, #require(try office.lease().first))
        try office.store.write {
            try office.engine.complete("order:1", recipient: nil, blockFor: .days(7), $0, now: office.now)
        }
        let failed = try #require(try office.stored(message))
        let requeued = try office.store.write { try office.engine.requeue(failed, $0, now: office.now) }
        #expect(requeued.decision.findings.codes == [.subjectCompleted])
        #expect(try office.state(message) == .suppressed)
        #expect(try office.lease().isEmpty)
        #expect(try office.verify() == [])
    }

    @Test func aPatchThatChangesNothingStoresNothing() throws {
        let office = try Office(Office.basic)
        let message = try office.offer(#""not_before":"2026-03-03T00:00:00Z","relevance":0.7"#)
        func entries() throws -> Int {
            try office.store.read { try $0.journal(of: message.stored.message.number).count }
        }
        for body in ["{}", #"{"relevance":0.7}"#, #"{"not_before":"2026-03-03T00:00:00Z"}"#] {
            let stored = try #require(try office.stored(message))
            let answer = try office.store.write {
                try office.engine.patch(stored, MessagePatch(body.utf8), $0, now: office.now)
            }
            #expect(answer.decision.findings.codes == [.notBefore])
        }
        #expect(try entries() == 1)
    }

    @Test func aNameIsWhatPolicySpells() throws {
        let office = try Office(Office.basic.replacingOccurrences(of: "push", with: "WEBHOOK"))
        // U+212A is the Kelvin sign, which Unicode takes for a K.
        let message = try office.offer("\"channels\":[\"WEBHOO\u{212A}\"]")
        #expect(try office.stored(message)?.message.channels.first?.utf8.count == 7)
        #expect(try office.stored(message)?.message.plan?.channel.utf8.count == 7)
    }

    @Test func everyPlanIsToldAlsoOfThoseThatMoveUp() throws {
        let office = try Office(Self.oneADay)
        let told = Told()
        office.engine.onPlan = { plan, _ in told.plans.append(plan?.at) }
        let first = try office.offer(#""relevance":0.9"#)
        try office.offer()
        #expect(told.plans == [office.now, office.now + .hours(24)])
        told.plans = []
        let stored = try #require(try office.stored(first))
        try office.store.write { try office.engine.cancel(stored, reason: .cancelledBySender, $0, now: office.now) }
        #expect(told.plans == [office.now])
    }

    private final class Told: @unchecked Sendable {
        var plans: [Timestamp?] = []
    }

    /// Desks that grow while they are used do not fill the memory.
    @Test func deliveriesThatAreLongOverLeaveTheMemory() throws {
        let office = try Office(Self.oneADay)
        for _ in 0..<20 {
            try office.offer()
            try office.report(.delivered, #require(try office.lease().first))
            office.pass(.days(1))
        }
        let weight = try office.store.write { try office.engine.desk("ann", $0, now: office.now)?.agenda.weight }
        #expect(try #require(weight) <= 4)
    }
}

@Suite struct BootTests {
    /// A machine that was up for a hundred days is started anew.
    @Test(arguments: [true, false]) func leasesOfAnEarlierBootLapseAtOnce(bootIsKnown: Bool) throws {
        let office = try Office(Office.basic)
        let message = try office.offer()
        var moment = Moment(now: office.now, steady: Timestamp(seconds: 100 * 86_400), boot: 1)
        let order = Engine.Order(channels: ["push"], max: 1, length: .minutes(1))
        #expect(try office.store.write { try office.engine.release(order, $0, moment) }.count == 1)
        moment = Moment(now: office.now + .minutes(1), steady: Timestamp(seconds: 60), boot: bootIsKnown ? 2 : 1)
        try office.store.write { try office.engine.adoptLeases($0, moment) }
        _ = try office.store.write { try office.engine.tick($0, moment) }
        #expect(try office.state(message) == .pending)
    }
}

@Suite struct ReviewTests {
    /// A reload brings a cap that suppresses; the first to open the desk is the release itself.
    @Test func aReviewThatSuppressesWhatIsDueStopsNobody() throws {
        let office = try Office(Office.basic)
        try office.offer()
        try office.report(.delivered, #require(try office.lease().first))
        let due = try office.offer()
        let strict = Office.basic + "\n[[cap]]\nname = \"one\"\nlimit = 1\nper = \"24h\"\nover = \"suppress\"\n"
        let policy = try Configuration.load(text: strict, file: "strict.toml", zones: office.engine.zones).policy
        try office.store.write { try office.engine.adopt(policy, $0) }
        #expect(office.engine.isReviewing)
        #expect(try office.lease().isEmpty)
        #expect(try office.state(due) == .suppressed)
        // Whoever cancels or moves it is told how it stands.
        let stored = try #require(try office.stored(due))
        #expect {
            try office.store.write { try office.engine.cancel(stored, reason: .cancelledBySender, $0, now: office.now) }
        } throws: { ($0 as? Problem)?.kind == .notPending }
        #expect(try office.verify() == [])
    }
}

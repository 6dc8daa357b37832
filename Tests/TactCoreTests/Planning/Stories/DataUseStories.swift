import TactCore
import Testing

/// What a message says about a person rests on what may be used.
@Suite struct DataUseStories {
    private static let name = [AttributeNeed(name: "first_name")]

    /// Ann, at noon; `offers` uses what she declared.
    private func ann(_ facts: [String: AttributeFact] = [:]) throws -> Story {
        var ann = try Story("2026-11-23T12:00:00Z")
        ann.facts.attributes = facts
        return ann
    }

    private func declared(_ at: String = "2026-11-01T00:00:00Z") throws -> AttributeFact {
        AttributeFact(source: .declared, updatedAt: try Timestamp(rfc3339: at))
    }

    @Test func whatSheDeclaredIsUsed() throws {
        var ann = try ann(["first_name": declared()])
        let decision = try ann.submit(needs: Self.name)
        #expect(decision.outcome == .deliver(channel: "push"))
        #expect(decision.permitting.contains(.dataUse) && decision.findings.isEmpty)
    }

    @Test func aMessageWithoutATemplateUsesNothing() throws {
        var ann = try ann()
        let decision = try ann.submit()
        #expect(decision.fullFindings.first { $0.rule == .dataUse }?.effect == .notApplicable)
    }

    @Test func nobodyIsGreetedWithoutAName() throws {
        var ann = try ann()
        let decision = try ann.submit(needs: Self.name)
        #expect(decision.outcome == .suppress)
        #expect(decision.said == ["attribute_missing"] && decision.findings.map(\.name) == ["first_name"])
    }

    @Test func whatTheTemplateCanDoWithoutIsNotAskedFor() throws {
        var ann = try ann(["city": AttributeFact(source: .thirdParty)])
        let needs = [
            AttributeNeed(name: "first_name", isOptional: true), AttributeNeed(name: "city", isOptional: true),
        ]
        #expect(try ann.submit(needs: needs).outcome == .deliver(channel: "push"))
    }

    @Test(arguments: [
        (AttributeFact(source: nil), DataUse.Ground.untold), (AttributeFact(source: .observed), .observed),
        (AttributeFact(source: .inferred, confidence: 1), .inferred),
        (AttributeFact(source: .thirdParty), .thirdParty),
        (AttributeFact(source: .declared, isSensitive: true), .sensitive),
    ])
    func whatTheTopicMayNotUseIsNotUsed(_ fact: AttributeFact, _ ground: DataUse.Ground) throws {
        var ann = try ann(["first_name": fact])
        let decision = try ann.submit(needs: Self.name)
        #expect(decision.said == ["attribute_not_permitted"])
        #expect(decision.findings.first?.detail == .forbidden(ground))
    }

    @Test func aTopicMayUseMore() throws {
        var ann = try ann([
            "a": AttributeFact(source: .inferred, confidence: 0.8),
            "b": AttributeFact(source: .declared, isSensitive: true),
        ])
        ann.facts.policy.topics[0].sources = [.declared, .inferred]
        ann.facts.policy.topics[0].isSensitive = true
        ann.facts.policy.topics[0].confidence = 0.8
        let needs = [AttributeNeed(name: "a"), AttributeNeed(name: "b")]
        #expect(try ann.submit(needs: needs).outcome == .deliver(channel: "push"))
        ann.facts.attributes["a"]?.confidence = 0.79
        ann.replan()
        let unsure = try ann.submit(needs: needs)
        #expect(unsure.findings.first?.detail == .forbidden(.unsure))
    }

    @Test func everyAttributeIsToldByName() throws {
        var ann = try ann(["b": AttributeFact(source: .observed)])
        let decision = try ann.submit(needs: ["a", "b", "c"].map { AttributeNeed(name: $0) })
        #expect(decision.said == ["attribute_missing", "attribute_not_permitted", "attribute_missing"])
        #expect(decision.findings.map(\.name) == ["a", "b", "c"])
        #expect(decision.findings.codes == [.attributeMissing, .attributeNotPermitted])
    }

    @Test func whatIsTooOldIsNotReliedOn() throws {
        var fact = try declared("2026-11-13T12:00:00Z")
        fact.goodFor = .days(10)
        var ann = try ann(["first_name": fact])
        #expect(try ann.submit(needs: Self.name).said == ["attribute_stale"], "the bound itself is too old")
        ann.facts.attributes["first_name"]?.updatedAt = try Timestamp(rfc3339: "2026-11-13T12:00:00.001Z")
        ann.replan()
        #expect(try ann.submit(needs: Self.name).outcome == .deliver(channel: "push"))
        ann.facts.attributes["first_name"]?.updatedAt = nil
        ann.replan()
        #expect(try ann.submit(needs: Self.name).said == ["attribute_stale"], "an age that nobody knows is no age")
    }

    @Test func whatGrowsOldWhileItWaitsIsJudgedAtTheEnd() throws {
        var fact = try declared("2026-11-23T00:00:00Z")
        fact.goodFor = .days(1)
        var ann = try ann(["first_name": fact])
        let decision = try ann.submit(notBefore: "2026-11-24T12:00:00Z", needs: Self.name)
        #expect(
            decision.when == "2026-11-24T12:00:00.000Z"
                && decision.said == ["not_before until 2026-11-24T12:00:00.000Z"])
        try ann.later("2026-11-24T12:00:00Z")
        #expect(ann.judge(1)?.said == ["attribute_stale"])
    }

    @Test func otherWordsGoOutInstead() throws {
        var ann = try ann()
        ann.facts.policy.topics[0].fallback = .template("plain")
        let decision = try ann.submit(needs: Self.name)
        #expect(decision.outcome == .deliver(channel: "push"))
        #expect(decision.said == ["attribute_missing"] && decision.findings.first?.effect == .permit)
        let told = decision.fullFindings.filter { $0.rule == .dataUse }
        #expect(told == decision.findings)
        #expect(
            sentence(for: told[0], zone: nil, now: decision.at)
                == "A general text goes out instead of a personal one: it needs something about you that is not known "
                + "(first_name).")
    }

    @Test func itIsToldInItsPlaceAmongTheRules() throws {
        var ann = try ann()
        ann.facts.completedSubjects = ["cart:1": .distantFuture]
        ann.facts.policy.channels[0].address = .required
        let decision = try ann.submit(subject: "cart:1", needs: Self.name)
        #expect(decision.said == ["attribute_missing", "subject_completed", "no_address"])
    }
}

import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

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

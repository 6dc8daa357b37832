import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// Nothing is ever released without the consent it needs: consent changes at random instants between submission, plan,
/// release and retry, and what went out is held against a list of all that was said.
@Suite struct ConsentProofTests {
    @Test(arguments: 0..<40) func nothingGoesOutWithoutTheConsentItNeeds(round: Int) throws {
        let seed = UInt64(round) &* 0x9e37_79b9 &+ 20_261_122
        var world = try World(seed: seed)
        for step in 0..<250 {
            try world.act()
            let wrong = try world.wrong()
            #expect(wrong.isEmpty, "seed \(seed), step \(step): \(wrong)")
            if !wrong.isEmpty { return }
        }
        #expect(world.released > 5, "seed \(seed) proved nothing")
        #expect(try world.office.verify().isEmpty, "seed \(seed)")
    }

    /// People, what they said in order, and messages on their way.
    private struct World {
        let office: Office
        var random: Random
        var said: [String: [(word: Consents.Word, topic: String, channel: String?)]] = [:]
        var off: [String: PreferencesDocument] = [:]
        var leased: [LeaseAnswer.Leased] = []
        var justLeased: [LeaseAnswer.Leased] = []
        var released = 0

        static let people = ["ann", "ben", "eve"]
        static let topics = ["offers", "news", "orders"]
        static let channels = ["push", "email"]

        init(seed: UInt64) throws {
            office = try Office(Office.consenting)
            random = Random(seed: seed)
        }

        mutating func act() throws {
            justLeased = []
            let person = random.pick(World.people)
            switch random.below(10) {
            case 0, 1, 2: try submit(person)
            case 3, 4: try speak(person)
            case 5: try choose(person)
            case 6, 7:
                justLeased = try office.leaseAll()
                leased += justLeased
                released += justLeased.count
            case 8:
                if let index = leased.indices.randomElement(using: &random) {
                    try office.report(random.pick(Outcome.allCases.filter { $0 != .lapsed }), leased.remove(at: index))
                }
            default:
                office.pass(random.pick([.seconds(1), .seconds(40), .minutes(3), .hours(2)]))
                if random.below(3) == 0 { office.engine.forget() }
                while try office.tick() <= office.now {}
            }
        }

        private mutating func submit(_ person: String) throws {
            let channels = random.pick([#"["push"]"#, #"["email"]"#, #"["push","email"]"#])
            let wait = random.below(2) == 0 ? "" : #","not_before":"\#((office.now + .minutes(1)).rfc3339)""#
            try office.submit(
                #"{"recipient":"\#(person)","topic":"\#(random.pick(World.topics))","channels":\#(channels)\#(wait)}"#)
        }

        private mutating func speak(_ person: String) throws {
            let word: Consents.Word = random.below(5) < 3 ? .granted : .withdrawn
            var topic = random.pick(World.topics)
            if word == .withdrawn, random.below(4) == 0 { topic = Consents.allMarketing }
            let channel: String? = random.below(3) == 0 ? random.pick(World.channels) : nil
            if word == .withdrawn, channel == nil, topic != Consents.allMarketing, random.below(2) == 0 {
                try office.event(#"{"type":"unsubscribed","recipient":"\#(person)","topic":"\#(topic)"}"#)
            } else {
                try office.consent(word, topic, channel: channel, of: person)
            }
            said[person, default: []].append((word, topic, channel))
        }

        private mutating func choose(_ person: String) throws {
            let patch = random.pick([
                #"{"topics":{"news":{"enabled":false}}}"#, #"{"topics":{"offers":{"channels":["email"]}}}"#,
                #"{"channels":{"push":{"enabled":false}}}"#, #"{"marketing":false}"#,
                #"{"topics":null,"channels":null,"marketing":null}"#,
                #"{"topics":null,"channels":null,"marketing":null}"#,
            ])
            off[person] = try office.choose(patch, for: person).document
        }

        /// What went out, or waits, although nobody may send it.
        func wrong() throws -> [String] {
            var wrong: [String] = []
            for message in justLeased where !isAllowed(message.recipient, message.topic, message.channel) {
                wrong.append("\(message.topic) went out to \(message.recipient) by \(message.channel)")
            }
            let pending = try office.store.read { session -> [(String, String, [String])] in
                var filter = MessageFilter()
                filter.states = [.pending]
                return try session.messages(filter, before: nil, limit: 1000).map {
                    (try session.shownRecipientID($0.recipient), $0.message.topic, $0.message.channels)
                }
            }
            for (person, topic, channels) in pending where !channels.contains(where: { isAllowed(person, topic, $0) }) {
                wrong.append("\(topic) waits for \(person)")
            }
            return wrong
        }

        /// Written down anew, from the words in their order.
        private func isAllowed(_ person: String, _ topic: String, _ channel: String) -> Bool {
            let isMarketing = topic != "orders"
            let last = said[person]?.last { word in
                (word.topic == topic || (word.topic == "*" && isMarketing))
                    && (word.channel == nil || word.channel == channel)
            }
            if last?.word == .withdrawn || (last == nil && topic == "offers") { return false }
            guard let chosen = off[person] else { return true }
            if isMarketing, chosen.marketing == false { return false }
            if chosen.channels[channel] == false || chosen.topics[topic]?.isEnabled == false { return false }
            return chosen.topics[topic]?.channels?.contains(channel) ?? true
        }
    }
}

/// SplitMix64.
private struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func pick<T>(_ all: [T]) -> T { all[below(all.count)] }
}

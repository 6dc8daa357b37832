import TactCore

/// Makes scenarios from seeds: small, and so crowded that the rules get in each other's way.
struct ScenarioMaker {
    var dice: Dice
    var scenario = Scenario()
    /// Whether instants that need not lie on a quarter of an hour do.
    private let onGrid: Bool

    private static let topics = ["offers", "news", "orders"]
    private static let channels = ["push", "email", "sms"]
    private static let senders = ["shop", "bank"]

    static func scenario(seed: UInt64) -> Scenario { ScenarioMaker(seed: seed).scenario }

    init(seed: UInt64) {
        dice = Dice(seed: seed)
        onGrid = dice.chance(50)
        makeZones()
        makeNow()
        makeRecipient()
        makePolicy()
        scenario.deliveries = (0..<dice.roll(0...12)).map { makeDelivery(Int64(-1 - $0)) }
        let numbers = dice.shuffled(Array(1...Int64(dice.pick(1, 1, 2, 2, 3, 4, 5, 6))))
        scenario.pending = numbers.map { makeMessage($0) }
        // A lease that lapsed: the message is pending again, and its delivery still counts.
        for message in scenario.pending where dice.chance(6) {
            scenario.deliveries.append(makeDelivery(message.number))
        }
    }

    // MARK: Time

    private mutating func makeZones() {
        switch dice.roll(1...10) {
        case 1: break
        case 2: scenario.zones = [dice.pick(from: ProofZone.all)]
        case 3, 4: scenario.zones = Array(ProofZone.plausible.dropFirst(dice.roll(0...10)).prefix(dice.roll(2...3)))
        default:
            scenario.zones = [dice.pick(from: ProofZone.all)]
            scenario.zoneIsKnown = true
        }
    }

    private mutating func makeNow() {
        let quarter = Duration.minutes(15).milliseconds
        let turns = scenario.zones.flatMap(\.clock.turns).filter { $0 < .init(seconds: 1_811_808_000) }  // 2027-06-01
        let center =
            turns.isEmpty || dice.chance(40)
            ? WallClock.first + .days(Int64(dice.roll(70...350))) : dice.pick(from: turns)
        let jitter = Duration(milliseconds: onGrid ? 0 : Int64(dice.roll(1...899_999)))
        scenario.now = center + Duration(milliseconds: Int64(dice.roll(-120...24)) * quarter) + jitter
    }

    /// `now` plus so many quarters of an hour, on the grid or not.
    mutating func instant(_ quarters: ClosedRange<Int>) -> Timestamp {
        let exact = scenario.now + .minutes(15 * Int64(dice.roll(quarters)))
        return onGrid || dice.chance(50) ? exact : exact + Duration(milliseconds: Int64(dice.roll(1...899_999)))
    }

    private mutating func length(_ choices: String...) -> Duration {
        let whole = (try? Duration(dice.pick(from: choices))) ?? .zero
        return onGrid || dice.chance(70) ? whole : whole + Duration(milliseconds: Int64(dice.roll(-99_999...99_999)))
    }

    private mutating func window(from start: ClosedRange<Int>, to end: ClosedRange<Int>) -> LocalWindow? {
        let days = dice.chance(50) ? Weekday.allCases : dice.some(Weekday.allCases, percent: 60)
        guard let start = CivilTime(seconds: dice.roll(start) % 96 * 900),
            let end = CivilTime(seconds: dice.roll(end) * 900)
        else { return nil }
        return try? LocalWindow(days: Weekdays(days), start: start, end: end)
    }

    // MARK: The recipient

    mutating func makeRecipient() {
        if dice.chance(85) { scenario.countries = Set(dice.some(["FR", "US"], percent: 40)) }
        if dice.chance(60) {
            var windows = dice.chance(70) ? [window(from: 80...100, to: 20...40)] : []
            windows += dice.several(upTo: 2) { _ in () }.map { window(from: 0...95, to: 0...96) }
            if dice.chance(2) { windows.append(window(from: 0...0, to: 96...96)) }
            scenario.quietHours = windows.compactMap { $0 }
        }
        if dice.chance(20) { scenario.pausedUntil = instant(-8...120) }
        scenario.addresses = Set(dice.some(Self.channels, percent: 70))
        let crowd = dice.pick(0, 0, 3, 6, 12)
        for _ in 0..<crowd {
            let start = instant(-24...160)
            scenario.busy.append(Interval(start: start, end: start + length("15m", "30m", "1h", "1h", "3h", "8h")))
        }
        scenario.heldChannels = Set(dice.some(Self.channels, percent: 4))
        if dice.chance(15) { scenario.completedSubjects["cart"] = instant(-2...2) }
    }

    // MARK: The policy

    private mutating func makePolicy() {
        scenario.policy.topics = Self.topics.map { name in
            Topic(
                name: name, title: name, kind: dice.pick(.marketing, .transactional),
                respects: Set(dice.some(Topic.Constraint.allCases, percent: 88)),
                maxWait: dice.chance(40) ? length("0s", "45m", "2h", "5h", "9h", "24h") : nil)
        }
        let spread = Set(dice.chance(25) ? Self.channels : [dice.pick(from: Self.channels)])
        scenario.policy.channels = Self.channels.map { name in
            Channel(
                name: name, address: dice.pick(.optional, .optional, .optional, .required),
                spread: spread.contains(name) ? length("10m", "45m", "3h") : .zero)
        }
        scenario.policy.sendWindows = (0..<dice.pick(0, 0, 0, 1, 1, 2)).map { makeSendWindow("window-\($0)") }
        scenario.policy.caps = (0..<dice.pick(0, 1, 1, 2, 3, 4)).map { makeCap("cap-\($0)") }
    }

    private mutating func filter(_ choices: [String]) -> Set<String> {
        dice.chance(75) ? [] : Set(dice.some(choices, percent: 60))
    }

    private mutating func makeSendWindow(_ name: String) -> SendWindow {
        var windows = [window(from: 28...44, to: 60...96), dice.chance(30) ? window(from: 0...95, to: 0...96) : nil]
        if windows.allSatisfy({ $0 == nil }) { windows = [window(from: 32...32, to: 80...80)] }
        return SendWindow(
            name: name, countries: dice.chance(60) ? [] : Set(dice.some(["FR", "US", "DE"])),
            channels: filter(Self.channels), kinds: dice.chance(75) ? [] : [dice.pick(.marketing, .transactional)],
            topics: filter(Self.topics), windows: WeeklyWindows(windows.compactMap { $0 }))
    }

    private mutating func makeCap(_ name: String) -> Cap {
        let period: Cap.Period =
            dice.chance(60)
            ? .sliding(length("15m", "30m", "1h", "3h", "12h", "24h", "48h", "7d"))
            : .calendar(dice.pick(.day, .day, .isoWeek, .month))
        return Cap(
            name: name, limit: dice.pick(1, 1, 1, 2, 3, 4), period: period, topics: filter(Self.topics),
            kinds: dice.chance(80) ? [] : [dice.pick(.marketing, .transactional)], channels: filter(Self.channels),
            senders: filter(Self.senders), each: dice.chance(60) ? [] : Set(dice.some(Cap.Each.allCases)),
            over: dice.pick(.defer, .defer, .defer, .suppress, .digest))
    }

    // MARK: What was delivered, and what is pending

    mutating func makeDelivery(_ number: Int64) -> Delivery {
        Delivery(
            message: number, at: dice.chance(70) ? instant(-40...0) : instant(-300...20),
            topic: dice.pick(from: Self.topics),
            channel: dice.pick(from: Self.channels), sender: dice.pick(from: Self.senders))
    }

    mutating func makeMessage(_ number: Int64) -> Message {
        let submitted = dice.chance(50) ? scenario.now : instant(-40...(-1))
        let notBefore = dice.chance(20) ? instant(-20...60) : nil
        let waitsFrom = max(submitted, notBefore ?? submitted)
        var message = Message(
            number: number, sender: dice.pick(from: Self.senders), topic: dice.pick(from: Self.topics),
            channels: Array(dice.shuffled(Self.channels).prefix(dice.pick(1, 1, 1, 2, 3))),
            urgency: dice.pick(.veryLow, .low, .normal, .normal, .normal, .high),
            relevance: dice.pick(0.5, 0.5, 0.2, 0.9),
            submittedAt: submitted, notBefore: notBefore,
            expiresAt: dice.chance(3) ? nil : waitsFrom + length("6h", "24h", "2d", "3d", "5d", "8d"),
            // A message that took the place of another has waited since that one was submitted.
            waitsFrom: dice.chance(10) ? waitsFrom - .hours(Int64(dice.roll(1...12))) : nil,
            retryAt: dice.chance(8) ? instant(-4...12) : nil, subject: dice.chance(12) ? dice.pick("cart", "trip") : nil
        )
        if dice.chance(20) {
            let lateness = Duration(milliseconds: dice.pick(-3_600_000, 0, 1, 20_000, 60_000, 60_001, 1_800_000))
            message.plan = Message.Plan(at: scenario.now - lateness, channel: dice.pick(from: message.channels))
        }
        if dice.chance(25) { remember(instant(-10...10), &message) }
        return message
    }

    /// The edge of a plan that was made before, most often with that plan.
    private mutating func remember(_ edge: Timestamp, _ message: inout Message) {
        message.edge = edge
        let channel = scenario.policy.channels.first { message.channels.contains($0.name) && $0.spread > .zero }
        guard let channel, dice.chance(70) else { return }
        message.plan = Message.Plan(
            at: edge + ChannelAnswer.offset(edge, within: channel.spread), channel: channel.name)
    }
}

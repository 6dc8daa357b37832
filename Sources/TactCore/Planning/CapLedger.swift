/// Who has taken which instants under which cap: deliveries that count, and slots reserved for pending messages.
/// Kept per cap and scope, sorted, so that asking is a search and not a scan.
package struct CapLedger: Sendable {
    /// What a cap's `each` counts apart.
    struct Scope: Hashable, Sendable {
        var topic: String?
        var channel: String?
        var sender: String?
    }

    /// The instants taken under one cap.
    private struct Page: Sendable {
        /// Where the cap counts nothing apart.
        var whole: [Timestamp] = []
        var apart: [Scope: [Timestamp]] = [:]
    }

    private var caps: [Cap]
    private var topics: [Topic]
    private var pages: [Page]

    package init(policy: Policy, deliveries: [Delivery] = []) {
        caps = policy.caps
        topics = policy.topics
        pages = Array(repeating: Page(), count: policy.caps.count)
        for delivery in deliveries {
            count(at: delivery.at, topic: delivery.topic, channel: delivery.channel, sender: delivery.sender)
        }
    }

    /// Counts a delivery under every cap that takes it in. Answers whether any did.
    @discardableResult
    package mutating func count(at: Timestamp, topic: String, channel: String, sender: String) -> Bool {
        change(topic: topic, channel: channel, sender: sender, reservation: false) {
            $0.insert(at, at: $0.lowerBound(at))
        }
    }

    /// Takes a counted delivery back.
    package mutating func discount(at: Timestamp, topic: String, channel: String, sender: String) {
        change(topic: topic, channel: channel, sender: sender, reservation: false) { $0.removeOne(at) }
    }

    /// Reserves a planned slot: under caps that hold, it counts like a delivery. Answers whether any cap takes it in.
    @discardableResult
    mutating func reserve(_ slot: Slot) -> Bool {
        change(topic: slot.topic, channel: slot.channel, sender: slot.sender, reservation: true) {
            $0.insert(slot.at, at: $0.lowerBound(slot.at))
        }
    }

    /// Takes a reservation back. Answers whether any cap had taken it in.
    @discardableResult
    mutating func free(_ slot: Slot) -> Bool {
        change(topic: slot.topic, channel: slot.channel, sender: slot.sender, reservation: true) {
            $0.removeOne(slot.at)
        }
    }

    /// The sorted instants taken under cap number `cap` in a scope.
    func instants(of cap: Int, for scope: Scope) -> [Timestamp] {
        scope.isWhole ? pages[cap].whole : pages[cap].apart[scope] ?? []
    }

    /// How many deliveries and reservations lie in a stretch of time, for each scope of a cap that was ever used.
    func used(_ cap: Int, within interval: Interval) -> [(scope: String?, used: Int)] {
        let whole = pages[cap].whole
        let scopes = pages[cap].apart.map { ($0, $1) } + (whole.isEmpty ? [] : [(Scope(), whole)])
        return scopes.map { scope, instants in
            let name = [scope.topic, scope.channel, scope.sender].compactMap(\.self).joined(separator: " ")
            return (name.isEmpty ? nil : name, instants.lowerBound(interval.end) - instants.lowerBound(interval.start))
        }.sorted { ($0.0 ?? "") < ($1.0 ?? "") }
    }

    /// How many instants are kept.
    var count: Int { pages.reduce(0) { $0 + $1.whole.count + $1.apart.values.reduce(0) { $0 + $1.count } } }

    /// A planned slot as it was reserved.
    struct Slot: Sendable {
        var at: Timestamp
        var topic: String
        var channel: String
        var sender: String
    }

    @discardableResult
    private mutating func change(
        topic: String, channel: String, sender: String, reservation: Bool, _ body: (inout [Timestamp]) -> Void
    ) -> Bool {
        guard !caps.isEmpty else { return false }
        let known = topics.firstIndex { $0.name == topic }
        if let known, !topics[known].respects.contains(.caps) { return false }
        let kind = known.map { topics[$0].kind }
        var any = false
        for index in caps.indices where !(reservation && caps[index].over == .suppress) {
            guard caps[index].takesIn(topic: topic, kind: kind, channel: channel, sender: sender) else { continue }
            any = true
            let scope = Scope(caps[index], topic: topic, channel: channel, sender: sender)
            if scope.isWhole {
                body(&pages[index].whole)
            } else {
                body(&pages[index].apart[scope, default: []])
            }
        }
        return any
    }
}

extension CapLedger.Scope {
    init(_ cap: borrowing Cap, topic: String, channel: String, sender: String) {
        self.topic = cap.each.contains(.topic) ? topic : nil
        self.channel = cap.each.contains(.channel) ? channel : nil
        self.sender = cap.each.contains(.sender) ? sender : nil
    }

    /// The scope of caps that count nothing apart.
    fileprivate var isWhole: Bool { topic == nil && channel == nil && sender == nil }
}

extension Cap {
    /// Whether the filters take in such a delivery. `kind` is nil for a topic that policy no longer has.
    func takesIn(topic: String, kind: Topic.Kind?, channel: String, sender: String) -> Bool {
        if !topics.isEmpty, !topics.contains(topic) { return false }
        if !kinds.isEmpty, !(kind.map(kinds.contains) ?? false) { return false }
        if !channels.isEmpty, !channels.contains(channel) { return false }
        return senders.isEmpty || senders.contains(sender)
    }
}

extension [Timestamp] {
    /// Removes one element equal to `t` from a sorted list, if there is one.
    fileprivate mutating func removeOne(_ t: Timestamp) {
        let index = lowerBound(t)
        if index < count, self[index] == t { remove(at: index) }
    }
}

/// What a person has said they agree to, as it stands: of everything said about a topic the last word received decides.
package struct Consents: Sendable, Hashable {
    package enum Word: String, CaseIterable, Sendable {
        case granted, withdrawn
    }

    /// What a word is about.
    package struct Scope: Hashable, Sendable {
        /// A topic's name, or `Consents.allMarketing`.
        package var topic: String
        /// nil: every channel.
        package var channel: String?

        package init(topic: String, channel: String? = nil) {
            self.topic = topic
            self.channel = channel
        }

        /// Whether there is anything that both are about; all marketing may be about any topic.
        fileprivate func overlaps(_ other: Scope) -> Bool {
            (topic == other.topic || topic == Consents.allMarketing || other.topic == Consents.allMarketing)
                && (channel == nil || other.channel == nil || channel == other.channel)
        }
    }

    /// Stands for every topic of kind `marketing`, also for those that are still to come. It can only be withdrawn: to
    /// agree takes to know to what.
    package static let allMarketing = "*"

    private struct Entry: Sendable, Hashable {
        var word: Word
        /// Grows with the order of receipt.
        var number: Int64
    }

    private var entries: [Scope: Entry] = [:]

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// Takes in a record. `number` grows with the order of receipt; they may come in any order.
    package mutating func take(_ word: Word, on scope: Scope, number: Int64) {
        if let known = entries[scope], known.number > number { return }
        entries[scope] = Entry(word: word, number: number)
    }

    /// The last word on a topic as far as this channel goes, and whether it was said of this channel alone.
    package func word(on topic: borrowing Topic, channel: String) -> (word: Word, isOfChannel: Bool)? {
        guard !entries.isEmpty else { return nil }
        var last: (entry: Entry, isOfChannel: Bool)?
        let topics = topic.kind == .marketing ? [topic.name, Consents.allMarketing] : [topic.name]
        for name in topics {
            for (named, isOfChannel) in [(nil, false), (channel, true)] {
                guard let entry = entries[Scope(topic: name, channel: named)] else { continue }
                if let last, last.entry.number > entry.number { continue }
                last = (entry, isOfChannel)
            }
        }
        return last.map { ($0.entry.word, $0.isOfChannel) }
    }

    /// The record by which everything in a scope is withdrawn already, so that to withdraw it again would say nothing new; nil:
    /// it would.
    package func withdrawal(of scope: Scope) -> Int64? {
        guard let standing = entries[scope], standing.word == .withdrawn else { return nil }
        let isUndone = entries.contains { other, entry in
            entry.word == .granted && entry.number > standing.number && other.overlaps(scope)
        }
        return isUndone ? nil : standing.number
    }

    /// The scopes whose last word is a withdrawal: what must outlive the person's data.
    package var withdrawn: [Scope] {
        entries.filter { $0.value.word == .withdrawn }.map(\.key)
            .sorted { ($0.topic, $0.channel ?? "") < ($1.topic, $1.channel ?? "") }
    }
}

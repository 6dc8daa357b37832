/// What was found for one message on one channel.
struct Candidate {
    let channel: String
    /// The planned instant; nil: there is none.
    private(set) var at: Timestamp?
    /// The edge that `at` was spread from.
    private(set) var edge: Timestamp?
    /// The channel is out for this message, for good.
    private(set) var isSuppressed = false
    /// Until something changes, whatever the instant.
    private var isHeld = false
    private(set) var notes: Notes

    /// Every rule has its say, also after another has suppressed: an explanation is complete.
    static func seek(_ c: borrowing Case) -> Candidate {
        var found = Candidate(channel: c.channel.name, notes: Notes(channel: c.channel.name))
        let start = max(c.now, c.message.notBefore ?? c.now, c.message.retryAt ?? c.now)
        found.takeOutright(c, start)
        found.notes.take(StartRule.verdict(c, at: c.now), of: .start)
        switch Search.run(c, from: start, &found.notes) {
        case .slot(let at, let isEdge):
            found.settle(at, isEdge: isEdge, c)
            found.notes.take(.permits, of: .expiry)
        case .held, .outOfSight: break
        case .tooLate:
            let isOver = c.message.expiresAt.map { $0 <= c.now } ?? false
            found.notes.take(.holds(isOver ? .expired : .noSlotBeforeExpiry, until: nil), of: .expiry)
        }
        if found.isSuppressed || found.isHeld {
            found.at = nil
            found.edge = nil
        }
        return found
    }

    /// The rules that do not depend on when.
    private mutating func takeOutright(_ c: borrowing Case, _ start: Timestamp) {
        let consent = ConsentRule.verdict(c) { notes.take($1, of: .consent, ofChannel: $0) }
        if !consent.suppresses { notes.take(consent, of: .consent) }
        let dataIsMissing = DataUseRule.judge(c, &notes)
        let known = KnownContentRule.verdict(c, at: start)
        notes.take(known, of: .knownContent)
        let completion = CompletionRule.verdict(c)
        let address = AddressRule.verdict(c)
        notes.take(completion, of: .completion)
        notes.take(address, of: .address, ofChannel: true)
        isHeld = known.holds
        isSuppressed =
            consent.suppresses || dataIsMissing || known.suppresses || completion.suppresses || address.suppresses
    }

    /// Spreads the slot, and lets the caps that suppress judge what would go out now.
    private mutating func settle(_ slot: Timestamp, isEdge: Bool, _ c: borrowing Case) {
        at = slot
        spread(slot, isEdge: isEdge, c)
        guard let at, at <= c.now else { return }
        for index in c.caps.indices where c.caps[index].over == .suppress {
            let verdict = CapRule.suppression(c.caps[index], c, at: at)
            notes.take(verdict, of: .cap, ofChannel: c.caps[index].isOfChannel)
            if verdict.suppresses { isSuppressed = true }
        }
    }

    /// A plan at an edge moves by the recipient's stable offset; one that moved before keeps its instant.
    private mutating func spread(_ slot: Timestamp, isEdge: Bool, _ c: borrowing Case) {
        guard c.channel.spread > .zero, c.message.urgency != .high else { return }
        guard let edge = isEdge ? slot : c.message.edge, edge <= slot else { return }
        let moved = edge + Spread.offset(recipient: c.situation.recipient, edge: edge, within: c.channel.spread)
        guard isEdge || moved > slot && isKept(moved, c.message) else { return }
        guard moved < c.message.expiresAt ?? .distantFuture, Search.permits(c, at: moved) else { return }
        at = moved
        self.edge = edge
    }

    /// Whether a remembered edge gives what was planned before. A plan on this channel that is another was not spread.
    private func isKept(_ moved: Timestamp, _ message: Message) -> Bool {
        guard let plan = message.plan, plan.channel == channel else { return true }
        return plan.at == moved
    }
}

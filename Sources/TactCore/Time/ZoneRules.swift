/// How one zone's clocks relate to UTC: transitions, and a rule for all time after the last.
///
/// Every query is total: it has an answer for every instant and every reading, and answers beyond
/// `Timestamp.distantPast` and `.distantFuture` stop there.
package struct ZoneRules: Sendable, Equatable {
    /// What a wall-clock reading means in a zone.
    package enum Reading: Hashable, Sendable {
        /// Exactly one instant.
        case one(Timestamp)
        /// The clock showed it more than once: the first and the last instant it can mean.
        case fold(first: Timestamp, last: Timestamp)
        /// The clock skipped it: the instant of the transition.
        case gap(Timestamp)
    }

    /// The clock is set `offset` seconds east of UTC from `at` (milliseconds) on.
    struct Transition: Sendable, Equatable {
        var at: Int64
        var offset: Int32
    }

    /// A stretch `[start, end)` of milliseconds in which the clock is not touched. Its neighbours may have
    /// the same offset.
    struct Span {
        var start: Int64
        var end: Int64
        /// Seconds east of UTC.
        var offset: Int64
    }

    /// No clock may be further from UTC than this, in seconds (RFC 9636, section 3.2, `utoff`).
    package static let greatestOffset = 26 * 3600

    /// Strictly ascending, every one a real change of offset.
    let transitions: [Transition]
    /// Seconds east of UTC before the first transition.
    let initialOffset: Int32
    /// In force from `footerStart` on.
    let footer: PosixTZ?
    /// Milliseconds; `.max` where there is no footer.
    let footerStart: Int64
    /// The difference between the greatest and the least offset, in milliseconds: further than this from a
    /// transition every reading has exactly one meaning.
    let swing: Int64

    package static let utc = ZoneRules(fixedOffset: 0)

    /// A clock that is always `seconds` east of UTC.
    package init(fixedOffset seconds: Int) {
        self.init(transitions: [], initialOffset: seconds, footer: nil)
    }

    /// Rules from a list of changes, in any order; of two at one instant the later in the list wins. Offsets are
    /// seconds east of UTC, cut to ±`greatestOffset`. A `footer` is in force from the last transition on, or
    /// always where there is none.
    package init(transitions: [(at: Timestamp, offset: Int)], initialOffset: Int, footer: PosixTZ?) {
        let sorted = transitions.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map { Transition(at: $0.element.at.milliseconds, offset: Self.clamped($0.element.offset)) }
        self.init(sorted: sorted, initialOffset: Self.clamped(initialOffset), footer: footer)
    }

    /// `sorted` ascends; repeated instants and transitions that change nothing are dropped here.
    init(sorted: [Transition], initialOffset: Int32, footer: PosixTZ?) {
        var start = initialOffset
        var kept: [Transition] = []
        kept.reserveCapacity(sorted.count)
        var footerStart: Int64 = footer == nil ? .max : .min
        func append(_ transition: Transition) {
            if let last = kept.last, last.at == transition.at { kept.removeLast() }
            if (kept.last?.offset ?? start) != transition.offset { kept.append(transition) }
        }
        for transition in sorted {
            if transition.at <= Timestamp.distantPast.milliseconds {
                start = transition.offset
            } else if transition.at < Timestamp.distantFuture.milliseconds {
                append(transition)
            }
            if footer != nil { footerStart = transition.at }
        }
        if let footer, footerStart > Timestamp.distantPast.milliseconds,
            footerStart < Timestamp.distantFuture.milliseconds
        {
            // The rule has the last word on the offset at its own beginning.
            append(
                Transition(
                    at: footerStart, offset: Int32(footer.offset(atSecond: footerStart.flooredQuotient(by: 1000)))))
        }
        self.transitions = kept
        self.initialOffset = start
        self.footer = footer
        self.footerStart = footerStart
        var least = start
        var greatest = start
        for offset in kept.map(\.offset) + (footer?.offsets ?? []) {
            least = min(least, offset)
            greatest = max(greatest, offset)
        }
        self.swing = Int64(greatest - least) * 1000
    }

    private static func clamped(_ offset: Int) -> Int32 {
        Int32(min(max(offset, -greatestOffset), greatestOffset))
    }

    /// Seconds east of UTC that the clock shows at `t`.
    package func offset(at t: Timestamp) -> Int {
        if let footer, t.milliseconds >= footerStart {
            return Int(footer.offset(atSecond: Self.clamped(t.milliseconds).flooredQuotient(by: 1000)))
        }
        let after = transitionsUpTo(t.milliseconds)
        return Int(after == 0 ? initialOffset : transitions[after - 1].offset)
    }

    /// The stretch around `t` (milliseconds) in which the clock is not touched.
    func span(at t: Int64) -> Span {
        if let footer, t >= footerStart {
            var span = footer.span(atSecond: Self.clamped(t).flooredQuotient(by: 1000))
            span.start = max(span.start, footerStart)
            return span
        }
        let after = transitionsUpTo(t)
        return Span(
            start: after == 0 ? .min : transitions[after - 1].at,
            end: after == transitions.count ? footerStart : transitions[after].at,
            offset: Int64(after == 0 ? initialOffset : transitions[after - 1].offset))
    }

    /// Cut to what civil arithmetic can carry.
    static func clamped(_ milliseconds: Int64) -> Int64 {
        min(max(milliseconds, Timestamp.distantPast.milliseconds), Timestamp.distantFuture.milliseconds)
    }

    /// How many transitions are at or before `t` (milliseconds).
    private func transitionsUpTo(_ t: Int64) -> Int {
        transitions.withUnsafeBufferPointer { all in
            var low = 0
            var length = all.count
            // Without a branch on the comparison: the processor cannot guess it.
            while length > 0 {
                let half = (length + 1) / 2
                low += all[low + half - 1].at <= t ? half : 0
                length -= half
            }
            return low
        }
    }
}

/// The search for the earliest permitted instant, by leapfrogging: ask every holding rule for its first permitted
/// instant, move to the latest answer, repeat until nothing moves.
enum Search {
    /// Where the search ended.
    enum Landing: Equatable {
        /// The first instant that every rule permits. `isEdge`: it is the end of a stretch that holds many at once.
        case slot(Timestamp, isEdge: Bool)
        /// A rule holds until something changes.
        case held
        /// Nothing before expiry.
        case tooLate
        /// Nothing as far ahead as is looked. What lies beyond is seen when time has passed.
        case outOfSight
    }

    /// Seeks from `start`, and writes down what every rule says at every visited instant.
    static func run(_ c: borrowing Case, from start: Timestamp, _ notes: inout Notes) -> Landing {
        let expiry = c.message.expiresAt ?? .distantFuture
        let end = min(expiry, c.now + Planner.horizon + Duration(milliseconds: 1))
        var t = start
        var isEdge = false
        while t < end {
            var round = Round(t)
            ask(c, at: t) { rule, ofChannel, verdict in
                round.hear(verdict)
                notes.take(verdict, of: rule, ofChannel: ofChannel)
            }
            if round.isHeld { return .held }
            if round.latest == t { return .slot(t, isEdge: isEdge) }
            t = round.latest
            isEdge = round.isEdge
        }
        return t < expiry ? .outOfSight : .tooLate
    }

    /// Whether every rule permits exactly this instant.
    static func permits(_ c: borrowing Case, at t: Timestamp) -> Bool {
        var round = Round(t)
        ask(c, at: t) { _, _, verdict in round.hear(verdict) }
        return !round.isHeld && round.latest == t
    }

    /// The holding rules, in order.
    private static func ask(_ c: borrowing Case, at t: Timestamp, _ hear: (Rule, _ ofChannel: Bool, Verdict) -> Void) {
        hear(.start, false, StartRule.verdict(c, at: t))
        hear(.pause, false, PauseRule.verdict(c, at: t))
        hear(.channel, true, ChannelRule.verdict(c))
        hear(.channel, false, ChannelRule.verdict(ofTopic: c))
        hear(.quietHours, false, QuietHoursRule.verdict(c, at: t))
        hear(.busy, false, BusyRule.verdict(c, at: t))
        for index in c.sendWindows.indices {
            hear(.sendWindow, c.sendWindows[index].isOfChannel, SendWindowRule.verdict(c.sendWindows[index], c, at: t))
        }
        for index in c.caps.indices where c.caps[index].over != .suppress {
            hear(.cap, c.caps[index].isOfChannel, CapRule.verdict(c.caps[index], c, at: t))
        }
    }

    /// The answers at one instant.
    private struct Round {
        let t: Timestamp
        var latest: Timestamp
        var isEdge = false
        var isHeld = false

        init(_ t: Timestamp) {
            self.t = t
            latest = t
        }

        mutating func hear(_ verdict: Verdict) {
            switch verdict {
            case .notApplicable, .permits, .suppresses: break
            case .holds(_, until: nil, _, _, _): isHeld = true
            case .holds(_, let until?, let edge, _, _):
                if until > latest {
                    latest = until
                    isEdge = edge
                } else if until == latest {
                    isEdge = isEdge || edge
                }
            }
        }
    }
}

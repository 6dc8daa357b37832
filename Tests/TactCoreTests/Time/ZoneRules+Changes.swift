@testable import TactCore

extension ZoneRules {
    /// The first instant after `t` at which the offset changes; nil if it never does again.
    func nextTransition(after t: Timestamp) -> Timestamp? {
        var span = span(at: t.milliseconds)
        let offset = span.offset
        // A rule whose two changes coincide leaves spans that end without a change, for 8 years at most (leap days).
        for _ in 0..<(transitions.count + 40) {
            guard span.end < Timestamp.distantFuture.milliseconds else { return nil }
            span = self.span(at: span.end)
            if span.offset != offset { return Timestamp(milliseconds: span.start) }
        }
        return nil
    }
}

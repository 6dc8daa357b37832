/// When something takes place, once or again and again: what remains of a VEVENT or an AVAILABLE, without its
/// title, place, people and identity.
package struct BusySeries: Hashable, Sendable {
    /// A date from an RDATE.
    struct Extra: Hashable, Sendable {
        var start: CalendarTime
        /// Its own length (a PERIOD); nil is that of the series.
        var length: OccurrenceLength?
    }

    /// Another start, length and type for one occurrence, or for it and all that follow.
    struct Override: Hashable, Sendable {
        /// RECURRENCE-ID.
        var replaces: CalendarTime
        /// RANGE=THISANDFUTURE.
        var andFuture: Bool
        var start: CalendarTime
        var length: OccurrenceLength
        /// `.free` for an occurrence that was cancelled or does not block.
        var type: BusyType
    }

    var start: CalendarTime
    var length: OccurrenceLength
    var type: BusyType
    /// Without COUNT: see `RecurrenceRule.counted`.
    var rules: [RecurrenceRule] = []
    var extras: [Extra] = []
    /// EXDATE. A DATE takes out every occurrence that starts on it.
    var exclusions: [CalendarTime] = []
    var overrides: [Override] = []

    init(start: CalendarTime, length: OccurrenceLength, type: BusyType) {
        self.start = start
        self.length = length
        self.type = type
    }

    package var recurs: Bool { !rules.isEmpty || !extras.isEmpty }

    /// No occurrence is longer, in seconds, whatever the clocks do.
    var reach: Int64 {
        var longest = length.reach(from: start)
        for extra in extras { longest = max(longest, extra.length?.reach(from: extra.start) ?? 0) }
        for override in overrides {
            let shift = override.start.civil.seconds - override.replaces.civil.seconds
            longest = max(longest, override.length.reach(from: override.start) + (override.andFuture ? abs(shift) : 0))
        }
        return longest
    }
}

extension OccurrenceLength {
    /// Nominal seconds from `start`, plus what two clocks can differ by.
    func reach(from start: CalendarTime) -> Int64 {
        switch self {
        case .until(let end): max(0, end.civil.seconds - start.civil.seconds) + LocalClock.greatestDifference
        case .lasting(let days, let seconds): days * 86_400 + seconds + LocalClock.greatestDifference
        }
    }
}

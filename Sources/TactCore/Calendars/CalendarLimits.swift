/// What one calendar may cost. Each limit ends the work with its own `CalendarProblem`.
package struct CalendarLimits: Hashable, Sendable {
    /// Size of the file.
    package var bytes: Int
    /// VEVENT, VFREEBUSY, VAVAILABILITY and AVAILABLE components.
    package var events: Int
    /// Steps of recurrence rules; see `ExpansionBudget`.
    package var steps: Int
    /// Bytes kept while reading, or produced while expanding.
    package var memory: Int

    /// For tests; otherwise see `standard`.
    package init(bytes: Int, events: Int, steps: Int, memory: Int) {
        self.bytes = bytes
        self.events = events
        self.steps = steps
        self.memory = memory
    }

    /// 2 MiB, 5,000 events, 50,000 steps, 64 MiB. The time limit is the caller's: the core has no clock.
    package static let standard = CalendarLimits(bytes: 2 << 20, events: 5000, steps: 50_000, memory: 64 << 20)
}

/// What is left of the limits while rules are expanded.
///
/// A step is one period of a rule looked at (a year of a YEARLY rule, an hour of an HOURLY one), or one
/// occurrence after the first in its period. An event that does not recur costs none.
package struct ExpansionBudget {
    private let limits: CalendarLimits
    private let outOfTime: () -> Bool
    private var steps: Int
    private var memory: Int
    private var untilTimeCheck = Self.stepsPerTimeCheck

    private static let stepsPerTimeCheck = 512

    /// `outOfTime` is asked every few hundred steps.
    package init(_ limits: CalendarLimits = .standard, outOfTime: @escaping () -> Bool = { false }) {
        self.limits = limits
        self.outOfTime = outOfTime
        steps = limits.steps
        memory = limits.memory
    }

    /// Steps used so far.
    package var stepsUsed: Int { limits.steps - steps }

    mutating func step(_ count: Int = 1) throws(CalendarProblem) {
        steps -= count
        if steps < 0 { throw .tooManySteps(limit: limits.steps) }
        try work(count)
    }

    /// `bytes` more are kept.
    mutating func keep(bytes: Int) throws(CalendarProblem) {
        memory -= bytes
        if memory < 0 { throw .tooMuchMemory(limit: limits.memory) }
    }

    /// Something of about the cost of `count` steps was done.
    mutating func work(_ count: Int = 1) throws(CalendarProblem) {
        untilTimeCheck -= count
        guard untilTimeCheck <= 0 else { return }
        untilTimeCheck = Self.stepsPerTimeCheck
        if outOfTime() { throw .outOfTime }
    }
}

/// The starts that a rule gives, in order, on the wall clock of the event.
///
/// It works period by period: a year of a YEARLY rule, an hour of an HOURLY one. A period's occurrences are every
/// one of its `bases` (midnights, or the beginning of the hour, minute or second) plus every one of `times`; BYSETPOS
/// chooses among them. Where it begins far after the event's start it goes there at once, so a rule is as cheap in its
/// hundredth year as in its first; that is why COUNT has to become an end first: see `RecurrenceRule.counted`.
struct RecurrenceExpansion {
    private let rule: RecurrenceRule
    private let filter: DayFilter
    /// Seconds since 1970-01-01T00:00:00 on the wall clock; nothing before `lower` or after `upper` is given.
    private let lower: Int64
    private let upper: Int64
    /// The beginning of the period in which the event starts, in the unit of the frequency.
    private let origin: Int64
    /// How far apart the periods are, in the same unit.
    private let stride: Int64
    /// How many strides the next period is away from `origin`.
    private var index: Int64
    private let times: [Int64]
    private let isEmpty: Bool

    private var bases: [Int64] = []
    private var base = 0
    private var time = 0
    private var isPaid = false
    /// The choice of BYSETPOS, last first.
    private var chosen: [Int64] = []

    /// The last second of the year 9999.
    static let endOfTime: Int64 = 253_402_300_799

    /// `from` and `through` limit the starts that are given; both are included.
    init(
        _ rule: RecurrenceRule, start: CivilDateTime, from: CivilDateTime, through: CivilDateTime,
        budget: inout ExpansionBudget
    ) throws(CalendarProblem) {
        self.rule = rule
        filter = DayFilter(rule, start: start.date)
        lower = max(start.seconds, from.seconds)
        upper = min(through.seconds, Self.endOfTime)
        times = Self.times(rule, start.secondOfDay)
        try budget.step(times.count / 64)
        origin = Self.period(of: start.seconds, rule)
        let reached = Self.period(of: min(lower, Self.endOfTime), rule)
        stride = rule.interval * (rule.frequency == .weekly ? 7 : 1)
        index = max(0, (reached - origin).flooredQuotient(by: stride))
        isEmpty = try !Self.meetsItsTimes(rule, origin, &budget)
    }

    /// Whether INTERVAL ever leads an HOURLY, MINUTELY or SECONDLY rule to a time of day that its BY parts allow. A
    /// rule that never gets there would be searched for centuries.
    private static func meetsItsTimes(
        _ rule: RecurrenceRule, _ origin: Int64, _ budget: inout ExpansionBudget
    ) throws(CalendarProblem) -> Bool {
        guard rule.frequency < .daily else { return true }
        let unit = seconds(in: rule.frequency)
        let inDay = 86_400 / unit
        // The periods reached, modulo a day, are those this far apart.
        var (step, rest) = (inDay, rule.interval)
        while rest != 0 { (step, rest) = (rest, step % rest) }
        for period in Swift.stride(from: origin.flooredRemainder(by: step), to: inDay, by: Int(step)) {
            if allowsTime(period * unit, rule) { return true }
        }
        try budget.step(Int(inDay / step) / 64)
        return false
    }

    private static func allowsTime(_ secondOfDay: Int64, _ rule: RecurrenceRule) -> Bool {
        func allows(_ bits: UInt64, _ n: Int64) -> Bool { bits == 0 || bits & 1 << UInt64(n) != 0 }
        return allows(rule.hours, secondOfDay / 3600)
            && (rule.frequency > .minutely || allows(rule.minutes, secondOfDay / 60 % 60))
            && (rule.frequency > .secondly || allows(rule.seconds, secondOfDay % 60))
    }

    /// The next start; nil when there is none until the end.
    mutating func next(_ budget: inout ExpansionBudget) throws(CalendarProblem) -> CivilDateTime? {
        guard lower <= upper, !isEmpty else { return nil }
        while true {
            while let second = take() {
                if second > upper { return nil }
                // The period has paid for its first.
                if isPaid { isPaid = false } else { try budget.step() }
                if second >= lower { return CivilDateTime(seconds: second) }
            }
            try budget.step()
            isPaid = true
            guard try nextPeriod(&budget) else { return nil }
            if !rule.positions.isEmpty { choose() }
        }
    }

    /// The next element of the period's set, not yet compared with the limits.
    private mutating func take() -> Int64? {
        if !rule.positions.isEmpty { return chosen.popLast() }
        // Whole days before the beginning need no look at their times.
        while base < bases.count, bases[base] + 86_400 <= lower { base += 1 }
        guard base < bases.count else { return nil }
        let second = bases[base] + times[time]
        time += 1
        if time == times.count {
            time = 0
            base += 1
        }
        return second
    }

    private mutating func choose() {
        let count = bases.count * times.count
        chosen.removeAll(keepingCapacity: true)
        for position in rule.positions {
            let place = position > 0 ? Int(position) - 1 : count + Int(position)
            guard (0..<count).contains(place) else { continue }
            chosen.append(bases[place / times.count] + times[place % times.count])
        }
        chosen.sort(by: >)
        for i in chosen.indices.dropFirst().reversed() where chosen[i] == chosen[i - 1] { chosen.remove(at: i) }
    }

    /// Fills `bases`; false when the next period begins after the end.
    private mutating func nextPeriod(_ budget: inout ExpansionBudget) throws(CalendarProblem) -> Bool {
        bases.removeAll(keepingCapacity: true)
        base = 0
        time = 0
        let (offset, overflow) = index.multipliedReportingOverflow(by: stride)
        let period = origin + offset
        // 40 times the year 9999 in seconds keeps every unit below far from overflow.
        guard !overflow, period < 10_000_000_000_000, Self.beginning(of: period, rule) <= upper else { return false }
        index += 1
        switch rule.frequency {
        case .yearly:
            filter.append(year: period, to: &bases)
        case .monthly:
            filter.append(
                year: period.flooredQuotient(by: 12), month: period.flooredRemainder(by: 12) + 1, to: &bases)
        case .weekly:
            for day in period..<(period + 7) where filter.allows(day) { bases.append(day * 86_400) }
        case .daily:
            if filter.allows(period) { bases.append(period * 86_400) }
        case .hourly, .minutely, .secondly:
            fillUnit(beginning: Self.beginning(of: period, rule))
        }
        return true
    }

    /// One hour, minute or second; where it is not wanted, `index` goes on to the first that may be.
    private mutating func fillUnit(beginning second: Int64) {
        let day = second.flooredQuotient(by: 86_400)
        let ofDay = second - day * 86_400
        if !filter.allows(day) {
            skip(to: (day + 1) * 86_400)
        } else if let hour = Self.next(in: rule.hours, after: ofDay / 3600, of: 24) {
            skip(to: day * 86_400 + hour * 3600)
        } else if rule.frequency < .hourly, let minute = Self.next(in: rule.minutes, after: ofDay / 60 % 60, of: 60) {
            skip(to: second - ofDay % 3600 + minute * 60)
        } else if rule.frequency == .secondly, let next = Self.next(in: rule.seconds, after: ofDay % 60, of: 60) {
            skip(to: second - ofDay % 60 + next)
        } else {
            bases.append(second)
        }
    }

    /// Nil if `n` is in the set (or the part is absent); otherwise the next number that is, `count` if there is none.
    private static func next(in bits: UInt64, after n: Int64, of count: Int64) -> Int64? {
        if bits == 0 || bits & 1 << UInt64(n) != 0 { return nil }
        let later = bits >> UInt64(n)
        return later == 0 ? count : n + Int64(later.trailingZeroBitCount)
    }

    private mutating func skip(to second: Int64) {
        let unit = Self.seconds(in: rule.frequency)
        let target = (second + unit - 1).flooredQuotient(by: unit)
        index = max(index, (target - origin + stride - 1).flooredQuotient(by: stride))
    }

    /// The number of the period with `second`: its year, month since the year 0, first day of its week, day, or its
    /// hour, minute or second since 1970.
    private static func period(of second: Int64, _ rule: RecurrenceRule) -> Int64 {
        let date = CivilDateTime(seconds: second).date
        switch rule.frequency {
        case .yearly: return date.parts.year
        case .monthly: return date.parts.year * 12 + date.parts.month - 1
        case .weekly: return date.days - (date.days + 3 - Int64(rule.weekStart.rawValue)).flooredRemainder(by: 7)
        case .daily: return date.days
        case .hourly, .minutely, .secondly: return second.flooredQuotient(by: seconds(in: rule.frequency))
        }
    }

    private static func beginning(of period: Int64, _ rule: RecurrenceRule) -> Int64 {
        switch rule.frequency {
        case .yearly: period > 9999 ? .max : CivilDate(year: period, month: 1, day: 1).days * 86_400
        case .monthly:
            period > 120_000
                ? .max
                : CivilDate(year: period.flooredQuotient(by: 12), month: period.flooredRemainder(by: 12) + 1, day: 1)
                    .days * 86_400
        case .weekly, .daily: period > 4_000_000 ? .max : period * 86_400
        case .hourly, .minutely, .secondly: period * seconds(in: rule.frequency)
        }
    }

    private static func seconds(in frequency: RecurrenceRule.Frequency) -> Int64 {
        switch frequency {
        case .secondly: 1
        case .minutely: 60
        case .hourly: 3600
        case .daily, .weekly, .monthly, .yearly: 86_400
        }
    }

    /// What a rule adds to each base, ascending: the times of day, or those within an hour or a minute. A part that
    /// is absent comes from the start.
    private static func times(_ rule: RecurrenceRule, _ start: Int64) -> [Int64] {
        func list(_ bits: UInt64, _ own: Int64, expandedBelow limit: RecurrenceRule.Frequency) -> [Int64] {
            guard rule.frequency > limit else { return [0] }
            return bits == 0 ? [own] : (0..<60).filter { bits & 1 << UInt64($0) != 0 }
        }
        let hours = list(rule.hours, start / 3600, expandedBelow: .hourly)
        let minutes = list(rule.minutes, start / 60 % 60, expandedBelow: .minutely)
        let seconds = list(rule.seconds, start % 60, expandedBelow: .secondly)
        var times: [Int64] = []
        times.reserveCapacity(hours.count * minutes.count * seconds.count)
        for hour in hours {
            for minute in minutes {
                for second in seconds { times.append(hour * 3600 + minute * 60 + second) }
            }
        }
        return times
    }
}

extension RecurrenceRule {
    /// The same rule with COUNT turned into the start of its last occurrence, which needs counting only once.
    func counted(from start: CivilDateTime, budget: inout ExpansionBudget) throws(CalendarProblem) -> RecurrenceRule {
        guard case .count(let count) = end else { return self }
        var endless = self
        endless.end = .never
        let endOfTime = CivilDateTime(seconds: RecurrenceExpansion.endOfTime)
        var expansion = try RecurrenceExpansion(
            endless, start: start, from: start, through: endOfTime, budget: &budget)
        var last: CivilDateTime?
        for _ in 0..<count {
            guard let next = try expansion.next(&budget) else { return endless }
            last = next
        }
        guard let last else { return endless }
        endless.end = .until(CalendarTime(last, zone: .floating))
        return endless
    }
}

/// A set of days of the week.
package struct Weekdays: Hashable, Sendable {
    /// Bit n is the day n days after Monday.
    private var bits: UInt8 = 0

    package static let all = Weekdays(Weekday.allCases)

    package init(_ days: some Sequence<Weekday>) {
        for day in days { bits |= 1 << UInt8(day.rawValue) }
    }

    package func contains(_ day: Weekday) -> Bool { bits >> UInt8(day.rawValue) & 1 == 1 }
    package var isEmpty: Bool { bits == 0 }

    /// From Monday on.
    package var days: [Weekday] { Weekday.allCases.filter(contains) }
}

/// A weekly stretch of wall-clock time: it starts at `start` on each of `days` and ends at `end` on the same day, or
/// on the next where `end <= start`.
package struct LocalWindow: Hashable, Sendable {
    /// Why three values are not a window.
    package enum Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        case noDays
        case startIsEnd(CivilTime)
        case startsAtEndOfDay

        package var description: String {
            switch self {
            case .noDays: "found no days, expected at least one of mon, tue, wed, thu, fri, sat, sun"
            case .startIsEnd(let time):
                "found \(time) as start and as end, expected two different times; a whole day is 00:00 to 24:00"
            case .startsAtEndOfDay: "found the start 24:00, expected 00:00 of the next day"
            }
        }
    }

    package let days: Weekdays
    package let start: CivilTime
    package let end: CivilTime

    package init(days: Weekdays, start: CivilTime, end: CivilTime) throws(Malformed) {
        guard !days.isEmpty else { throw .noDays }
        guard start != end else { throw .startIsEnd(start) }
        guard start < .endOfDay else { throw .startsAtEndOfDay }
        self.days = days
        self.start = start
        self.end = end
    }

    /// In seconds of wall-clock time, more than 0 and at most 86,400.
    package var length: Int { end.seconds - start.seconds + (end <= start ? 86_400 : 0) }
}

extension LocalWindow: CustomStringConvertible {
    /// `22:00–08:00`; with its days, `Mon–Fri, Sun 22:00–08:00`, unless it is for all of them.
    package var description: String {
        days == .all ? "\(start)–\(end)" : "\(days) \(start)–\(end)"
    }
}

extension Weekdays: CustomStringConvertible {
    /// `Mon–Fri, Sun`: three days or more in a row are written as a range.
    package var description: String {
        var runs: [[Weekday]] = []
        for day in days {
            if let last = runs.last?.last, last.rawValue + 1 == day.rawValue {
                runs[runs.count - 1].append(day)
            } else {
                runs.append([day])
            }
        }
        func short(_ day: Weekday) -> String { day.name.prefix(1).uppercased() + day.name.dropFirst() }
        return runs.map { run in
            guard run.count > 2, let first = run.first, let last = run.last else {
                return run.map(short).joined(separator: ", ")
            }
            return short(first) + "–" + short(last)
        }.joined(separator: ", ")
    }
}

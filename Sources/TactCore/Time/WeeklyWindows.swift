/// A list of local windows as one weekly pattern, and when it holds in a zone.
///
/// Windows that overlap or touch are joined in local time, also from one week into the next; each joined stretch
/// is then one interval, from the instant its start means to the instant its end means.
package struct WeeklyWindows: Sendable, Equatable {
    /// What a clock change makes of an edge.
    package enum Edges: Sendable {
        /// Blocked time gets the longer reading: in a fold it starts at the first instant and ends at the last.
        case blocked
        /// Permitted time gets the shorter: in a fold it starts at the last instant and ends at the first.
        case permitted
    }

    /// A joined stretch, in milliseconds since Monday 00:00 by the wall clock: `start` in the week, `end` after it
    /// and possibly in the next.
    struct Stretch: Sendable, Equatable {
        var start: Int64
        var end: Int64
    }

    /// As they were given, for texts.
    package let windows: [LocalWindow]
    /// Ascending; between any two, and between the last and the first of the next week, there is a gap. Empty
    /// where there are no windows and where they leave no gap at all.
    let stretches: [Stretch]
    /// The windows leave no gap.
    package let isAlways: Bool

    static let week: Int64 = 7 * 86_400_000

    package init(_ windows: [LocalWindow]) {
        self.windows = windows
        let all = windows.flatMap { window in
            window.days.days.map { day in
                let start = Int64(day.rawValue * 86_400 + window.start.seconds) * 1000
                return Stretch(start: start, end: start + Int64(window.length) * 1000)
            }
        }
        let joined = Self.joined(all)
        isAlways = joined.contains { $0.end - $0.start >= Self.week }
        stretches = isAlways ? [] : joined
    }

    package var isEmpty: Bool { windows.isEmpty }

    private static func joined(_ all: [Stretch]) -> [Stretch] {
        var joined: [Stretch] = []
        for stretch in all.sorted(by: { $0.start < $1.start }) {
            if let last = joined.last, stretch.start <= last.end {
                joined[joined.count - 1].end = max(last.end, stretch.end)
            } else {
                joined.append(stretch)
            }
        }
        // Sunday night runs into Monday: the last stretch takes up those that it reaches in the week to come.
        while joined.count > 1, joined[joined.count - 1].end >= joined[0].start + week {
            let first = joined.removeFirst()
            joined[joined.count - 1].end = max(joined[joined.count - 1].end, first.end + week)
        }
        if let only = joined.first, joined.count == 1, only.end >= only.start + week {
            return [Stretch(start: only.start, end: only.start + week)]
        }
        return joined
    }
}

extension WeeklyWindows: CustomStringConvertible {
    /// `22:00–08:00`, or several of these with “and”.
    package var description: String { windows.map(\.description).joined(separator: " and ") }
}

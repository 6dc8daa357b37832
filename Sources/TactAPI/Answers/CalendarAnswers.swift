import TactCore

/// A stretch of time on the wire: `{"start","end"}`.
extension Interval: Answer {
    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("start", start)
            $0.member("end", end)
        }
    }
}

/// `GET …/busy`: merged busy intervals, an array.
package struct BusyAnswer: Answer {
    package var intervals: [Interval]

    package init(_ intervals: [Interval]) { self.intervals = intervals }

    package func write(to out: inout JSONWriter) {
        out.array { for interval in intervals { interval.write(to: &$0) } }
    }
}

/// A calendar as kept: when, never what.
package struct CalendarAnswer: Answer {
    package struct Busy: Answer {
        package var interval: Interval
        /// `BUSY`, `BUSY-UNAVAILABLE` or `BUSY-TENTATIVE` (RFC 5545, section 3.2.9).
        package var type: String

        package init(_ interval: Interval, type: String) {
            self.interval = interval
            self.type = type
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("start", interval.start)
                $0.member("end", interval.end)
                $0.member("type", type)
            }
        }
    }

    /// A component that could not be taken in.
    package struct Skipped: Answer {
        /// Of the source, from 1.
        package var line: Int
        /// `VEVENT`, …
        package var component: String
        package var reason: String

        package init(line: Int, component: String, reason: String) {
            self.line = line
            self.component = component
            self.reason = reason
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("line", line)
                $0.member("component", component)
                $0.member("reason", reason)
            }
        }
    }

    package var name: String
    package var updatedAt: Timestamp
    /// Events that happen once, and series of them.
    package var events: Int
    package var series: Int
    package var busy: [Busy]
    /// Only after an import.
    package var skipped: [Skipped]
    package var warnings: [String]
    /// Until when the intervals are worked out; later ones follow as time goes on.
    package var coversUntil: Timestamp
    /// Why the last working out failed; nil: it did not.
    package var problem: String?

    package init(
        name: String, updatedAt: Timestamp, events: Int, series: Int, busy: [Busy], skipped: [Skipped] = [],
        warnings: [String] = [], coversUntil: Timestamp, problem: String? = nil
    ) {
        self.name = name
        self.updatedAt = updatedAt
        self.events = events
        self.series = series
        self.busy = busy
        self.skipped = skipped
        self.warnings = warnings
        self.coversUntil = coversUntil
        self.problem = problem
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("name", name)
            $0.member("updated_at", updatedAt)
            $0.member("events", events)
            $0.member("series", series)
            $0.member("busy", busy)
            if !skipped.isEmpty { $0.member("skipped", skipped) }
            if !warnings.isEmpty { $0.member("warnings", warnings) }
            $0.member("covers_until", coversUntil)
            $0.member(ifAny: "problem", problem)
        }
    }
}

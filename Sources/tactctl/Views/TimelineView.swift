import TactAPI
import TactCore

/// A recipient's time, drawn: a row a day by the recipient's clock.
struct TimelineView {
    let style: Style
    let clock: LocalClock
    /// Columns there are.
    let width: Int

    /// What can stand in a cell; of several, the first.
    private enum Mark: Int, CaseIterable {
        case delivery, plan, paused, channelHeld, busy, quietHours, sendWindow, other, free
        /// Not on the clock that day, or outside what was asked for.
        case none

        var glyph: Character {
            switch self {
            case .delivery: "●"
            case .plan: "◆"
            case .paused: "▒"
            case .channelHeld: "x"
            case .busy: "█"
            case .quietHours: "░"
            case .sendWindow: "/"
            case .other: "?"
            case .free: "·"
            case .none: " "
            }
        }

        var ink: Style.Ink? {
            switch self {
            case .delivery: .green
            case .plan: .cyan
            case .paused: .magenta
            case .channelHeld: .red
            case .busy: .yellow
            case .quietHours: .blue
            case .sendWindow: .red
            case .other: .yellow
            case .free: .dim
            case .none: nil
            }
        }

        var words: String {
            switch self {
            case .delivery: "delivery"
            case .plan: "plan"
            case .paused: "paused"
            case .channelHeld: "channel held"
            case .busy: "busy"
            case .quietHours: "quiet hours"
            case .sendWindow: "outside a send window"
            case .other: "blocked"
            case .free: "free"
            case .none: ""
            }
        }

        init(rule: String?) {
            switch rule {
            case "pause": self = .paused
            case "channel": self = .channelHeld
            case "busy": self = .busy
            case "quiet_hours": self = .quietHours
            case "send_window": self = .sendWindow
            default: self = .other
            }
        }
    }

    private struct Stretch {
        var interval: Interval
        var mark: Mark
    }

    func text(_ timeline: JSON) -> String {
        guard let from = timeline.instant("from"), let to = timeline.instant("to"), from < to else { return "" }
        let range = Interval(start: from, end: to)
        let stretches = stretches(timeline)
        let first = clock.rules.local(from).date
        let last = clock.rules.local(Timestamp(milliseconds: to.milliseconds - 1)).date
        let days = (first.days...max(first.days, last.days)).prefix(400).map { CivilDate(days: $0) }
        let label = (days.map { TerminalText.width(clock.day($0)) }.max() ?? 10) + 2
        // Half an hour a cell where there is room, else an hour; a quarter on wide screens.
        let perHour = [4, 2].first { label + 24 * $0 <= width } ?? 1
        var used: Set<Mark> = []
        var text = hours(label, perHour)
        for day in days {
            let marks = (0..<24 * perHour).map { mark(day, $0, perHour, range, stretches) }
            used.formUnion(marks)
            let name = clock.day(day)
            text += name + String(repeating: " ", count: label - TerminalText.width(name)) + painted(marks) + "\n"
        }
        return text + "\n" + legend(used) + points(timeline) + blocked(timeline) + caps(timeline)
    }

    // MARK: Cells

    private func stretches(_ timeline: JSON) -> [Stretch] {
        func points(_ name: String, _ mark: Mark) -> [Stretch] {
            timeline.list(name).compactMap { point in
                point.instant("at").map {
                    Stretch(interval: Interval(start: $0, end: $0 + Duration(milliseconds: 1)), mark: mark)
                }
            }
        }
        let blocked = timeline.list("blocked").compactMap { blocked -> Stretch? in
            guard let start = blocked.instant("start"), let end = blocked.instant("end") else { return nil }
            return Stretch(interval: Interval(start: start, end: end), mark: Mark(rule: blocked["rule"]?.stringValue))
        }
        return blocked + points("plans", .plan) + points("deliveries", .delivery)
    }

    private func mark(
        _ day: CivilDate, _ cell: Int, _ perHour: Int, _ range: Interval, _ stretches: [Stretch]
    ) -> Mark {
        let length = Int64(3600 / perHour)
        // Where the clock shows a reading twice the cell is both; where it leaves one out the cell is nothing.
        let start = max(clock.rules.earliest(CivilDateTime(day, secondOfDay: Int64(cell) * length)), range.start)
        let end = min(clock.rules.latest(CivilDateTime(day, secondOfDay: Int64(cell + 1) * length)), range.end)
        guard start < end else { return .none }
        let found = stretches.filter { $0.interval.start < end && start < $0.interval.end }.map(\.mark.rawValue).min()
        return found.flatMap(Mark.init) ?? .free
    }

    private func painted(_ marks: [Mark]) -> String {
        var text = ""
        var rest = marks[...(marks.lastIndex { $0 != .none } ?? 0)]
        while let first = rest.first {
            let run = rest.prefix { $0 == first }
            text += style.paint(String(repeating: first.glyph, count: run.count), first.ink)
            rest = rest.dropFirst(run.count)
        }
        return text
    }

    private func hours(_ label: Int, _ perHour: Int) -> String {
        let hours = stride(from: 0, to: 24, by: 3).map { hour in
            let name = hour < 10 ? "0\(hour)" : "\(hour)"
            return name + String(repeating: " ", count: 3 * perHour - 2)
        }
        let zone = TerminalText.clipped(clock.zoneName, to: max(4, width))
        return style.paint("\(zone)\n", .dim) + String(repeating: " ", count: label)
            + style.paint(hours.joined().trimmedEnd, .dim) + "\n"
    }

    // MARK: Words

    private func legend(_ used: Set<Mark>) -> String {
        let shown = Mark.allCases.filter { used.contains($0) && $0 != .none }
        return shown.map { style.paint(String($0.glyph), $0.ink) + " " + $0.words }.joined(separator: "   ") + "\n"
    }

    private func points(_ timeline: JSON) -> String {
        var text = ""
        for (name, mark) in [("deliveries", Mark.delivery), ("plans", .plan)] {
            let points = timeline.list(name)
            if points.isEmpty { continue }
            text += "\n" + style.paint(name == "plans" ? "Plans" : "Deliveries", .bold) + "\n"
            for point in points {
                let outcome = point.text("outcome").map { ", " + $0 } ?? ""
                text +=
                    "  " + style.paint(String(mark.glyph), mark.ink) + " "
                    + (point.instant("at").map { clock.day($0) + " " + clock.time($0) } ?? "")
                    + "  \(point.text("topic") ?? "") by \(point.text("channel") ?? "")\(outcome)  "
                    + style.paint(point.text("id") ?? "", .dim) + "\n"
            }
        }
        return text
    }

    /// Causes that have a name of their own.
    private func blocked(_ timeline: JSON) -> String {
        var names: [String] = []
        for blocked in timeline.list("blocked") {
            guard let name = blocked.text("name"), let rule = blocked.text("rule") else { continue }
            let line = "  " + rule.replacing("_", with: " ") + " “\(name)”"
            if !names.contains(line) { names.append(line) }
        }
        return names.isEmpty
            ? "" : "\n" + style.paint("Named causes", .bold) + "\n" + names.joined(separator: "\n") + "\n"
    }

    private func caps(_ timeline: JSON) -> String {
        let caps = timeline.list("caps")
        if caps.isEmpty { return "" }
        var text = "\n" + style.paint("Caps", .bold) + "\n"
        for cap in caps {
            let (used, limit) = (cap.integer("used") ?? 0, cap.integer("limit") ?? 0)
            let count = style.paint("\(used) of \(limit)", used >= limit ? .yellow : nil)
            let scope = cap.text("scope").map { " (\($0))" } ?? ""
            text += "  \(cap.text("name") ?? "")\(scope): \(count) per \(cap.text("per") ?? "")\n"
        }
        return text
    }
}

extension String {
    fileprivate var trimmedEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}

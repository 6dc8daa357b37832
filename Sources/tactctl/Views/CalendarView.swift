import TactAPI

/// Calendars for people: when, for what is not kept.
struct CalendarView {
    let style: Style
    let clock: LocalClock

    func text(_ calendar: JSON) -> String {
        var facts = Facts()
        facts.add("kept", kept(calendar))
        facts.add("busy intervals", "\(calendar.list("busy").count)")
        facts.add("worked out until", calendar.instant("covers_until").map { clock.told($0) })
        facts.add("problem", calendar.text("problem").map { style.paint($0, .red) })
        let first = calendar.list("busy").prefix(10).compactMap { busy -> String? in
            guard let start = busy.instant("start"), let end = busy.instant("end") else { return nil }
            let type = busy.text("type") ?? ""
            return "  \(clock.short(start)) to \(clock.short(end))" + (type == "BUSY" ? "" : "  \(type)") + "\n"
        }
        let more = calendar.list("busy").count > 10 ? "  …\n" : ""
        return style.paint(calendar.text("name") ?? "", .bold) + "\n" + facts.text(style) + first.joined() + more
    }

    /// What was kept of the file: “1 event, 2 series of events”.
    private func kept(_ calendar: JSON) -> String {
        let (events, series) = (calendar.integer("events") ?? 0, calendar.integer("series") ?? 0)
        let parts = [
            events > 0 ? counted(events, "event", "events") : "",
            series > 0 ? counted(series, "series of events", "series of events") : "",
        ].filter { !$0.isEmpty }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    func table(_ calendars: [JSON], width: Int?) -> String {
        var table = Table("CALENDAR", "EVENTS", "SERIES", "BUSY", "UPDATED", "PROBLEM")
        table.rows = calendars.map { calendar in
            [
                calendar.text("name") ?? "", "\(calendar.integer("events") ?? 0)", "\(calendar.integer("series") ?? 0)",
                "\(calendar.list("busy").count)", calendar.instant("updated_at").map { clock.short($0) } ?? "",
                calendar.text("problem") ?? "-",
            ]
        }
        return calendars.isEmpty ? "" : table.text(style, width: width)
    }
}

import TactAPI

/// A change of a message's state, on one line.
struct ChangeView {
    let style: Style
    let clock: LocalClock

    func line(_ change: JSON) -> String {
        let at = change.instant("at").map { clock.day($0) + " " + clock.time($0) } ?? ""
        var words = [
            style.paint(at, .dim), change.text("id") ?? "", style.state(change.text("state") ?? ""),
            [change.text("recipient"), change.text("topic")].compactMap(\.self).joined(separator: " "),
        ]
        if let plan = change["plan"], let planned = plan.instant("at") {
            words.append("planned for " + clock.told(planned) + " by " + (plan.text("channel") ?? "?"))
        }
        if let channel = change.text("channel") { words.append("by " + channel) }
        let why = change.texts("codes") + [change.text("reason")].compactMap(\.self)
        if !why.isEmpty { words.append("(" + why.joined(separator: ", ") + ")") }
        return words.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}

import TactAPI

/// Why a message is where it is, for people.
struct ExplanationView {
    let style: Style
    let clock: LocalClock

    func text(_ explanation: JSON) -> String {
        let message = MessageView(style: style, clock: clock)
        var object = explanation["message"]?.objectValue ?? JSONObject()
        object["findings"] = nil
        var text = message.text(.object(object))
        let decisions = explanation.list("decisions")
        if !decisions.isEmpty {
            text += "\n" + style.paint("Decisions", .bold) + "\n"
            for decision in decisions { text += self.decision(decision) }
        }
        let deliveries = explanation.list("deliveries")
        if !deliveries.isEmpty {
            text += "\n" + style.paint("Deliveries", .bold) + "\n"
            for delivery in deliveries { text += "  " + self.delivery(delivery) + "\n" + used(delivery) }
        }
        let events = explanation.list("events")
        if !events.isEmpty {
            text += "\n" + style.paint("Events", .bold) + "\n"
            for event in events {
                text +=
                    "  " + (event.instant("at").map { clock.told($0) } ?? "") + ": " + (event.text("type") ?? "") + "\n"
            }
        }
        if let now = explanation["now"], !now.isNull {
            text += "\n" + style.paint("If it were decided now", .bold) + "\n" + decision(now)
        }
        return text
    }

    private func decision(_ decision: JSON) -> String {
        let message = MessageView(style: style, clock: clock)
        var text = "  " + (decision.instant("at").map { clock.told($0) } ?? "") + ": " + outcome(decision) + "\n"
        let findings = decision.list("findings")
        for finding in findings where ["hold", "suppress"].contains(finding["effect"]?.stringValue) {
            text += "    " + message.finding(finding) + "\n"
        }
        for (effect, words) in [("permit", "permitted by"), ("not_applicable", "nothing to do with it")] {
            let rules = findings.filter { $0["effect"]?.stringValue == effect }.compactMap { $0.text("rule") }
            if !rules.isEmpty { text += style.paint("    \(words): \(rules.joined(separator: ", "))", .dim) + "\n" }
        }
        let basis = ["policy", "tz"].compactMap { name in decision.text(name).map { "\(name) \($0)" } }
        if !basis.isEmpty { text += style.paint("    " + basis.joined(separator: ", "), .dim) + "\n" }
        return text
    }

    private func outcome(_ decision: JSON) -> String {
        let plan = decision["plan"].flatMap { plan in
            plan.instant("at").map { clock.told($0) + " by " + (plan.text("channel") ?? "?") }
        }
        switch decision["outcome"]?.stringValue {
        case "deliver": return style.paint("deliver", .green) + (decision.text("channel").map { " by " + $0 } ?? "")
        case "hold": return style.paint("hold", .yellow) + (plan.map { " until " + $0 } ?? ", without a plan")
        case "suppress": return style.paint("suppress", .red)
        default: return decision.text("outcome") ?? "?"
        }
    }

    /// What of the person the release was worded by.
    private func used(_ delivery: JSON) -> String {
        let template = delivery["template"].flatMap { template in
            template.text("name").map { "worded by \($0), version \(template.integer("version") ?? 0)" }
        }
        let texts = [template].compactMap(\.self) + delivery.list("used").compactMap { $0.text("text") }
        return texts.map { "    \($0)\n" }.joined()
    }

    private func delivery(_ delivery: JSON) -> String {
        let released = delivery.instant("released_at").map { clock.told($0) } ?? ""
        let outcome = delivery.text("outcome") ?? "in a worker's hands"
        let ended = delivery.instant("ended_at").map { " at " + clock.time($0) } ?? ""
        let attempt = delivery.integer("attempt").map { "attempt \($0): " } ?? ""
        let detail = delivery.text("detail").map { " (\($0))" } ?? ""
        return "\(attempt)\(released) by \(delivery.text("channel") ?? "?"), \(outcome)\(ended)\(detail)"
    }
}

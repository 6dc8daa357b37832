import TactAPI
import TactCore

/// Messages for people.
struct MessageView {
    let style: Style
    let clock: LocalClock

    /// One message with all that is known of it.
    func text(_ message: JSON) -> String {
        let state = message.text("state") ?? ""
        let id = message.text("id")
        let title =
            id.map { style.paint($0, .bold) + "  " + style.state(state) }
            ?? style.paint("dry run", .bold) + "  would be " + style.state(state)
        var facts = Facts()
        facts.add("recipient", message.text("recipient"))
        facts.add("topic", message.text("topic"))
        facts.add("subject", message.text("subject"))
        facts.add("sender", message.text("sender"))
        facts.add("channels", message.texts("channels").joined(separator: ", "))
        facts.add("urgency", message.text("urgency"))
        facts.add("relevance", message["relevance"]?.doubleValue.map { "\($0)" })
        facts.add("collapse key", message.text("collapse_key"))
        if let template = message["template"], let name = template.text("name") {
            facts.add("template", "\(name), version \(template.integer("version") ?? 0)")
        }
        facts.add("because", message.text("because"))
        facts.add("submitted", time(message, "submitted_at"))
        facts.add("not before", time(message, "not_before"))
        facts.add("expires", time(message, "expires_at"))
        facts.add("plan", plan(message, isPending: state == "pending"))
        if let attempts = message.integer("attempts"), attempts > 0 { facts.add("attempts", "\(attempts)") }
        facts.add("ended", time(message, "ended_at"))
        facts.add("reason", message.text("reason").map { "\($0): \(TactCore.sentence(forEnd: $0))" })
        if let content = message["content"] {
            facts.add("content", String(decoding: TerminalText.safe(json: content.encoded()), as: UTF8.self))
        }
        if let variables = message["variables"] {
            facts.add("variables", String(decoding: TerminalText.safe(json: variables.encoded()), as: UTF8.self))
        }
        facts.add("uses", message.list("used").compactMap { $0.text("text") }.joined(separator: " "))
        let findings = message.list("findings").map { "  " + finding($0) + "\n" }.joined()
        return title + "\n" + facts.text(style) + findings
    }

    /// What a rule says, on one line.
    func finding(_ finding: JSON) -> String {
        let effect = finding.text("effect") ?? ""
        let mark =
            switch effect {
            case "hold": style.paint("hold", .yellow)
            case "suppress": style.paint("suppress", .red)
            default: style.paint(effect, .dim)
            }
        let what = [finding.text("code") ?? finding.text("rule"), finding.text("name"), finding.text("channel")]
        let text = finding.text("text") ?? finding.instant("until").map { "until " + clock.told($0) } ?? ""
        return mark + " " + what.compactMap(\.self).joined(separator: " ") + (text.isEmpty ? "" : ": " + text)
    }

    private func time(_ message: JSON, _ name: String) -> String? { message.instant(name).map { clock.told($0) } }

    private func plan(_ message: JSON, isPending: Bool) -> String? {
        guard let plan = message["plan"], let at = plan.instant("at") else { return isPending ? "none" : nil }
        return clock.told(at) + " by " + (plan.text("channel") ?? "?")
    }

    /// A row of a list.
    func row(_ message: JSON) -> [String] {
        let plan = message["plan"].flatMap { plan in
            plan.instant("at").map { clock.short($0) + " " + (plan.text("channel") ?? "") }
        }
        let end = message.instant("ended_at").map { clock.short($0) }
        let why = message.text("reason").map { [$0] } ?? message.texts("codes")
        return [
            message.text("id") ?? "", style.state(message.text("state") ?? ""), message.text("recipient") ?? "",
            message.text("topic") ?? "", message.instant("submitted_at").map { clock.short($0) } ?? "",
            plan ?? end ?? "-", why.joined(separator: ", "),
        ]
    }

    static let columns = Table("ID", "STATE", "RECIPIENT", "TOPIC", "SUBMITTED", "PLAN OR END", "WHY")
}

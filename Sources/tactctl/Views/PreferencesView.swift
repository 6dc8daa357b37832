import TactAPI
import TactCore

/// What people have chosen, for people.
struct PreferencesView {
    let style: Style
    let clock: LocalClock

    func text(_ preferences: JSON, of recipient: String) -> String {
        var facts = Facts()
        for member in preferences["topics"]?.objectValue?.members ?? [] {
            facts.add("topic " + TerminalText.safe(member.name), wish(member.value))
        }
        for member in preferences["channels"]?.objectValue?.members ?? [] {
            facts.add("channel " + TerminalText.safe(member.name), member.value["enabled"] == true ? "on" : "off")
        }
        if preferences["marketing"] == false { facts.add("marketing", "none at all") }
        facts.add("quiet hours", preferences["quiet_hours"] == nil ? nil : RecipientView.quietHours(preferences))
        facts.add("paused", pause(preferences))
        facts.add("time zone", preferences.text("time_zone"))
        facts.add("locale", preferences.text("locale"))
        facts.add("changed", preferences.instant("updated_at").map { clock.told($0) } ?? "nothing chosen yet")
        return style.paint(TerminalText.safe(recipient), .bold) + "\n" + facts.text(style)
    }

    /// `off`, or `by push, email, at most 2 a week`.
    private func wish(_ topic: JSON) -> String {
        var wishes: [String] = []
        if let isOn = topic["enabled"]?.boolValue { wishes.append(isOn ? "on" : "off") }
        let channels = topic.texts("channels")
        if topic["channels"] != nil {
            wishes.append(channels.isEmpty ? "by no channel" : "by " + channels.joined(separator: ", "))
        }
        if let limit = topic["limit"], let count = limit.integer("count"), let period = limit.text("per") {
            wishes.append("at most \(count) per \(period)")
        }
        if let digest = topic.text("digest") { wishes.append("a \(digest) digest") }
        return wishes.isEmpty ? "as it comes" : wishes.joined(separator: "; ")
    }

    private func pause(_ preferences: JSON) -> String? {
        if preferences.text("paused_until") == "further_notice" { return "until further notice" }
        return preferences.instant("paused_until").map { $0 > .now ? "until " + clock.told($0) : "no" }
    }
}

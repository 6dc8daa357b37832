import TactAPI
import TactCore

/// How the daemon is, for people.
struct StatusView {
    let style: Style
    let clock: LocalClock

    func text(_ status: JSON) -> String {
        var text = "tactd " + (status.text("version") ?? "") + " " + health(status) + "\n"
        var facts = Facts()
        facts.add("up", status.text("uptime").map { up in "\(up), process \(status.integer("pid") ?? 0)" })
        facts.add("policy", policy(status))
        facts.add("tz database", status.text("tz"))
        facts.add("recipients", status.integer("recipients").map(String.init))
        facts.add("due now", status.integer("due").map(String.init))
        facts.add("next", status.instant("next").map { clock.told($0) } ?? "nothing is planned")
        facts.add("reviews waiting", status.integer("reviews").map(String.init))
        let workers = status["workers"]?.objectValue?.members ?? []
        facts.add(
            "workers waiting",
            workers.isEmpty
                ? "none"
                : workers.map { "\(TerminalText.safe($0.name)) \($0.value.integerValue ?? 0)" }.joined(separator: ", "))
        let old = status["privacy"]?.integer("keys_to_rewrap") ?? 0
        facts.add("keys", old > 0 ? "\(old) are still to be wrapped by the new master key" : nil)
        facts.add("database", status.integer("database_bytes").map(Self.bytes))
        text += facts.text(style)
        text += "\n" + style.paint("Messages", .bold) + "\n" + messages(status)
        for warning in status.texts("warnings") { text += "\n" + style.paint("warning: ", .yellow) + warning }
        if let error = status["policy"]?["error"]?.stringValue {
            text +=
                "\n" + style.paint("the last reload was refused:", .red) + "\n"
                + TerminalText.safe(error, keepingLines: true)
        }
        return text.hasSuffix("\n") ? text : text + "\n"
    }

    private func health(_ status: JSON) -> String {
        let isWhole = status["conservation"]?["ok"]?.boolValue ?? false
        let isLoaded = status["policy"]?["error"] == nil
        if isWhole, isLoaded { return style.paint("is well", .green) }
        return isWhole ? style.paint("runs on an older policy", .yellow) : style.paint("HAS LOST COUNT", .red)
    }

    private func policy(_ status: JSON) -> String? {
        guard let policy = status["policy"] else { return nil }
        let loaded = policy.instant("loaded_at").map { ", loaded " + clock.told($0) } ?? ""
        return (policy.text("version") ?? "") + loaded
    }

    private func messages(_ status: JSON) -> String {
        var facts = Facts()
        for member in status["messages"]?.objectValue?.members ?? [] {
            facts.add(TerminalText.safe(member.name), member.value.integerValue.map(String.init))
        }
        let conservation = status["conservation"]
        let (sum, submitted) = (conservation?.integer("sum") ?? 0, conservation?.integer("submitted") ?? 0)
        facts.add(
            "submitted",
            "\(submitted)" + (sum == submitted ? "" : style.paint(", but the states add up to \(sum)", .red)))
        return facts.text(style)
    }

    static func bytes(_ count: Int64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(count) bytes" : "\((value * 10).rounded() / 10) \(units[unit])"
    }
}

import TactAPI
import TactCore

/// Recipients for people.
struct RecipientView {
    let style: Style
    let clock: LocalClock

    func text(_ recipient: JSON) -> String {
        var facts = Facts()
        facts.add("time zone", recipient.text("time_zone") ?? "not known")
        facts.add("country", recipient.text("country"))
        facts.add("locale", recipient.text("locale"))
        for member in recipient["addresses"]?.objectValue?.members ?? [] {
            facts.add(TerminalText.safe(member.name), member.value.stringValue.map { TerminalText.safe($0) })
        }
        facts.add("closed", names(recipient.texts("closed_addresses")))
        facts.add("quiet hours", Self.quietHours(recipient))
        facts.add("paused until", recipient.instant("paused_until").map { clock.told($0) })
        facts.add("calendars", recipient.texts("calendars").joined(separator: ", "))
        for member in recipient["attributes"]?.objectValue?.members ?? [] {
            let value = member.value["value"].map {
                String(decoding: TerminalText.safe(json: $0.encoded()), as: UTF8.self)
            }
            let confidence = member.value["confidence"]?.doubleValue.map { "sure to \($0)" }
            let about = [
                member.value.text("source"), confidence, member.value["sensitive"] == true ? "sensitive" : nil,
                member.value.text("good_for").map { "good for \($0)" },
            ].compactMap(\.self)
            facts.add(
                TerminalText.safe(member.name),
                value.map { $0 + (about.isEmpty ? "" : " (\(about.joined(separator: ", ")))") })
        }
        facts.add("corrected", names(recipient.texts("corrected")))
        let removed = ["attributes", "addresses"].flatMap { recipient["removed"]?[$0]?.objectValue?.names ?? [] }
        facts.add("removed", names(removed))
        for field in recipient["ignored"]?.arrayValue ?? [] {
            facts.add("ignored", (field.text("pointer") ?? "") + ": " + (field.text("detail") ?? ""))
        }
        facts.add("pending", recipient.integer("pending").map { $0 == 1 ? "1 message" : "\($0) messages" })
        facts.add("known since", recipient.instant("created_at").map { clock.told($0) })
        facts.add("changed", recipient.instant("updated_at").map { clock.told($0) })
        return style.paint(recipient.text("id") ?? "", .bold) + "\n" + facts.text(style)
    }

    /// nil: there are none, and nothing is said of them.
    private func names(_ names: [String]) -> String? {
        names.isEmpty ? nil : names.map { TerminalText.safe($0) }.joined(separator: ", ")
    }

    static func table(_ items: [JSON], _ style: Style, width: Int?, now: Timestamp, utc: Bool) -> String {
        var table = Table("RECIPIENT", "TIME ZONE", "COUNTRY", "PAUSED UNTIL", "QUIET HOURS")
        table.rows = items.map { recipient in
            let zone = utc ? nil : recipient["time_zone"]?.stringValue.flatMap(Situation.Zone.system)
            let clock = LocalClock(zone: zone, now: now)
            return [
                recipient.text("id") ?? "", recipient.text("time_zone") ?? "-", recipient.text("country") ?? "-",
                recipient.instant("paused_until").map { clock.short($0) } ?? "-", quietHours(recipient),
            ]
        }
        return items.isEmpty ? "" : table.text(style, width: width)
    }

    /// `22:00–08:00 and …`, `none`, or that the policy's hold.
    static func quietHours(_ recipient: JSON) -> String {
        guard let windows = recipient["quiet_hours"], !windows.isNull else { return "the policy's" }
        guard let read = try? FieldKind.windows(parsing: String(decoding: windows.encoded(), as: UTF8.self)) else {
            return "?"
        }
        return read.isEmpty ? "none" : WeeklyWindows(read).description
    }
}

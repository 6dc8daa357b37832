import TactAPI
import TactCore

/// Templates for people.
enum TemplateView {
    static func table(_ templates: [JSON], _ style: Style, _ clock: LocalClock, width: Int?) -> String {
        var table = Table("TEMPLATE", "VERSION", "FROM", "CHANGED", "USES OF THE PERSON", "TAKES")
        table.rows = templates.map { template in
            [
                template.text("name") ?? "", "\(template.integer("version") ?? 0)", template.text("origin") ?? "",
                template.instant("updated_at").map { clock.short($0) } ?? "",
                names(template["uses"]?["attributes"]), names(template["uses"]?["variables"]),
            ]
        }
        return templates.isEmpty ? "" : table.text(style, width: width)
    }

    static func text(_ template: JSON, _ style: Style, _ clock: LocalClock) -> String {
        var facts = Facts()
        facts.add("description", template["document"]?.text("description"))
        facts.add("from", template.text("origin") == "file" ? "a file" : "the API")
        facts.add("changed", template.instant("updated_at").map { clock.told($0) })
        facts.add("uses of the person", names(template["uses"]?["attributes"]))
        facts.add("takes of messages", names(template["uses"]?["variables"]))
        for version in template.list("versions") {
            let at = version.instant("created_at").map { clock.told($0) } ?? ""
            facts.add("version \(version.integer("version") ?? 0)", "\(version.text("hash") ?? "") of \(at)")
        }
        var text = style.paint(template.text("name") ?? "", .bold) + "\n" + facts.text(style)
        guard let document = template["document"] else { return text }
        text += parts(document, style, "")
        for member in document["locales"]?.objectValue?.members ?? [] {
            text += parts(member.value, style, TerminalText.safe(member.name) + " ")
        }
        return text
    }

    private static func parts(_ texts: JSON, _ style: Style, _ lead: String) -> String {
        ["title", "body", "html"].compactMap { name in
            texts[name]?.stringValue.map {
                "\n" + style.paint(lead + name, .bold) + "\n" + TerminalText.safe($0, keepingLines: true) + "\n"
            }
        }.joined()
    }

    static func uses(_ uses: JSON) -> String {
        var facts = Facts()
        facts.add("uses of the person", names(uses["attributes"]))
        facts.add("takes of messages", names(uses["variables"]))
        return facts.text(Style.plain)
    }

    /// `first_name, city?`: with a question mark what it can do without.
    private static func names(_ uses: JSON?) -> String {
        let names = (uses?.arrayValue ?? []).map { ($0.text("name") ?? "") + ($0["required"] == true ? "" : "?") }
        return names.isEmpty ? "nothing" : names.joined(separator: ", ")
    }

    static func rendering(_ answer: JSON, _ style: Style) -> String {
        var text = ""
        if let content = answer["content"], !content.isNull {
            if answer["fallback"] == true { text += style.paint("the topic's fallback", .yellow) + "\n" }
            text += parts(content, style, "")
        } else {
            text += style.paint("would not be sent", .red) + "\n"
        }
        text += "\n"
        for line in answer.list("findings").compactMap({ $0.text("text") }) { text += line + "\n" }
        for line in answer.list("used").compactMap({ $0.text("text") }) { text += line + "\n" }
        for line in answer.texts("warnings") { text += style.paint("warning: ", .yellow) + line + "\n" }
        return text
    }
}

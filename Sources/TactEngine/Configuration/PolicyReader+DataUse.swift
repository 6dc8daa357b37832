import TactAPI
import TactCore
import TactSettings
import TactTemplates

extension PolicyReader {
    /// What its messages may use of a person. What people did not tell themselves takes their agreement, and a reason.
    func dataUse(_ section: Section, _ topic: inout Topic) {
        topic.sources = unique(section, "sources", .choice, atMost: 4).map(Set.init) ?? topic.sources
        let confidence = section.value("confidence", .share)
        topic.confidence = confidence ?? topic.confidence
        topic.fallback = fallback(section)
        topic.requiresBecause = section.value("because", Reader<Because>.choice) == .required
        if topic.sources.contains(.inferred), confidence == nil, section.node("confidence") == nil {
            section.refuse(
                "confidence",
                "found nothing, expected how sure an inference must be to be used, from 0 to 1, since sources has "
                    + "\"inferred\"; add confidence = 0.8")
        }
        let delicate = [AttributeFact.Source.inferred, .thirdParty].filter(topic.sources.contains)
        // Of a sensitive topic the same is said for that reason.
        guard let first = delicate.first, !topic.isSensitive else { return }
        if topic.consent != .optIn {
            section.refuse(
                "consent",
                "found “\(topic.consent.rawValue)”, expected \"opt_in\", since sources has \"\(first.rawValue)\": what "
                    + "people did not tell themselves is used only with their agreement; set consent = \"opt_in\"")
        }
        if topic.purpose == nil, section.node("purpose") == nil {
            section.refuse(
                "purpose",
                "found nothing, expected what people's data is used for in one line, since sources has "
                    + "\"\(first.rawValue)\"; add the key purpose")
        }
    }

    private enum Because: String, CaseIterable {
        case optional, required
    }

    private static let ownWords = "{ title = \"…\", body = \"…\" }"

    private func fallback(_ section: Section) -> Topic.Fallback? {
        guard let node = section.node("fallback") else { return nil }
        if case .table = node.value {
            guard let words = section.section("fallback") else { return nil }
            let title = words.required("title", .line(atMost: 200))
            let body = words.required("body", .prose)
            let html = words.value("html", .prose)
            words.finish()
            guard let title, let body else { return nil }
            return .words(title: title, body: body, html: html)
        }
        guard let name = section.value("fallback", .fallback) else { return nil }
        guard let template = templates.first(where: { $0.name == name })?.template else {
            let near = Suggestion.nearest(to: name, among: templates.map(\.name))
            section.refuse(
                "fallback",
                "found “\(name)”, expected a template of [templates] folder; "
                    + (near.map { "did you mean “\($0)”?" } ?? "put \(name).toml there, or write \(Self.ownWords)"))
            return nil
        }
        if let used = template.attributes.first {
            section.refuse(
                "fallback",
                "found the template “\(name)”, which uses recipient.\(used.name), expected one that uses nothing of the "
                    + "person; name another, or write \(Self.ownWords)")
        }
        return .template(name)
    }
}

extension Reader where T == String {
    /// Whether there is such a template is looked at where they are known.
    fileprivate static var fallback: Reader {
        .text("the name of a template, or { title = \"…\", body = \"…\" }", example: "\"plain\"") {
            $0.isTemplateName ? $0 : nil
        }
    }
}

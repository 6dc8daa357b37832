import TactAPI
import TactCore

/// What a template uses, worked out from its tags.
struct TemplateUses {
    /// Whether it can do without each; by name.
    private(set) var attributes: [String: Bool] = [:]
    /// The same for variables of the message, by path.
    private(set) var variables: [String: Bool] = [:]
    /// Of sections, by the last name of their path: how many bytes of text one round may bring, at most.
    private(set) var bodies: [String: Int] = [:]
    private(set) var faults: [TemplateFault] = []
    private let declared: [String]

    init(declared: [String]) { self.declared = declared }

    /// A section that is open.
    private struct Open {
        var tag: TemplateTag
        /// Names without a root may be fields of what it goes through.
        var hasFields: Bool
    }

    /// Takes in a part.
    mutating func read(_ tags: [TemplateTag], part: String) {
        var open: [Open] = []
        for tag in tags {
            switch tag.kind {
            case .variable: use(tag, open, part)
            case .comment: break
            case .section, .inverted:
                use(tag, open, part)
                open.append(Open(tag: tag, hasFields: tag.kind == .section && !isOfRecipient(tag)))
                if open.count > TemplateScanner.deepest {
                    return refuse(part, tag, "found more than \(TemplateScanner.deepest) sections in each other")
                }
            case .end:
                guard let last = open.popLast(), last.tag.name == tag.name else {
                    return refuse(
                        part, tag,
                        "found the end of “\(tag.name)”, which is not the section that is open; sections end in reverse "
                            + "order")
                }
                let length = tag.start - last.tag.end
                let name = last.tag.path.last ?? "."
                bodies[name] = max(bodies[name] ?? 0, length)
            }
        }
        if let last = open.last {
            refuse(part, last.tag, "found no end of the section “\(last.tag.name)”; add {{/\(last.tag.name)}}")
        }
    }

    private func isOfRecipient(_ tag: TemplateTag) -> Bool { tag.path.first == "recipient" }

    private mutating func use(_ tag: TemplateTag, _ open: [Open], _ part: String) {
        if tag.name == "." {
            if tag.kind != .variable || !open.contains(where: { $0.tag.kind == .section }) {
                refuse(part, tag, "found “.”, which stands for what a section goes through; use it as {{.}} in one")
            }
            return
        }
        var path = tag.path
        switch path[0] {
        case "recipient":
            guard path.count == 2 else {
                return refuse(
                    part, tag, "found “\(tag.name)”, expected one attribute of the person such as recipient.first_name")
            }
            note(&attributes, path[1], isOptional(tag, open, [tag.name]))
        case "because":
            guard path.count == 1 else { return refuse(part, tag, "found “\(tag.name)”, expected “because”") }
            note(&variables, "because", isOptional(tag, open, ["because"]))
        case "message":
            path.removeFirst()
            guard let first = path.first else {
                return refuse(part, tag, "found “message”, expected one variable of it such as message.product")
            }
            guard declared.contains(first) else { return unknown(first, tag, part) }
            variable(path, tag, open)
        case let first:
            if declared.contains(first) {
                variable(path, tag, open)
            } else if !open.contains(where: \.hasFields) {
                unknown(first, tag, part)
            }
        }
    }

    private mutating func variable(_ path: [String], _ tag: TemplateTag, _ open: [Open]) {
        let name = path.joined(separator: ".")
        // What a section around it asks for is not missing inside.
        let guards = (1...path.count).map { path.prefix($0).joined(separator: ".") }
        note(&variables, name, isOptional(tag, open, guards + guards.map { "message." + $0 }))
    }

    /// Whether a section around the tag, or the tag itself, asks whether there is such a thing.
    private func isOptional(_ tag: TemplateTag, _ open: [Open], _ guards: [String]) -> Bool {
        tag.kind != .variable || open.contains { $0.tag.kind == .section && guards.contains($0.tag.name) }
    }

    private func note(_ uses: inout [String: Bool], _ name: String, _ isOptional: Bool) {
        uses[name] = (uses[name] ?? true) && isOptional
    }

    private mutating func unknown(_ name: String, _ tag: TemplateTag, _ part: String) {
        let near = Suggestion.nearest(to: name, among: declared + ["recipient", "message", "because"])
        refuse(
            part, tag,
            "there is no variable “\(name)”; " + (near.map { "did you mean “\($0)”? Else name it" } ?? "name it")
                + " in “variables” if messages bring it, or write recipient.\(name) for the person's attribute")
    }

    private mutating func refuse(_ part: String, _ tag: TemplateTag, _ message: String) {
        faults.append(TemplateFault(part, tag.place, message))
    }
}

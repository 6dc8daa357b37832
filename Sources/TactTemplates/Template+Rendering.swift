import Mustache
import TactAPI
import TactCore

extension Template {
    /// What a template is filled with. Whatever is not in here, it cannot say.
    package struct Material: Sendable {
        /// Those that may be used, and nothing else.
        package var attributes: [String: JSON]
        package var variables: JSONObject
        package var because: String?
        package var locale: String?

        package init(
            attributes: [String: JSON] = [:], variables: JSONObject = JSONObject(), because: String? = nil,
            locale: String? = nil
        ) {
            self.attributes = attributes
            self.variables = variables
            self.because = because
            self.locale = locale
        }
    }

    /// Puts it into words. All parts, or none.
    package func render(_ material: Material) throws(RenderingFailure) -> RenderedContent {
        // What a message brings was checked with it; a fallback's template may be another by now.
        for (path, isOptional) in variables where !isOptional {
            if !isThere(path, material) { throw RenderingFailure(.valueMissing, path) }
        }
        for need in attributes where !need.isOptional && material.attributes[need.name] == nil {
            throw RenderingFailure(.valueMissing, "recipient." + need.name)
        }
        var content = RenderedContent()
        var size = 0
        for part in chosen(material.locale) {
            let text = try render(part, material)
            size += text.utf8.count
            guard size <= RenderedContent.largest else { throw RenderingFailure(.tooLarge, part.name.rawValue) }
            content.parts.append((part.name.rawValue, text))
        }
        return content
    }

    private func isThere(_ path: String, _ material: Material) -> Bool {
        if path == "because" { return material.because != nil }
        var value: JSON? = .object(material.variables)
        for name in path.split(separator: ".") { value = value?.objectValue?[String(name)] }
        return value.map(Template.shows) ?? false
    }

    /// The parts for a locale: of that very tag, of its language, or the template's own.
    private func chosen(_ locale: String?) -> [Part] {
        guard let tag = locale?.lowercased() else { return parts }
        var subtags = tag.split(separator: "-")
        while !subtags.isEmpty {
            if let found = locales[subtags.joined(separator: "-")] { return found }
            subtags.removeLast()
        }
        return parts
    }

    private func render(_ part: Part, _ material: Material) throws(RenderingFailure) -> String {
        let budget = RenderingBudget(bodies: bodies, links: links)
        let maker = ValueMaker(part: part.name, isRightToLeft: part.isRightToLeft, budget: budget)
        let raw = part.parsed.render(maker.root(material))
        if let failure = budget.failure {
            throw failure.kind == .tooLarge ? RenderingFailure(.tooLarge, part.name.rawValue) : failure
        }
        let text = part.name == .title ? PlainText.oneLine(raw) : PlainText.trimmed(raw)
        guard PlainText.shows(text) else { throw RenderingFailure(.empty, part.name.rawValue) }
        if part.name == .title, text.utf8.count > RenderedContent.longestTitle {
            throw RenderingFailure(.tooLarge, part.name.rawValue)
        }
        return text
    }

    /// What a person should look at before such values go out.
    package func warnings(_ material: Material) -> [String] {
        var values = material.attributes.sorted { $0.key < $1.key }.map { ("recipient." + $0.key, $0.value) }
        values += material.variables.members.map { ($0.name, $0.value) }
        if let because = material.because { values.append(("because", .string(because))) }
        return values.filter { $0.1.texts.contains { PlainText.mixesAlphabets($0) } }
            .map { "\($0.0) mixes letters of alphabets that look alike; it is shown as it is" }
    }
}

/// How much one part may still bring. The library asks for values as it goes, and for nothing else, so this is where it
/// is stopped: a section is paid for before its rounds begin, and once nothing is left nothing is found any more.
final class RenderingBudget {
    /// Twice what may come out, since texts of sections in sections are paid for more than once; in bytes.
    private var left = 4 * RenderedContent.largest
    private let bodies: [String: Int]
    private let links: Set<String>
    private(set) var failure: RenderingFailure?

    init(bodies: [String: Int], links: Set<String>) {
        self.bodies = bodies
        self.links = links
    }

    /// Pays for one look at a value of that name. False: there is nothing left.
    func pay(_ name: String, for value: JSON) -> Bool {
        let rounds = value.arrayValue?.count ?? 1
        // A section's body is at most 64 KiB, and a list's elements are counted in the 32 KiB of a message's variables.
        let cost = (bodies[name] ?? 0) * rounds + value.weight
        guard cost <= left else {
            fail(RenderingFailure(.tooLarge, name))
            left = 0
            return false
        }
        left -= cost
        return true
    }

    func pay(_ bytes: Int, for name: String) {
        left -= bytes
        if left < 0 { fail(RenderingFailure(.tooLarge, name)) }
    }

    func mustBeLink(_ name: String) -> Bool { links.contains(name) }

    func fail(_ failure: RenderingFailure) { self.failure = self.failure ?? failure }
}

extension JSON {
    /// All that is text in it.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let object): object.members.flatMap(\.value.texts)
        case .null, .bool, .integer, .number: []
        }
    }

    /// Roughly how many bytes must be looked at to make a value of it.
    fileprivate var weight: Int {
        switch self {
        case .string(let text): 16 + text.utf8.count
        case .array(let elements): elements.reduce(16) { $0 + $1.weight }
        case .null, .bool, .integer, .number, .object: 16
        }
    }
}

/// Makes of values what the library takes.
struct ValueMaker {
    let part: PlainText.Part
    let isRightToLeft: Bool
    let budget: RenderingBudget

    func root(_ material: Template.Material) -> Any {
        var members: [String: JSON] = [:]
        for member in material.variables.members { members[member.name] = member.value }
        members["because"] = material.because.map(JSON.string)
        let message = members
        return RootValue(
            recipient: ObjectValue(members: material.attributes, maker: self),
            message: ObjectValue(members: message, maker: self))
    }

    /// nil: there is nothing that shows, so that sections take it for absent.
    func value(_ json: JSON?, named name: String) -> Any? {
        switch json {
        case nil, .null?: return nil
        case .bool(let value)?: return value
        case .integer(let value)?: return text(String(value), name)
        case .number?: return json.flatMap { text(String(decoding: $0.encoded(), as: UTF8.self), name) }
        case .string(let text)?: return self.text(text, name)
        case .array(let elements)?:
            // What an element is called is what the list is called.
            let values = elements.compactMap { value($0, named: name) }
            return values.isEmpty ? nil : ListValue(values: values)
        case .object(let object)?:
            var members: [String: JSON] = [:]
            // In sections, names are looked for from the inside: these must stay what they are.
            for member in object.members where !["recipient", "message", "because"].contains(member.name) {
                members[member.name] = member.value
            }
            return ObjectValue(members: members, maker: self, name: name)
        }
    }

    private func text(_ text: String, _ name: String) -> Any? {
        guard let clean = PlainText.clean(text, for: part) else { return nil }
        if budget.mustBeLink(name), part == .html {
            guard PlainText.isLink(clean) else {
                budget.fail(RenderingFailure(.notLink, name))
                return nil
            }
            return TextValue(renderText: clean, budget: budget, name: name)
        }
        return TextValue(
            renderText: PlainText.isolated(clean, among: isRightToLeft), budget: budget, name: name)
    }
}

/// Where names are looked for first and last.
private struct RootValue: MustacheParent {
    let recipient: ObjectValue
    let message: ObjectValue

    func child(named: String) -> Any? {
        switch named {
        case "recipient": recipient
        case "message": message
        default: message.child(named: named)
        }
    }
}

private struct ObjectValue: MustacheParent, MustacheCustomRenderable {
    let members: [String: JSON]
    let maker: ValueMaker
    var name = ""

    func child(named: String) -> Any? {
        guard let json = members[named] else { return nil }
        return maker.budget.pay(named, for: json) ? maker.value(json, named: named) : nil
    }

    var renderText: String {
        maker.budget.fail(RenderingFailure(.notText, name))
        return ""
    }
    var isNull: Bool { false }
}

private struct TextValue: MustacheParent, MustacheCustomRenderable {
    private let text: String
    private let budget: RenderingBudget
    private let name: String

    init(renderText: String, budget: RenderingBudget, name: String) {
        text = renderText
        self.budget = budget
        self.name = name
    }

    /// Nothing is in it. Without this the library would find what this program calls its parts.
    func child(named: String) -> Any? { nil }

    var renderText: String {
        budget.pay(text.utf8.count, for: name)
        return text
    }
    var isNull: Bool { false }
}

/// Goes through a section once for each; where a text is needed, all of them with commas.
private struct ListValue: MustacheSequence, MustacheParent, MustacheCustomRenderable {
    let values: [Any]

    /// As with a text: it has elements, and nothing with a name.
    func child(named: String) -> Any? { nil }

    func makeIterator() -> IndexingIterator<[Any]> { values.makeIterator() }

    var renderText: String {
        values.map { ($0 as? any MustacheCustomRenderable)?.renderText ?? String(describing: $0) }
            .joined(separator: ", ")
    }
    var isNull: Bool { false }
}

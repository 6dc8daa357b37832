import Mustache
import TactAPI
import TactCore

/// A template that was read and found in order.
package struct Template: Sendable {
    /// One part in one language, parsed.
    struct Part: Sendable {
        var name: PlainText.Part
        var parsed: MustacheTemplate
        /// What stands around values is written from right to left.
        var isRightToLeft: Bool
        var size: Int
    }

    package let document: TemplateDocument
    /// Of the person, by name.
    package let attributes: [AttributeNeed]
    /// Of the message, by path, with whether it can do without.
    package let variables: [(path: String, isOptional: Bool)]
    /// The parts without a locale, and by language tag in small letters.
    let parts: [Part]
    let locales: [String: [Part]]
    /// See `TemplateUses.bodies`.
    let bodies: [String: Int]
    /// Last names of values that must be links.
    let links: Set<String>

    /// In bytes, over all texts of the template.
    package static let largest = 128 * 1024

    package init(_ document: TemplateDocument) throws(TemplateRefused) {
        var reading = Reading(declared: document.variables)
        let parts = reading.parts(document.texts, at: "")
        if parts.isEmpty, reading.faults.isEmpty {
            reading.faults.append(
                TemplateFault("", nil, "found no text, expected at least one of title, body and html; add one"))
        }
        var locales: [String: [Part]] = [:]
        var size = parts.reduce(0) { $0 + $1.size }
        for (tag, texts) in document.locales.sorted(by: { $0.key < $1.key }) {
            let place = "locales.\(tag)"
            let names = texts.parts.map(\.name)
            if names != document.texts.parts.map(\.name) {
                reading.faults.append(
                    TemplateFault(
                        place, nil,
                        "found \(names.isEmpty ? "no parts" : names.joined(separator: ", ")), expected the same parts as "
                            + "without a locale: \(document.texts.parts.map(\.name).joined(separator: ", "))"))
            }
            let translated = reading.parts(texts, at: place + ".")
            size += translated.reduce(0) { $0 + $1.size }
            if locales.updateValue(translated, forKey: tag.lowercased()) != nil {
                reading.faults.append(TemplateFault(place, nil, "found the language twice; remove one"))
            }
        }
        if size > Self.largest {
            reading.faults.append(
                TemplateFault("", nil, "found \(size) bytes of text, expected at most \(Self.largest); shorten it"))
        }
        for name in document.variables where document.variables.count(where: { $0 == name }) > 1 {
            reading.faults.append(TemplateFault("variables", nil, "found “\(name)” twice; remove one"))
            break
        }
        if !reading.faults.isEmpty { throw TemplateRefused(faults: reading.faults) }
        self.document = document
        self.parts = parts
        self.locales = locales
        attributes = reading.uses.attributes.sorted { $0.key < $1.key }
            .map { AttributeNeed(name: $0.key, isOptional: $0.value) }
        variables = reading.uses.variables.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        bodies = reading.uses.bodies
        links = reading.links
    }

    /// What is found out on the way.
    private struct Reading {
        var uses: TemplateUses
        var links: Set<String> = []
        var faults: [TemplateFault] = []

        init(declared: [String]) { uses = TemplateUses(declared: declared) }

        mutating func parts(_ texts: TemplateDocument.Texts, at place: String) -> [Part] {
            texts.parts.compactMap { name, text in
                PlainText.Part(rawValue: name).flatMap { part($0, text, place + name) }
            }
        }

        private mutating func part(_ name: PlainText.Part, _ text: String, _ place: String) -> Part? {
            guard text.utf8.count <= RenderedContent.largest else {
                faults.append(
                    TemplateFault(
                        place, nil,
                        "found \(text.utf8.count) bytes, expected at most \(RenderedContent.largest); shorten it"))
                return nil
            }
            guard PlainText.shows(text) else {
                faults.append(
                    TemplateFault(place, nil, "found nothing that shows, expected a text; leave the part out"))
                return nil
            }
            if let character = text.unicodeScalars.first(where: { PlainText.isTreacherous($0) }) {
                faults.append(
                    TemplateFault(
                        place, nil,
                        "found the character U+\(String(character.value, radix: 16, uppercase: true)), which changes "
                            + "how what follows is shown; take it out"))
            }
            if name == .title, text.contains(where: \.isNewline) {
                faults.append(TemplateFault(place, TemplatePlace(line: 2), "found a second line, expected one line"))
            }
            let (tags, faults) = TemplateScanner.scan(text, part: place)
            self.faults += faults
            guard faults.isEmpty else { return nil }
            let before = uses.faults.count
            uses.read(tags, part: place)
            self.faults += uses.faults[before...]
            if name == .html {
                let places = HTMLPlaces(text, tags, part: place)
                self.faults += places.faults
                links.formUnion(places.links)
            }
            return self.faults.isEmpty ? parse(name, text, place) : nil
        }

        /// In text nothing is escaped: a pragma, on a line of its own, tells the library so.
        private mutating func parse(_ name: PlainText.Part, _ text: String, _ place: String) -> Part? {
            do {
                return Part(
                    name: name,
                    parsed: try MustacheTemplate(
                        string: "{{% CONTENT_TYPE: \(name == .html ? SafeHTML.word : "TEXT")}}\n" + text),
                    isRightToLeft: PlainText.isRightToLeft(text), size: text.utf8.count)
            } catch let error as MustacheTemplate.ParserError {
                faults.append(
                    TemplateFault(
                        place,
                        TemplatePlace(line: error.context.lineNumber - 1, column: error.context.columnNumber),
                        "found what is no Mustache (\(error.error)); correct the tag"))
            } catch {
                faults.append(TemplateFault(place, nil, "found what is no Mustache; correct it"))
            }
            return nil
        }
    }
}

extension Template {
    /// What is wrong with what a message brings along, with pointers into its body.
    ///
    /// - Parameter others: variables that something else than this template may want of it.
    package func faults(variables: JSONObject, because: String?, alsoKnown others: [String] = []) -> Faults {
        var faults = Faults()
        let place = Place.root.member("variables")
        for (path, isOptional) in self.variables {
            if path == "because" {
                if !isOptional, because == nil {
                    faults.add(Place.root.member("because"), "missing, and the template uses it")
                }
                continue
            }
            let here = path.split(separator: ".").reduce(place) { $0.member(String($1)) }
            let value = Self.value(at: path, in: variables)
            if !isOptional, !(value.map(Self.shows) ?? false) {
                faults.add(here, "missing or blank, and the template cannot do without it; expected a text or a number")
            } else if let value, links.contains(String(path.split(separator: ".").last ?? "")), !Self.isLink(value) {
                faults.add(
                    here,
                    "the template has it as a link; expected one that begins with https://, http://, mailto: or tel:")
            }
        }
        for member in variables.members
        where !document.variables.contains(member.name) && !others.contains(member.name) {
            let near = Suggestion.nearest(to: member.name, among: document.variables)
            faults.add(
                place.member(member.name),
                "the template has no such variable"
                    + (near.map { ", did you mean “\($0)”?" }
                        ?? ", expected \(document.variables.isEmpty ? "none" : document.variables.joined(separator: ", "))")
            )
        }
        return faults
    }

    private static func value(at path: String, in variables: JSONObject) -> JSON? {
        var value: JSON? = .object(variables)
        for name in path.split(separator: ".") { value = value?.objectValue?[String(name)] }
        return value
    }

    /// Whether it can stand where a link begins: by itself, or one after the other.
    private static func isLink(_ value: JSON) -> Bool {
        switch value {
        case .string(let text): PlainText.isLink(text)
        case .array(let elements): elements.allSatisfy(isLink)
        case .integer, .number: false
        // Sections ask for them; they are not written.
        case .null, .bool, .object: true
        }
    }

    /// Refuses a sentence for a person of which nothing shows.
    package static func check(because: String?) throws(Problem) {
        guard let because, !PlainText.shows(because) else { return }
        throw .bad("/because", "found nothing that shows, expected one sentence such as \"You asked us to remind you\"")
    }

    /// Whether an attribute's value says anything: no blank text, nothing but texts, numbers and yes or no, or lists of
    /// them.
    package static func shows(_ value: JSON) -> Bool {
        switch value {
        case .null, .object: false
        case .string(let text): PlainText.shows(text)
        case .array(let elements):
            elements.contains { shows($0) }
                && elements.allSatisfy { $0.arrayValue == nil && $0.objectValue == nil }
        case .bool, .integer, .number: true
        }
    }
}

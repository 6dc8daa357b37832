import TactCore

/// A template as people write it: the body of `PUT /v1/templates/{name}`, or a file.
package struct TemplateDocument: Sendable, Equatable {
    /// The texts in one language.
    package struct Texts: Sendable, Equatable {
        /// One line: a mail's subject, a notification's title.
        package var title: String?
        /// Plain text.
        package var body: String?
        package var html: String?

        package init(title: String? = nil, body: String? = nil, html: String? = nil) {
            self.title = title
            self.body = body
            self.html = html
        }

        /// The parts there are, in order.
        package var parts: [(name: String, text: String)] {
            [("title", title), ("body", body), ("html", html)].compactMap { name, text in text.map { (name, $0) } }
        }
    }

    /// For whoever chooses among templates.
    package var description: String?
    /// The names of what messages bring along.
    package var variables: [String]
    package var texts: Texts
    /// By language tag, for people whose locale is that, or begins with it.
    package var locales: [String: Texts]

    package init(
        description: String? = nil, variables: [String] = [], texts: Texts, locales: [String: Texts] = [:]
    ) {
        self.description = description
        self.variables = variables
        self.texts = texts
        self.locales = locales
    }

    package static let mostVariables = 64
    package static let mostLocales = 64

    package init(_ bytes: some Collection<UInt8>) throws(Problem) {
        try self.init(json: try JSON(body: bytes))
    }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        description = fields.optional("description", .prose("a description", upTo: 500))
        variables = fields.optional("variables", .variables) ?? []
        texts = Texts(&fields)
        locales = fields.optional("locales", .locales) ?? [:]
        try fields.finish()
    }

    /// As on the wire; what there is not is left out.
    package var json: JSONObject {
        var object = JSONObject()
        object["description"] = description.map(JSON.string)
        object["variables"] = .array(variables.map(JSON.string))
        for part in texts.parts { object[part.name] = .string(part.text) }
        if !locales.isEmpty {
            var all = JSONObject()
            for (tag, texts) in locales.sorted(by: { $0.key < $1.key }) {
                var one = JSONObject()
                for part in texts.parts { one[part.name] = .string(part.text) }
                all[tag] = .object(one)
            }
            object["locales"] = .object(all)
        }
        return object
    }
}

extension TemplateDocument.Texts {
    fileprivate init(_ fields: inout Fields) {
        title = fields.optional("title", .templateText)
        body = fields.optional("body", .templateText)
        html = fields.optional("html", .templateText)
    }
}

extension FieldKind where Value == String {
    /// The name of a template: it stands in URLs, files and logs as it is.
    package static let templateName = FieldKind(
        "a template's name: 1 to 64 letters, digits, dots, dashes or underscores, beginning with a letter or digit",
        standIn: ""
    ) { json in
        guard case .string(let text) = json, text.isTemplateName else { return nil }
        return text
    }

    fileprivate static let templateText = FieldKind("a text of at most 65536 bytes", standIn: "") { json in
        json.stringValue.flatMap { $0.utf8.count <= 65_536 ? $0 : nil }
    }

    fileprivate static let variable = FieldKind(
        "a variable's name: 1 to 64 letters, digits or underscores, beginning with a letter, not “recipient”, “message” "
            + "or “because”", standIn: ""
    ) { json in
        guard case .string(let text) = json, text.isVariableName else { return nil }
        return text
    }

    /// Why the person gets a message, as its sender tells: one sentence.
    package static let because = FieldKind(
        "one sentence for the person, such as \"You asked us to remind you\", 1 to 200 characters on one line",
        standIn: ""
    ) { json in
        // Persian and emoji are not written without joiners.
        guard case .string(let text) = json, (1...800).contains(text.utf8.count), text.count <= 200,
            text.unicodeScalars.allSatisfy({ $0.isPrintable || $0.value == 0x200C || $0.value == 0x200D }),
            text.contains(where: { !$0.isWhitespace })
        else { return nil }
        return text
    }
}

extension String {
    /// Whether this can be a template's name.
    package var isTemplateName: Bool {
        (1...64).contains(utf8.count) && utf8.first?.isLetterOrDigit == true
            && utf8.allSatisfy { $0.isLetterOrDigit || "._-".utf8.contains($0) }
    }

    /// Whether this can be the name of a template's variable.
    package var isVariableName: Bool {
        (1...64).contains(utf8.count) && !["recipient", "message", "because"].contains(self)
            && utf8.first.map { $0.isLetterOrDigit && !(48...57).contains($0) } == true
            && utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }
    }
}

extension FieldKind where Value == [String] {
    fileprivate static let variables = FieldKind.list(
        of: .variable, 0...TemplateDocument.mostVariables, what: "names of variables")
}

extension FieldKind where Value == [String: TemplateDocument.Texts] {
    fileprivate static let locales = FieldKind(
        "an object of texts by language tag, at most \(TemplateDocument.mostLocales)", standIn: [:]
    ) { json, place, faults in
        guard case .object(let object) = json, object.members.count <= TemplateDocument.mostLocales else {
            faults.add(
                place,
                "expected an object of texts by language tag, at most \(TemplateDocument.mostLocales), found "
                    + json.described)
            return nil
        }
        var values: [String: TemplateDocument.Texts] = [:]
        for member in object.members {
            let here = place.member(member.name)
            guard FieldKind<String>.locale.read(.string(member.name), here, &faults) != nil,
                let texts = FieldKind<TemplateDocument.Texts>.texts.read(member.value, here, &faults)
            else { continue }
            values[member.name] = texts
        }
        return values
    }
}

extension FieldKind where Value == TemplateDocument.Texts {
    fileprivate static let texts = FieldKind.object(
        "an object such as {\"title\":\"…\",\"body\":\"…\"}", standIn: .init()
    ) { fields in TemplateDocument.Texts(&fields) }
}

/// `POST /v1/templates/{name}/render`: try a template out; nothing is stored.
package struct RenderRequest: Sendable, Equatable {
    /// The topic whose rules for data hold.
    package var topic: String
    /// Somebody who is known; their attributes and locale are used.
    package var recipient: String?
    /// Attributes to try instead, as a recipient's are declared.
    package var attributes: [String: RecipientDocument.Attribute]?
    package var locale: String?
    package var variables: JSONObject
    package var because: String?
    /// The instant at which it is judged; nil: now.
    package var at: Timestamp?

    package init(_ bytes: some Collection<UInt8>) throws(Problem) {
        var fields = try Fields(body: try JSON(body: bytes))
        topic = fields.required("topic", .topic)
        recipient = fields.optional("recipient", .recipient)
        attributes = fields.optional("attributes", .attributes)
        locale = fields.optional("locale", .locale)
        variables = fields.optional("variables", .variables) ?? JSONObject()
        because = fields.optional("because", .because)
        at = fields.optional("at", .instant)
        if recipient != nil, attributes != nil {
            fields.refuse("attributes", "expected either recipient or attributes, found both")
        }
        try fields.finish()
    }
}

extension FieldKind where Value == JSONObject {
    /// What a message brings along for its template; at most 32 KiB.
    package static let variables = FieldKind(
        "an object of variables such as {\"product\":\"Pizza\"}, at most 32768 bytes", standIn: JSONObject()
    ) { json in
        guard case .object(let object) = json, json.encoded().count <= 32_768 else { return nil }
        return object
    }
}

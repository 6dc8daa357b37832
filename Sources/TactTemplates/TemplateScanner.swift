/// A tag of a template.
struct TemplateTag: Hashable {
    enum Kind: Hashable {
        /// `{{name}}`
        case variable
        /// `{{#name}}`, `{{^name}}`, `{{/name}}`
        case section, inverted, end
        /// `{{! … }}`
        case comment
    }

    var kind: Kind
    /// `.`, or names with dots between them.
    var name: String
    var place: TemplatePlace
    /// How many bytes of the part are before it, and before what comes after it.
    var start: Int
    var end: Int

    var path: [String] { name.split(separator: ".").map(String.init) }
}

/// Finds the tags of a part. It knows the plain half of Mustache, and refuses the other: what is not here cannot be
/// worked out before it is rendered, or has no bound.
struct TemplateScanner {
    private let characters: [Character]
    private var index = 0
    /// Of what is before `index`.
    private var bytes = 0
    private var place = TemplatePlace()
    private let part: String
    private(set) var tags: [TemplateTag] = []
    private(set) var faults: [TemplateFault] = []

    /// How many tags a part may have, and how deep sections may be.
    static let mostTags = 500
    static let deepest = 8

    /// Characters are what the library goes by, too: a brace that is one character with what comes before it is none.
    private init(_ text: String, part: String) {
        characters = Array(text)
        self.part = part
    }

    static func scan(_ text: String, part: String) -> (tags: [TemplateTag], faults: [TemplateFault]) {
        var scanner = TemplateScanner(text, part: part)
        scanner.run()
        return (scanner.tags, scanner.faults)
    }

    private mutating func run() {
        while index < characters.count, faults.count < 20 {
            if isAt("{", "{") {
                tag()
                if tags.count > Self.mostTags {
                    faults.append(
                        TemplateFault(part, place, "found more than \(Self.mostTags) tags; make it two templates"))
                    return
                }
            } else {
                advance()
            }
        }
    }

    private func isAt(_ first: Character, _ second: Character) -> Bool {
        index + 1 < characters.count && characters[index] == first && characters[index + 1] == second
    }

    private mutating func advance() {
        if characters[index].isNewline {
            place.line += 1
            place.column = 1
        } else {
            place.column += 1
        }
        bytes += characters[index].utf8.count
        index += 1
    }

    /// At `{{`: reads up to `}}`.
    private mutating func tag() {
        let (start, first) = (place, bytes)
        advance()
        advance()
        guard let sign = index < characters.count ? characters[index] : nil else {
            return refuse(start, "found “{{” at the end, expected a name and “}}”")
        }
        if sign == "!" { return comment(start, first) }
        let kind: TemplateTag.Kind
        switch sign {
        case "#": kind = .section
        case "^": kind = .inverted
        case "/": kind = .end
        default: kind = .variable
        }
        if kind != .variable { advance() }
        if kind == .variable, let reason = Self.refused(sign) {
            skip()
            return refuse(start, reason)
        }
        let text = inside()
        guard isAt("}", "}") else {
            return refuse(start, "found “{{” without “}}” after it on the same line; close the tag")
        }
        advance()
        advance()
        let name = text.trimmingBlanks
        guard Self.isName(name) else {
            return refuse(
                start,
                "found “\(name.prefix(40))”, expected a name such as product or recipient.first_name: letters, digits and "
                    + "underscores with dots between")
        }
        tags.append(TemplateTag(kind: kind, name: name, place: start, start: first, end: bytes))
    }

    /// What of Mustache is not taken, by its sign.
    private static func refused(_ sign: Character) -> String? {
        switch sign {
        case "{", "&":
            "found a value that would not be escaped; write {{name}}: html is escaped, and text needs no escaping"
        case ">": "found a partial, which is not supported; write its text here"
        case "<", "$": "found inheritance, which is not supported; write the text here"
        case "=": "found other delimiters, which are not supported; use {{ and }}"
        case "%": "found a pragma, which is not supported; each part is escaped for what it is"
        default: nil
        }
    }

    private mutating func comment(_ start: TemplatePlace, _ first: Int) {
        while index < characters.count, !isAt("}", "}") { advance() }
        guard index < characters.count else {
            return refuse(start, "found a comment without an end; close it with “}}”")
        }
        advance()
        advance()
        tags.append(TemplateTag(kind: .comment, name: "!", place: start, start: first, end: bytes))
    }

    /// Up to `}}` or the end of the line.
    private mutating func inside() -> String {
        var text = ""
        while index < characters.count, !isAt("}", "}"), !characters[index].isNewline {
            text.append(characters[index])
            advance()
        }
        return text
    }

    /// Past a tag that is refused.
    private mutating func skip() {
        _ = inside()
        while index < characters.count, characters[index] == "}" { advance() }
    }

    private mutating func refuse(_ place: TemplatePlace, _ message: String) {
        faults.append(TemplateFault(part, place, message))
    }

    private static func isName(_ name: String) -> Bool {
        if name == "." { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return (1...6).contains(parts.count) && name.utf8.count <= 200
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        switch $0 {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                            true
                        default: false
                        }
                    }
            }
    }
}

extension String {
    /// Without spaces and tabs at its ends.
    var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

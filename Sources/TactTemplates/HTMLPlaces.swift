/// Where in HTML values may stand: in text, and in attribute values in quotes. There, what is escaped stays a value.
struct HTMLPlaces {
    /// Names of values that stand where a link begins; they must be links.
    private(set) var links: Set<String> = []
    private(set) var faults: [TemplateFault] = []

    private enum State: Equatable {
        case text
        case comment
        /// In a tag, outside of attribute values.
        case tag
        /// In an attribute's value, up to the quote.
        case value(Character)
        /// A value without quotes.
        case bare
        /// Text that is no text: scripts and styles, up to the end tag.
        case raw(String)
    }

    private var state = State.text
    private var element = ""
    private var attribute = ""
    private var isValueEmpty = true
    /// The sections that are open, and where each began.
    private var around: [Open] = []

    private struct Open {
        /// The last name of what it goes through; nil: it goes through nothing, since it asks for what is not there.
        var name: String?
        var state: State
        var attribute: String
        var isValueEmpty: Bool
    }

    private static let rawElements: Set<String> = [
        "script", "style", "iframe", "noscript", "xmp", "noembed", "noframes", "plaintext",
    ]
    private static let linkAttributes: Set<String> = [
        "href", "xlink:href", "src", "action", "formaction", "background", "poster", "data",
    ]

    init(_ text: String, _ tags: [TemplateTag], part: String) {
        let characters = Array(text)
        var index = 0
        for tag in tags {
            read(characters[index..<tag.start])
            let before = characters[..<tag.start].suffix(2)
            if tag.kind != .comment, state == .text, before.last == "<" || before.elementsEqual(["<", "/"]) {
                refuse(tag, part, "where an element's name stands; write the element out")
            }
            switch tag.kind {
            case .variable: take(tag, part)
            case .section, .inverted:
                takeSection(tag, part)
                around.append(
                    Open(
                        name: tag.kind == .section ? tag.path.last : nil, state: state, attribute: attribute,
                        isValueEmpty: isValueEmpty))
            case .end: end(tag, part)
            case .comment: break
            }
            index = tag.end
        }
        read(characters[index...])
    }

    private mutating func end(_ tag: TemplateTag, _ part: String) {
        let before = around.popLast()
        if before?.state != state || before?.attribute != attribute {
            refuse(tag, part, "where the section has left a tag or a quote open; close it inside the section")
        }
        // Where the section is left out, nothing of it stands in the value: what comes next may be its beginning.
        if before?.isValueEmpty == true { isValueEmpty = true }
    }

    private mutating func take(_ tag: TemplateTag, _ part: String) {
        switch state {
        case .text, .comment: return
        case .tag, .bare: refuse(tag, part, "in a tag outside of quotes; put the attribute's value in quotes")
        case .raw(let name): refuse(tag, part, "in <\(name)>, where escaping does not help; take it out")
        case .value:
            if attribute.hasPrefix("on") || attribute == "style" || attribute == "srcdoc" {
                refuse(tag, part, "in the attribute \(attribute), which is a program; take it out")
            } else if Self.linkAttributes.contains(attribute), isValueEmpty {
                if let name = tag.path.last {
                    links.insert(name)
                } else {
                    // `.` is of one of the sections around it; of which, only the values tell.
                    links.formUnion(around.compactMap(\.name))
                }
            }
            isValueEmpty = false
        }
    }

    /// Sections may go around elements, or stand in a value.
    private mutating func takeSection(_ tag: TemplateTag, _ part: String) {
        switch state {
        case .text, .comment, .value: return
        case .tag, .bare, .raw:
            refuse(tag, part, "in the middle of a tag, a script or a style; put it around the element")
        }
    }

    private mutating func refuse(_ tag: TemplateTag, _ part: String, _ where_: String) {
        faults.append(TemplateFault(part, tag.place, "found {{\(tag.name)}} " + where_))
    }

    // MARK: Reading

    private mutating func read(_ piece: ArraySlice<Character>) {
        var index = piece.startIndex
        while index < piece.endIndex {
            let rest = piece[index...]
            switch state {
            case .text:
                if rest.starts(with: "<!--") {
                    state = .comment
                } else if piece[index] == "<", let next = rest.dropFirst().first, next.isLetter || next == "/" {
                    beginTag(rest.dropFirst())
                }
            case .comment: if rest.starts(with: "-->") { state = .text }
            case .tag: readTag(piece, &index)
            case .value(let quote):
                if piece[index] == quote {
                    state = .tag
                    attribute = ""
                } else if !piece[index].isWhitespace {
                    isValueEmpty = false
                }
            case .bare:
                if piece[index] == ">" {
                    endTag()
                } else if piece[index].isWhitespace {
                    state = .tag
                    attribute = ""
                }
            case .raw(let name):
                let end = "</" + name
                if rest.prefix(end.count).map({ $0.lowercased() }).joined() == end {
                    state = .tag
                    element = "/" + name
                    index += end.count - 1
                }
            }
            index += 1
        }
    }

    private mutating func beginTag(_ rest: ArraySlice<Character>) {
        state = .tag
        attribute = ""
        // Browsers end a name at a slash, too: <script/x> is a script.
        let isEnd = rest.first == "/"
        let name = (isEnd ? rest.dropFirst() : rest).prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }
        element = (isEnd ? "/" : "") + name.map { $0.lowercased() }.joined()
    }

    private mutating func endTag() {
        attribute = ""
        state = Self.rawElements.contains(element) ? .raw(element) : .text
    }

    private mutating func readTag(_ piece: ArraySlice<Character>, _ index: inout Int) {
        switch piece[index] {
        case ">": endTag()
        case "=":
            var next = index + 1
            while next < piece.endIndex, piece[next].isWhitespace { next += 1 }
            isValueEmpty = true
            if next < piece.endIndex, piece[next] == "\"" || piece[next] == "'" {
                state = .value(piece[next])
                index = next
            } else {
                state = .bare
            }
        case let character where character.isWhitespace || character == "/":
            if piece[..<index].last.map({ !$0.isWhitespace }) == true, !attribute.isEmpty { isNameOver = true }
        case let character:
            if isNameOver { attribute = "" }
            isNameOver = false
            attribute += character.lowercased()
        }
    }

    /// The name of an attribute has ended; an equals sign may still come.
    private var isNameOver = false
}

/// Where in HTML values may stand: in text, and in attribute values in quotes. There, what is escaped stays a value.
struct HTMLPlaces {
    /// Names of values that stand where a link begins; they must be links.
    private(set) var links: Set<String> = []
    private(set) var faults: [TemplateFault] = []

    private var reader = HTMLReader()
    private let part: String
    /// The sections that are open, and where each began.
    private var around: [Open] = []
    /// The tag that the byte before was, in a comment.
    private var inComment: TemplateTag?

    private struct Open {
        /// The last name of what it goes through; nil: it goes through nothing, since it asks for what is not there.
        var name: String?
        var reader: HTMLReader
    }

    private static let linkAttributes: Set<String> = [
        "href", "src", "action", "formaction", "background", "poster", "data", "cite", "longdesc",
    ]
    /// What a link may begin with that is written out.
    private static let schemes: Set<String> = ["https", "http", "mailto", "tel", "cid"]

    init(_ text: String, _ tags: [TemplateTag], part: String) {
        self.part = part
        let bytes = Array(text.utf8)
        var index = 0
        for tag in tags {
            read(bytes[index..<tag.start])
            switch tag.kind {
            case .variable: take(tag)
            case .section, .inverted:
                takeSection(tag)
                around.append(Open(name: tag.kind == .section ? tag.path.last : nil, reader: reader))
            case .end: end(tag)
            case .comment: break
            }
            index = tag.end
        }
        read(bytes[index...])
        for what in reader.strange.prefix(1) {
            faults.append(
                TemplateFault(
                    part, nil, "found \(what), where browsers go by rules that are not checked here; take it out"))
        }
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if let tag = inComment, "-!>".utf8.contains(byte) { refuseInComment(tag) }
            inComment = nil
            reader.read(byte)
        }
    }

    private mutating func end(_ tag: TemplateTag) {
        guard let before = around.popLast() else { return }
        if before.reader.state != reader.state || before.reader.attribute != reader.attribute {
            refuse(tag, "where the section has left a tag or a quote open; close it inside the section")
        }
        // Where the section is left out, nothing of it stands in the value: what comes next may be its beginning.
        reader.prefix = before.reader.prefix
        if case .comment = reader.state { inComment = tag }
    }

    private mutating func take(_ tag: TemplateTag) {
        switch reader.state {
        case .text: break
        case .value: takeInValue(tag)
        case .comment(let place): takeInComment(tag, place)
        case .opening: refuse(tag, "where an element's name stands; write the element out")
        case .declaration: refuse(tag, "in a declaration; take it out")
        case .name, .beforeAttribute, .attribute, .afterAttribute, .slash, .beforeValue, .bare:
            refuse(tag, "in a tag outside of quotes; put the attribute's value in quotes")
        case .raw(let name, _):
            if !reader.isReadable {
                refuse(tag, "in <\(String(decoding: name, as: UTF8.self))>, where escaping does not help; take it out")
            }
        }
    }

    private mutating func takeInValue(_ tag: TemplateTag) {
        let attribute = String(decoding: reader.attribute, as: UTF8.self)
        if attribute.hasPrefix("on") || attribute == "style" || attribute == "srcdoc" {
            return refuse(tag, "in the attribute \(attribute), which is a program; take it out")
        }
        guard Self.linkAttributes.contains(attribute) else { return }
        let before = String(decoding: reader.prefix.drop { $0 <= 0x20 }, as: UTF8.self)
        if before.isEmpty {
            if let name = tag.path.last {
                links.insert(name)
            } else {
                // `.` is of one of the sections around it; of which, only the values tell.
                links.formUnion(around.compactMap(\.name))
            }
        } else if !Self.isBegun(before) {
            refuse(
                tag,
                "after “\(before.prefix(20))” where a link begins, so that it would decide what kind of link it is; begin "
                    + "with https://, with /, or with a value that is a whole link")
        }
        // What comes after it is not the beginning any more.
        reader.prefix = Array("/".utf8)
    }

    /// Whether it is decided what kind of link this is: one to somewhere else, or within the same place.
    private static func isBegun(_ link: String) -> Bool {
        let head = link.utf8.prefix { !":/?#".utf8.contains($0) }
        guard head.count < link.utf8.count else { return false }
        // An entity or a line break may hide a letter of the scheme.
        if head.contains(where: { $0 == UInt8(ascii: "&") || $0 < 0x20 }) { return false }
        let isScheme = link.utf8.dropFirst(head.count).first == UInt8(ascii: ":")
        return !isScheme || schemes.contains(String(decoding: head, as: UTF8.self).lowercased())
    }

    /// Sections may go around elements, or stand in a value.
    private mutating func takeSection(_ tag: TemplateTag) {
        switch reader.state {
        case .text, .value: return
        case .comment(let place): takeInComment(tag, place)
        case .opening: refuse(tag, "where an element's name stands; write the element out")
        case .declaration, .name, .beforeAttribute, .attribute, .afterAttribute, .slash, .beforeValue, .bare, .raw:
            if !reader.isReadable {
                refuse(tag, "in the middle of a tag, a script or a style; put it around the element")
            }
        }
    }

    private mutating func takeInComment(_ tag: TemplateTag, _ place: HTMLReader.Comment) {
        switch place {
        case .inside: inComment = tag
        case .start, .startDash, .endDash, .end, .endBang: refuseInComment(tag)
        }
    }

    private mutating func refuseInComment(_ tag: TemplateTag) {
        refuse(tag, "next to what may end the comment; put a space between")
    }

    private mutating func refuse(_ tag: TemplateTag, _ where_: String) {
        faults.append(TemplateFault(part, tag.place, "found {{\(tag.name)}} " + where_))
    }
}

/// Reads HTML as browsers do (the tokenizer of the HTML standard), as far as is needed to know where in it one is. Byte by
/// byte: all that means something is ASCII, and a quote with an accent on it is a quote.
struct HTMLReader {
    enum State: Equatable {
        case text
        /// After `<`: what begins is not known yet. What came so far.
        case opening([UInt8])
        case comment(Comment)
        /// `<!doctype …>` and what browsers take for a comment up to the next `>`.
        case declaration
        /// In a tag: in the element's name, and then around attributes' names.
        case name, beforeAttribute, attribute, afterAttribute, slash, beforeValue
        /// In an attribute's value, up to the quote.
        case value(quote: UInt8)
        /// In a value without quotes.
        case bare
        /// Text of an element that has no elements in it, up to its end tag, of which so much has come.
        case raw([UInt8], matched: Int)
    }

    enum Comment { case start, startDash, inside, endDash, end, endBang }

    private(set) var state = State.text
    /// In small letters, of an end tag with its slash.
    private(set) var element: [UInt8] = []
    private(set) var attribute: [UInt8] = []
    /// How the value begins that is being read.
    var prefix: [UInt8] = []
    /// Elements that began and follow rules that are not read here.
    private(set) var strange: [String] = []

    /// A link's scheme is shorter.
    private static let longestPrefix = 64

    /// Their text is no text to read. Values in the last two are escaped as elsewhere.
    private static let raw = ["script", "style", "iframe", "xmp", "noembed", "noframes", "title", "textarea"]
    private static let readable = ["title", "textarea"]
    /// In these, or because of these, browsers read differently.
    private static let foreign = ["svg", "math", "noscript", "plaintext", "select", "frameset"]

    /// Whether a value that is escaped stays a value here.
    var isReadable: Bool {
        switch state {
        case .text: true
        case .raw(let name, let matched): matched == 0 && Self.readable.contains(String(decoding: name, as: UTF8.self))
        case .opening, .comment, .declaration, .name, .beforeAttribute, .attribute, .afterAttribute, .slash,
            .beforeValue, .value, .bare:
            false
        }
    }

    mutating func read(_ byte: UInt8) {
        switch state {
        case .text: if byte == UInt8(ascii: "<") { state = .opening([]) }
        case .opening(let before): open(byte, before)
        case .comment(let place): comment(byte, place)
        case .declaration: if byte == UInt8(ascii: ">") { state = .text }
        case .name, .beforeAttribute, .attribute, .afterAttribute, .slash, .beforeValue: tag(byte)
        case .value(let quote):
            if byte == quote {
                state = .beforeAttribute
                attribute = []
            } else if prefix.count < Self.longestPrefix {
                prefix.append(byte)
            }
        case .bare:
            if byte == UInt8(ascii: ">") { endTag() } else if byte.isHTMLSpace { state = .beforeAttribute }
        case .raw(let name, let matched): raw(byte, name, matched)
        }
    }

    private mutating func open(_ byte: UInt8, _ before: [UInt8]) {
        switch before {
        case [] where byte == UInt8(ascii: "/") || byte == UInt8(ascii: "!"): state = .opening([byte])
        case [] where byte == UInt8(ascii: "?"): state = .declaration
        case [] where byte.isLetter, Array("/".utf8) where byte.isLetter:
            element = before + [byte.lowered]
            state = .name
        case []:
            state = .text
            read(byte)
        case Array("!".utf8) where byte == UInt8(ascii: "-"): state = .opening(before + [byte])
        case Array("!-".utf8) where byte == UInt8(ascii: "-"): state = .comment(.start)
        default: state = byte == UInt8(ascii: ">") ? .text : .declaration
        }
    }

    private mutating func comment(_ byte: UInt8, _ place: Comment) {
        let (isDash, isEnd) = (byte == UInt8(ascii: "-"), byte == UInt8(ascii: ">"))
        switch place {
        case .start: state = isEnd ? .text : .comment(isDash ? .startDash : .inside)
        case .startDash: state = isEnd ? .text : .comment(isDash ? .end : .inside)
        case .inside: if isDash { state = .comment(.endDash) }
        case .endDash: state = .comment(isDash ? .end : .inside)
        case .end where byte == UInt8(ascii: "!"): state = .comment(.endBang)
        case .end: state = isEnd ? .text : .comment(isDash ? .end : .inside)
        case .endBang: state = isEnd ? .text : .comment(isDash ? .endDash : .inside)
        }
    }

    private mutating func tag(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: ">"): endTag()
        case _ where state == .beforeValue:
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                state = .value(quote: byte)
                prefix = []
            } else if !byte.isHTMLSpace {
                state = .bare
            }
        case UInt8(ascii: "/"): state = .slash
        case _ where state == .name:
            if byte.isHTMLSpace { state = .beforeAttribute } else { element.append(byte.lowered) }
        case UInt8(ascii: "=") where state == .attribute || state == .afterAttribute: state = .beforeValue
        case _ where byte.isHTMLSpace: state = state == .attribute ? .afterAttribute : state.afterSpace
        case _ where state == .attribute: attribute.append(byte.lowered)
        default:
            // Also an equals sign: with no name before it, it is one itself.
            attribute = [byte.lowered]
            state = .attribute
        }
    }

    private mutating func endTag() {
        attribute = []
        let name = String(decoding: element, as: UTF8.self)
        if Self.foreign.contains(name) { strange.append("<\(name)>") }
        state = Self.raw.contains(name) ? .raw(element, matched: 0) : .text
        recent = []
    }

    /// The last bytes of a script.
    private var recent: [UInt8] = []

    private mutating func raw(_ byte: UInt8, _ name: [UInt8], _ matched: Int) {
        if name == Array("script".utf8) {
            recent = recent.suffix(3) + [byte]
            if recent == Array("<!--".utf8) { strange.append("<!-- in <script>") }
        }
        let end = Array("</".utf8) + name
        if matched == end.count, byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
            element = [UInt8(ascii: "/")] + name
            state = .beforeAttribute
            return tag(byte)
        }
        let isNext = matched < end.count && byte.lowered == end[matched]
        state = .raw(name, matched: isNext ? matched + 1 : byte == UInt8(ascii: "<") ? 1 : 0)
    }
}

extension HTMLReader.State {
    /// A space ends what a slash has begun, and changes nothing otherwise.
    fileprivate var afterSpace: HTMLReader.State { self == .slash ? .beforeAttribute : self }
}

extension UInt8 {
    fileprivate var isHTMLSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0C || self == 0x0D }
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowered) }
    fileprivate var lowered: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}

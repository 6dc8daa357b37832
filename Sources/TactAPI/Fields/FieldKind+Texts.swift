/// Texts, with the bounds the wire sets. Lengths are in bytes of UTF-8.
extension FieldKind where Value == String {
    /// Printable text of a length; no control, format or separator characters, so that one line is one line and what
    /// looks the same has fewer chances to be different.
    package static func printable(_ expected: String, _ range: ClosedRange<Int>) -> FieldKind {
        FieldKind(expected + ", \(range.lowerBound) to \(range.upperBound) printable bytes", standIn: "") { json in
            guard case .string(let text) = json, text.isPrintable(range) else { return nil }
            return text
        }
    }

    /// Text of a length that may have line feeds and tabs, but no other control characters.
    package static func prose(_ expected: String, upTo most: Int) -> FieldKind {
        FieldKind(expected + ", at most \(most) bytes", standIn: "") { json in
            guard case .string(let text) = json, text.utf8.count <= most,
                text.unicodeScalars.allSatisfy({ $0.isPrintable || $0 == "\n" || $0 == "\t" })
            else { return nil }
            return text
        }
    }

    /// The app's own id of a person. Not `.` and `..`, which clients take out of paths.
    package static let recipient = FieldKind(
        "a recipient id, 1 to 256 printable bytes, not “.” or “..”", standIn: ""
    ) { json in
        guard case .string(let text) = json, text.isRecipientID else { return nil }
        return text
    }

    package static let topic = printable("a topic", 1...128)
    package static let channel = printable("a channel", 1...128)
    package static let subject = printable("a subject such as \"order:42\"", 1...256)
    package static let sender = printable("a sender", 1...256)
    package static let key = printable("a key", 1...256)
    package static let messageID = printable("a message id", 1...64)
    package static let lease = printable("the lease that came with the message", 1...128)
    package static let timeZone = printable("an IANA time zone such as \"Europe/Paris\"", 1...128)

    /// ISO 3166-1 alpha-2.
    package static let country = FieldKind("an ISO 3166 country of two capitals such as \"FR\"", standIn: "") { json in
        guard case .string(let text) = json, text.utf8.count == 2,
            text.utf8.allSatisfy({ UInt8(ascii: "A") <= $0 && $0 <= UInt8(ascii: "Z") })
        else { return nil }
        return text
    }

    /// A language tag (RFC 5646), by its form only.
    package static let locale = FieldKind("a language tag such as \"fr-FR\"", standIn: "") { json in
        guard case .string(let text) = json, (2...35).contains(text.utf8.count),
            text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).allSatisfy({ subtag in
                (1...8).contains(subtag.count) && subtag.allSatisfy(\.isLetterOrDigit)
            })
        else { return nil }
        return text
    }
}

extension FieldKind where Value == [String] {
    private static let channelList = FieldKind.list(of: .channel, 1...16, what: "channels")

    /// Names of channels, each once.
    package static let channels = FieldKind(channelList.expected, standIn: []) { json, place, faults in
        guard let names = channelList.read(json, place, &faults) else { return nil }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            faults.add(place.element(index), "\(JSON.quoted(name)) comes twice")
        }
        return names
    }
}

extension String {
    /// Whether this can be a recipient's id.
    package var isRecipientID: Bool { isPrintable(1...256) && self != "." && self != ".." }

    /// Whether every character shows as such, and the length in bytes is in range.
    package func isPrintable(_ range: ClosedRange<Int>) -> Bool {
        guard range.contains(utf8.count) else { return false }
        if utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return true }
        return unicodeScalars.allSatisfy(\.isPrintable)
    }
}

extension UInt8 {
    /// Of ASCII.
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Not a control, format, line or paragraph separator character, and assigned.
    package var isPrintable: Bool {
        if isASCII { return 0x20 <= value && value < 0x7F }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate: return false
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation,
            .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .spaceSeparator,
            .privateUse:
            return true
        @unknown default: return false
        }
    }
}

import Foundation

/// Values as they may stand in a message: normalized, on one line where a line is needed, and unable to change the
/// direction or the order of what is around them.
enum PlainText {
    /// What a value is put into.
    enum Part: String, Sendable {
        /// One line.
        case title
        case body, html
    }

    /// nil: nothing of it shows.
    static func clean(_ value: String, for part: Part) -> String? {
        var scalars = String.UnicodeScalarView()
        var marks = 0
        for scalar in value.replacing("\r\n", with: "\n")
            .precomposedStringWithCanonicalMapping.unicodeScalars
        {
            let kind = kind(of: scalar)
            marks = kind == .mark ? marks + 1 : 0
            switch kind {
            case .shown: scalars.append(scalar)
            case .mark: if marks <= mostMarks { scalars.append(scalar) }
            case .joiner: if let last = scalars.last, joins(last) { scalars.append(scalar) }
            case .selector:
                if let last = scalars.last, joins(last) || last.properties.isEmoji { scalars.append(scalar) }
            case .line: scalars.append(part == .title ? " " : "\n")
            case .blank: scalars.append(part == .title ? " " : scalar)
            case .dropped: break
            }
        }
        while let last = scalars.last, kind(of: last) == .joiner { scalars.removeLast() }
        let text = part == .title ? oneLine(String(scalars)) : trimmed(String(scalars))
        return shows(text) ? text : nil
    }

    /// On one letter. No script has more; whoever has more writes over the lines around.
    private static let mostMarks = 8

    /// Whether a joiner after it joins or keeps apart anything: nothing does between letters that stand by themselves, and
    /// there it would only make two names of what looks like one.
    private static func joins(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x590, 0x1E00...0x1FFF, 0x2C00...0x2DFF, 0x3040...0x33FF, 0xA640...0xA69F, 0xA720...0xA7FF,
            0xAC00...0xD7FF, 0xFB00...0xFB17, 0xFF00...0xFFEF:
            false
        default:
            switch kind(of: scalar) {
            case .shown, .mark, .selector: true
            case .joiner, .line, .blank, .dropped: false
            }
        }
    }

    /// Whether anything of it can be seen.
    static func shows(_ text: String) -> Bool {
        text.unicodeScalars.contains {
            switch kind(of: $0) {
            case .shown: $0.value != 0x2800
            case .mark, .selector, .joiner, .line, .blank, .dropped: false
            }
        }
    }

    /// In isolation (UAX #9), where it, or what is around it, is written from right to left. A value has no control of
    /// directions left in it, so this one is balanced.
    static func isolated(_ value: String, among text: Bool) -> String {
        text || isRightToLeft(value) ? "\u{2068}\(value)\u{2069}" : value
    }

    /// Whether it has letters of scripts that are written from right to left.
    static func isRightToLeft(_ text: String) -> Bool {
        text.unicodeScalars.contains {
            switch $0.value {
            case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
            default: false
            }
        }
    }

    /// On one line, with single spaces.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A word with letters of more than one of the alphabets that look alike: a name that may pretend to be another.
    static func mixesAlphabets(_ text: String) -> Bool {
        text.split(whereSeparator: { !$0.isLetter }).contains { word in
            var alphabets: Set<Int> = []
            for scalar in word.unicodeScalars {
                switch scalar.value {
                case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x1E00...0x1EFF: alphabets.insert(0)
                case 0x370...0x3FF, 0x1F00...0x1FFF: alphabets.insert(1)
                case 0x400...0x52F, 0x1C80...0x1C8F: alphabets.insert(2)
                case 0x530...0x58F: alphabets.insert(3)
                case 0x13A0...0x13FF: alphabets.insert(4)
                default: break
                }
            }
            return alphabets.count > 1
        }
    }

    /// A mark of direction that can turn round what follows, or a control character: no template needs it.
    static func isTreacherous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0x09: false
        case 0x202A...0x202E, 0x2066...0x206F: true
        default: scalar.properties.generalCategory == .control
        }
    }

    private enum Kind {
        case shown
        /// On the letter before it.
        case mark
        /// Says how the emoji, ideograph or Mongolian letter before it is drawn.
        case selector
        /// Joins or keeps apart letters in the scripts that need it, and parts of emoji.
        case joiner
        case line, blank
        /// Controls, marks of direction, and what is not seen at all.
        case dropped
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029: return .line
        case 0x09, 0x20, 0xA0: return .blank
        case 0x200C, 0x200D: return .joiner
        // Marks, embeddings, overrides and isolates of direction.
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F: return .dropped
        // Flags of regions are spelt with tags, and so is hidden text.
        case 0xE0000...0xE007F: return .dropped
        case 0x180B...0x180D, 0x180F, 0xFE00...0xFE0F, 0xE0100...0xE01EF: return .selector
        default: break
        }
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return .dropped }
        switch properties.generalCategory {
        case .control, .format, .surrogate: return .dropped
        case .nonspacingMark, .enclosingMark: return .mark
        case .spaceSeparator: return .blank
        default: return .shown
        }
    }

    /// Whether a browser or a mail program goes there without doing anything else.
    static func isLink(_ text: String) -> Bool {
        let start = text.prefix(16).lowercased()
        return ["https://", "http://", "mailto:", "tel:"].contains { start.hasPrefix($0) }
            && !text.contains(where: \.isWhitespace)
    }
}

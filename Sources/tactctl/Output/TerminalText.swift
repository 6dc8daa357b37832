import TactAPI

/// `1 channel`, `2 channels`.
func counted(_ count: some BinaryInteger, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
}

/// Text from elsewhere, made fit for a terminal.
enum TerminalText {
    /// With every character that is no plain text escaped, so that no daemon, app or recipient can move the cursor,
    /// change colours or turn the direction of writing.
    static func safe(_ text: String, keepingLines: Bool = false) -> String {
        if text.utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if scalar.isPrintable || (keepingLines && scalar == "\n") {
                safe.unicodeScalars.append(scalar)
            } else {
                safe += escape(scalar)
            }
        }
        return safe
    }

    /// JSON with everything that JSON leaves as it is but a terminal might not.
    static func safe(json: [UInt8]) -> [UInt8] {
        if json.allSatisfy({ $0 < 0x7F }) { return json }
        var safe = ""
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            if scalar.isPrintable || scalar == "\n" {
                safe.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 { safe += "\\u" + padded(String(unit, radix: 16)) }
            }
        }
        return Array(safe.utf8)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }

    private static func padded(_ digits: String) -> String {
        String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// How many columns a text takes: wide characters two, marks none. Escapes for colours count as nothing.
    static func width(_ text: String) -> Int {
        var width = 0
        var isEscape = false
        for scalar in text.unicodeScalars {
            if isEscape {
                isEscape = scalar != "m"
            } else if scalar == "\u{1B}" {
                isEscape = true
            } else {
                width += columns(scalar)
            }
        }
        return width
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// At most so many columns; what is cut off leaves a “…”. For text without colours.
    static func clipped(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        var clipped = ""
        var used = 0
        for character in text {
            used += width(String(character))
            if used > columns - 1 { break }
            clipped.append(character)
        }
        return clipped + "…"
    }
}

import Mustache
import TactAPI

/// Texts from outside, as they may be shown. What is invisible, or turns the line around it, goes: names and titles are
/// not to look like something else. (They stand in `<bdi>` besides, so that a right-to-left name leaves its surroundings as
/// they are.)
func shown(_ text: String, atMost limit: Int = 2000) -> String {
    var out = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
        guard count < limit else {
            out.append("…")
            break
        }
        count += 1
        switch scalar.properties.generalCategory {
        case .control: out.append(" ")
        // U+200C and U+200D join letters and emoji.
        case .format where scalar.value != 0x200C && scalar.value != 0x200D: continue
        case .lineSeparator, .paragraphSeparator: out.append(" ")
        case .surrogate, .privateUse, .unassigned: out.append("\u{FFFD}")
        default: out.append(scalar)
        }
    }
    return String(out)
}

/// Escaping as browsers need it, in place of the library's: that one looks at characters as people see them.
struct SafeHTML: MustacheContentType {
    static let name = "SAFE"

    func escapeText(_ text: String) -> String { text.escapedForHTML }
}

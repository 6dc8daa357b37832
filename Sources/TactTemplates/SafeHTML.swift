import Mustache
import TactAPI

/// Escaping as browsers need it, in place of the library's: that one looks at characters as people see them.
struct SafeHTML: MustacheContentType {
    /// The word that stands in a template's pragma; known to the library once this was asked for.
    static let word: String = {
        MustacheContentTypes.register(SafeHTML(), named: "SAFEHTML")
        return "SAFEHTML"
    }()

    func escapeText(_ text: String) -> String { text.escapedForHTML }
}

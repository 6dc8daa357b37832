import TactAPI

/// What a template has come out as.
package struct RenderedContent: Sendable, Equatable {
    /// Of all parts together, in bytes.
    package static let largest = 64 * 1024
    /// Of a title.
    static let longestTitle = 998

    /// By part, in order: title, body, html.
    package internal(set) var parts: [(name: String, text: String)] = []

    package init() {}

    package static func == (a: RenderedContent, b: RenderedContent) -> Bool {
        a.parts.elementsEqual(b.parts) { $0 == $1 }
    }

    package init(title: String, body: String, html: String?) {
        parts = [("title", title), ("body", body)]
        if let html { parts.append(("html", html)) }
    }

    /// What came with the message, with these texts in it; in place of its own, where a fallback has other parts.
    package func merged(into content: JSONObject) -> JSONObject {
        var content = content
        for part in parts { content[part.name] = .string(part.text) }
        return content
    }
}

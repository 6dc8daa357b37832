/// Why a template could not be put into words at the moment of release.
package struct RenderingFailure: Error, Hashable, Sendable {
    /// The raw values are kept in the database.
    package enum Kind: String, CaseIterable, Sendable {
        /// It came out longer than a message may be.
        case tooLarge = "too_large"
        /// A part came out without anything that shows.
        case empty
        /// A value is missing that the template cannot do without.
        case valueMissing = "value_missing"
        /// A value is an object where a text is needed.
        case notText = "not_text"
        /// A value stands where a link begins, and is none.
        case notLink = "not_link"
        /// The template, or the topic's fallback, is no longer there.
        case templateGone = "template_gone"
    }

    package var kind: Kind
    /// The part, the value or the template that is to blame; never what the value says.
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// What the data use rule says of it.
    package var finding: Finding {
        Finding(rule: .dataUse, effect: .suppress, code: .renderingFailed, name: name, detail: .unrendered(kind))
    }
}

import TactAPI

/// One thing that is wrong with a template.
package struct TemplateFault: Hashable, Sendable, CustomStringConvertible {
    /// The part: `body`, or `locales.de.body`; empty: the template as a whole.
    package var part: String
    /// In the part, from 1; nil: no place is to blame.
    package var line: Int?
    package var column: Int?
    /// What was found, what is expected, and what to do.
    package var message: String

    init(_ part: String, _ place: TemplatePlace? = nil, _ message: String) {
        self.part = part
        line = place?.line
        column = place?.column
        self.message = message
    }

    package var description: String {
        let place = line.flatMap { line in column.map { "line \(line), column \($0)" } }
        return [part.isEmpty ? nil : part, place, message].compactMap(\.self).joined(separator: ": ")
    }
}

/// A place in a part, from 1.
struct TemplatePlace: Hashable {
    var line = 1
    var column = 1
}

/// Why a template is not taken: everything that is wrong with it.
package struct TemplateRefused: Error, Hashable, Sendable {
    /// Never empty.
    package var faults: [TemplateFault]

    /// As the API tells it.
    package var problem: Problem {
        var named = Faults()
        for fault in faults {
            let place = fault.part.split(separator: ".").reduce(Place.root) { $0.member(String($1)) }
            let lead = fault.line.flatMap { line in fault.column.map { "line \(line), column \($0): " } } ?? ""
            named.add(place, lead + fault.message)
        }
        return .bad(named, kind: .invalidTemplate)
    }
}

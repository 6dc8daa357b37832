import TactAPI
import TactCore
import Testing

@testable import TactTemplates

/// A template of a body alone.
func template(_ body: String, variables: [String] = []) throws -> Template {
    try Template(TemplateDocument(variables: variables, texts: .init(body: body)))
}

/// What a template of a body alone comes out as.
func body(
    _ text: String, _ attributes: [String: JSON] = [:], variables: JSONObject = [:], declared: [String]? = nil,
    because: String? = nil
) throws -> String {
    let template = try template(text, variables: declared ?? variables.names)
    let content = try template.render(.init(attributes: attributes, variables: variables, because: because))
    return try #require(content.parts.first?.text)
}

/// What is wrong with a template.
func faults(_ document: TemplateDocument, sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
    do throws(TemplateRefused) {
        _ = try Template(document)
        Issue.record("was taken", sourceLocation: sourceLocation)
        return []
    } catch {
        return error.faults.map(\.description)
    }
}

func faults(
    _ body: String, variables: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
) -> [String] {
    faults(TemplateDocument(variables: variables, texts: .init(body: body)), sourceLocation: sourceLocation)
}

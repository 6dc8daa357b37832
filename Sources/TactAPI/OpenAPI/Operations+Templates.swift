extension OpenAPI {
    private static let template = Operation.Parameter(
        name: "name", place: .path, text: "The template's name.",
        schema: ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"])

    static let templateOperations = [
        Operation(
            method: .get, path: "/v1/templates", id: "listTemplates", tag: .templates, roles: [.submit, .operate],
            summary: "List templates", text: "With what each uses, worked out from its texts.",
            answers: [(200, "All templates, by name.", .json("", "TemplatePage"))]),
        Operation(
            method: .get, path: "/v1/templates/{name}", id: "showTemplate", tag: .templates,
            roles: [.submit, .operate], summary: "Show a template and its versions", parameters: [template],
            answers: [(200, "The template.", .json("", "Template"))], problems: [.notFound]),
        Operation(
            method: .put, path: "/v1/templates/{name}", id: "setTemplate", tag: .templates, roles: [.operate],
            summary: "Set a template",
            text: """
                What differs from the version before becomes a new version, for new messages. Messages that were accepted \
                keep theirs.
                """,
            parameters: [template], body: .json("The template.", "TemplateDocument"),
            answers: [(200, "The template.", .json("", "Template"))],
            problems: [.invalidTemplate, .templateOfFile, .diskFull],
            links: ["showTemplate", "removeTemplate", "renderTemplate"].map {
                .init(operation: $0, parameters: [("name", "$request.path.name")])
            }),
        Operation(
            method: .delete, path: "/v1/templates/{name}", id: "removeTemplate", tag: .templates, roles: [.operate],
            summary: "Remove a template", text: "Messages that were accepted with it are still worded by it.",
            parameters: [template], answers: [(204, "It is gone.", nil)], problems: [.notFound, .templateOfFile]),
        Operation(
            method: .post, path: "/v1/templates/{name}/render", id: "renderTemplate", tag: .templates,
            roles: [.operate], summary: "Try a template out", text: "Nothing is stored, and nothing goes out.",
            parameters: [template], body: .json("What it is tried with.", "RenderRequest"),
            answers: [(200, "What came of it.", .json("", "Rendering"))],
            problems: [.notFound, .unknownTopic]),
    ]
}

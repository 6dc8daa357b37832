extension OpenAPI {
    /// Paths that are settled, of what is not built yet: all of them answer 501, and change nothing.
    static let unbuiltOperations = [
        unbuilt(.delete, "/v1/recipients/{id}", "eraseRecipient", [.administer], "Erase a recipient"),
        unbuilt(
            .get, "/v1/recipients/{id}/export", "exportRecipient", [.administer], "All that is held on a recipient"),
    ]

    private static func unbuilt(
        _ method: Operation.Method, _ path: String, _ id: String, _ roles: [Operation.Role], _ summary: String
    ) -> Operation {
        let recipient = Operation.Parameter(
            name: "id", place: .path, text: "The recipient's id, percent-encoded.", schema: Schemas.text(1...256))
        return Operation(
            method: method, path: path, id: id, tag: path.contains("{id}") ? .recipients : .operators, roles: roles,
            summary: summary, text: "Not built yet.", parameters: path.contains("{id}") ? [recipient] : [], answers: [],
            problems: [.notSupported], isBuilt: false)
    }
}

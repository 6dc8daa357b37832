extension JSON {
    /// This value after a merge patch (RFC 7396, section 2): members of objects are replaced one by one, a null
    /// takes its member away, and anything else takes the place of what was.
    package func merged(with patch: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var result = objectValue ?? JSONObject()
        for change in changes.members {
            result[change.name] = change.value.isNull ? nil : (result[change.name] ?? .null).merged(with: change.value)
        }
        return .object(result)
    }
}

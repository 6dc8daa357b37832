extension JSON {
    /// This value after a merge patch (RFC 7396, section 2): members of objects are replaced one by one, a null
    /// takes its member away, and anything else takes the place of what was.
    package func merged(with patch: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var members: [JSONObject.Member?] = objectValue?.members ?? []
        // Looked up, for both may be long.
        var places: [String: Int] = [:]
        for (place, member) in members.enumerated() { places[member?.name ?? ""] = place }
        for change in changes.members {
            let place = places[change.name]
            let before = place.flatMap { members[$0]?.value } ?? .null
            let after = change.value.isNull ? nil : before.merged(with: change.value)
            let member = after.map { JSONObject.Member(name: change.name, value: $0) }
            if let place {
                members[place] = member
            } else if let member {
                places[change.name] = members.count
                members.append(member)
            }
        }
        return .object(JSONObject(unique: members.compactMap(\.self)))
    }
}

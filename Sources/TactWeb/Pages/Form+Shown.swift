import TactAPI

/// What a form showed when its page was made goes out with it, in the field `was`, and comes back. So of a page that is older
/// than what was said since, only that is taken which the person has changed on it; and where both were changed, they are
/// asked to look again.
extension Form {
    /// The field that has it.
    static let shownField = "was"

    mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

    /// As a browser would send it.
    var encoded: String { String(ClientRequest.target([], fields.map { ($0.name, $0.value) }).dropFirst(2)) }

    /// The form as its page showed it; nil: it does not say.
    var shown: Form? { self[Form.shownField].map { Form(encoded: $0) } }

    /// Every value of some names.
    func values(_ names: [String]) -> [[String]] { names.map { all($0).map(\.trimmed) } }

    /// Whether the person has changed what these fields say. They stand for one thing: all of them are taken, or none.
    ///
    /// - Parameter now: what the page would show now.
    func isChanged(_ names: [String], now: Form) throws(Trouble) -> Bool {
        try changed(values(names), was: shown?.values(names), now: now.values(names), field: names.first ?? "") != nil
    }

    /// What the person says, if it is something new: not what the page showed, and not what is so already.
    ///
    /// - Throws: that it was changed elsewhere since, and otherwise.
    func changed<Value: Equatable>(
        _ said: Value, was: Value?, now: Value, field: String
    ) throws(Trouble) -> Value? {
        if said == was || said == now { return nil }
        if let was, was != now { throw .input(key: "stale_form", field: field) }
        return said
    }
}

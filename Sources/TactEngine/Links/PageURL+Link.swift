import TactSettings

extension PageURL {
    /// The address that goes to a person.
    package func link(_ scope: Grant.Scope, _ token: String) -> String {
        switch scope {
        case .preferences: "\(text)/p/\(token)"
        case .unsubscribe: "\(text)/u/\(token)"
        }
    }
}
